//! The fields of an entity as typed constants, for conditions and orders of the program's own.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{doc, member};
use crate::{
    model::{Codec, Entity, Field},
    names,
};

pub(super) fn columns(model: &Entity) -> TokenStream {
    let (vis, name, entity, rt) = (&model.vis, &model.types.fields, &model.ident, model.krate.rt());
    let text = doc(&format!("The fields of [`{entity}`], for conditions and orders in code."));
    let mut taken = vec![];
    let stored = model.fields.iter().filter(|field| {
        let is_first = !taken.contains(&constant(field));
        taken.push(constant(field));
        is_first && !field.is_computed() && !field.is_password()
    });
    let fields = stored.map(|field| column(model, field));
    let deleted_at = model.soft_delete.then(|| {
        quote! {
            /// When it was deleted.
            pub const DELETED_AT: #rt::TypedField<#entity, Option<#rt::DateTime>> = #rt::TypedField::deleted_at();
        }
    });
    // None of them has to be used, and a field's name need not have capitals.
    quote! {
        #text
        #[allow(dead_code)]
        #vis struct #name;

        #[allow(dead_code, non_upper_case_globals)]
        impl #name {
            /// Its id.
            pub const ID: #rt::TypedField<#entity, #rt::Id> = #rt::TypedField::id();
            #(#fields)*
            /// When it was created.
            pub const CREATED_AT: #rt::TypedField<#entity, #rt::DateTime> = #rt::TypedField::created_at();
            /// When it was last written.
            pub const UPDATED_AT: #rt::TypedField<#entity, #rt::DateTime> = #rt::TypedField::updated_at();
            #deleted_at
        }
    }
}

fn column(model: &Entity, field: &Field) -> TokenStream {
    let Field { ident, ty, name, docs, cfgs, .. } = field;
    let (entity, rt, vis) = (&model.ident, model.krate.rt(), member::public(field));
    let constant = format_ident!("{}", constant(field), span = ident.span());
    let value = match &field.codec {
        None => quote!(#rt::TypedField::new(#name)),
        Some(codec) => encoded(model, field, codec),
    };
    let ty = quote_spanned!(field.start=> #rt::TypedField<#entity, #ty>);
    quote!(#(#cfgs)* #(#docs)* #vis const #constant: #ty = #value;)
}

/// The name of the constant. Two fields with one are an error, told by then; only the first has it.
fn constant(field: &Field) -> String {
    names::field_const(&field.ident.unraw().to_string())
}

/// A field whose values functions of the user's own write.
fn encoded(model: &Entity, field: &Field, codec: &Codec) -> TokenStream {
    let (Field { ty, name, .. }, rt) = (field, model.krate.rt());
    let serialize = match codec {
        Codec::Module(module) => quote!(#module::serialize),
        Codec::Functions { serialize, .. } => quote!(#serialize),
    };
    // The field's type may be called anything else.
    let wrapper = format_ident!("{}Value", model.types.fields);
    quote! {
        #rt::TypedField::encoded(#name, |value| {
            struct #wrapper<'a>(&'a #ty);

            impl #rt::serde::Serialize for #wrapper<'_> {
                fn serialize<S: #rt::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                    #serialize(self.0, serializer)
                }
            }

            #rt::encode(&#wrapper(value))
        })
    }
}
