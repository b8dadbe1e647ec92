//! What clients send: `CreateUser`, with every field that they can set, and `UpdateUser`, with any of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::{derives, doc, member, serde};
use crate::model::{Codec, Default, Entity, Field};

fn settable(model: &Entity) -> impl Iterator<Item = &Field> {
    model.fields.iter().filter(|field| !field.read_only)
}

/// What code can change of a document: besides what clients can, what only code can.
fn changeable(model: &Entity) -> impl Iterator<Item = &Field> {
    model.fields.iter().filter(|field| field.derived.is_none())
}

/// Whether code can set it, and clients can't.
fn is_for_code(field: &Field) -> bool {
    field.read_only && field.derived.is_none()
}

const NOT_FROM_CLIENTS: &str = "Its read-only fields are set by code alone: a client can't send them.";

pub(super) fn create(model: &Entity) -> TokenStream {
    let (vis, name, krate) = (&model.vis, &model.types.create, model.krate.serde());
    let doc = doc(&format!("[`{}`] as a client sends it, to create one or to replace one.", model.ident));
    let derives = derives(model, None);
    let fields = settable(model).map(|field| {
        let Field { ident, ty, docs, cfgs, .. } = field;
        let public = member::public(field);
        let serde = serde(&member::whole(model, field));
        quote!(#(#docs)* #(#cfgs)* #serde #public #ident: #ty,)
    });
    let defaults = defaults(model);
    quote! {
        #doc
        #derives
        #[serde(crate = #krate)]
        #vis struct #name { #(#fields)* }

        #defaults
    }
}

/// The fields' defaults, as functions that serde can call.
fn defaults(model: &Entity) -> Option<TokenStream> {
    let functions: Vec<_> = model.fields.iter().filter_map(default).collect();
    let name = &model.types.create;
    (!functions.is_empty()).then(|| quote!(impl #name { #(#functions)* }))
}

fn default(field: &Field) -> Option<TokenStream> {
    let (cfgs, ty, function) = (&field.cfgs, &field.ty, member::default_function(field));
    let value = match &field.default {
        Some(Default::Value(value)) => expression(value, ty),
        // A document that was written before the field was derived lacks it.
        None if field.derived.is_some() && !field.optional => {
            quote!(<#ty as ::core::default::Default>::default())
        }
        _ => return None,
    };
    Some(quote! {
        #(#cfgs)*
        fn #function() -> #ty {
            #value
        }
    })
}

/// A default's expression. To convert a text into a type of the language would only hide the mistake.
fn expression(value: &syn::Expr, ty: &syn::Type) -> TokenStream {
    let is_text = matches!(value, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }));
    if is_text && !is_primitive(ty) { quote!(#value.into()) } else { quote!(#value) }
}

fn is_primitive(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else { return false };
    let Some(name) = path.path.get_ident().map(ToString::to_string) else { return false };
    name == "bool" || name == "char" || name.starts_with(['i', 'u', 'f']) && name.len() < 6
}

pub(super) fn update(model: &Entity) -> TokenStream {
    let (vis, name, krate) = (&model.vis, &model.types.update, model.krate.serde());
    let doc = doc(&format!(
        "Changes to [`{}`] as a client sends them: what is left out stays as it is, `null` clears an optional field.",
        model.ident
    ));
    let note = model.fields.iter().any(is_for_code).then(|| {
        let note = self::doc(NOT_FROM_CLIENTS);
        quote!(#[doc = ""] #note)
    });
    let derives = derives(model, Some(quote!(Default)));
    let fields = changeable(model).map(|field| {
        let Field { ident, docs, cfgs, .. } = field;
        let (public, patch) = (member::public(field), member::patch(model, field));
        let serde = serde(&partial(model, field));
        quote!(#(#docs)* #(#cfgs)* #serde #public #ident: #patch,)
    });
    let codecs = codecs(model);
    quote! {
        #doc
        #note
        #derives
        #[serde(crate = #krate, default)]
        #vis struct #name { #(#fields)* }

        #codecs
    }
}

/// Members of `#[serde(..)]` by which a field is read and written that may be absent.
fn partial(model: &Entity, field: &Field) -> Vec<TokenStream> {
    let is_absent = model.krate.rt_text("Patch::is_absent");
    let mut members: Vec<_> = member::rename(field).into_iter().collect();
    let function = |way| format!("{}::{way}_{}", model.types.update, field.ident.unraw());
    if field.codec.is_some() {
        let serialize = function("serialize");
        members.push(quote!(serialize_with = #serialize));
    }
    if is_for_code(field) {
        members.push(quote!(skip_deserializing));
    } else if field.codec.is_some() {
        let deserialize = function("deserialize");
        members.push(quote!(deserialize_with = #deserialize));
    }
    members.push(quote!(skip_serializing_if = #is_absent));
    members
}

/// The functions of fields that have some of their own, around [`partial`] members.
fn codecs(model: &Entity) -> Option<TokenStream> {
    let functions: Vec<_> = changeable(model).filter_map(|field| codec(model, field)).collect();
    let name = &model.types.update;
    (!functions.is_empty()).then(|| quote!(impl #name { #(#functions)* }))
}

fn codec(model: &Entity, field: &Field) -> Option<TokenStream> {
    let rt = model.krate.rt();
    let (write, read) = match field.codec.as_ref()? {
        Codec::Module(module) => (quote!(#module::serialize), quote!(#module::deserialize)),
        Codec::Functions { serialize, deserialize } => (quote!(#serialize), quote!(#deserialize)),
    };
    let (ty, cfgs) = (&field.ty, &field.cfgs);
    let (serialize, deserialize) = (
        format_ident!("serialize_{}", field.ident.unraw()),
        format_ident!("deserialize_{}", field.ident.unraw()),
    );
    let deserialize = (!is_for_code(field)).then(|| {
        quote! {
            #(#cfgs)*
            fn #deserialize<'de, D: #rt::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<#rt::Patch<#ty>, D::Error> {
                #read(deserializer).map(#rt::Patch::Set)
            }
        }
    });
    Some(quote! {
        #(#cfgs)*
        fn #serialize<S: #rt::serde::Serializer>(patch: &#rt::Patch<#ty>, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
            match patch.as_set() {
                Some(value) => #write(value, serializer),
                None => serializer.serialize_none(),
            }
        }

        #deserialize
    })
}

/// What the pipeline is told of the inputs.
pub(super) fn implementations(model: &Entity) -> TokenStream {
    let entity = model.ident.unraw().to_string();
    let implementation = |name, form| {
        quote! {
            impl __rt::Input for #name {
                const ENTITY: &'static str = #entity;
                const FIELDS: &'static [__rt::Field] = FIELDS;
                const FORM: __rt::Form = __rt::Form::#form;
            }
        }
    };
    let (entity, types) = (&model.ident, &model.types);
    let (create, update) = (&types.create, &types.update);
    let whole = implementation(create, quote!(Whole));
    let partial = implementation(update, quote!(Partial));
    quote! {
        #whole
        #partial

        impl __rt::CreateInput<#entity> for #create {}

        impl __rt::UpdateInput<#entity> for #update {
            fn into_update(self) -> Self {
                self
            }
        }
    }
}
