//! `#[api_type]`: the type with serde's traits, and its schema.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    Attribute, Data, DataEnum, DeriveInput, Field, Fields, GenericParam, parse_quote, visit_mut::VisitMut,
};

use super::{Strip, metadata};
use crate::{
    attr::{RawApiType, SerdeContainer, SerdeField, derives_serde, is_serde},
    check,
    errors::{self, Errors},
    messages,
    model::Crate,
    names::Case,
};

/// The item with serde's traits derived, its implementation of `ApiType`, and all that is wrong.
pub(crate) fn api_type(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut item: DeriveInput = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => return item.into_iter().chain(error.to_compile_error()).collect(),
    };
    let errors = Errors::default();
    let raw = RawApiType::parse(options, &errors);
    let krate = check::krate(raw.krate.get());
    let schema = schema(&item, &errors).map(|schema| {
        derive_serde(&mut item, &krate);
        // Of a type with errors nothing more is to be said.
        if errors.count() == 0 { schema } else { quote!(&__rt::Schema::Any) }
    });
    let idle_serde = derives_serde(&item.attrs) == (false, false);
    Strip { idle_serde }.visit_derive_input_mut(&mut item);
    let implementation = schema.map(|schema| implementation(&item.ident, &krate, &schema));
    let errors = errors.into_tokens();
    quote!(#item #errors #implementation)
}

fn implementation(ident: &Ident, krate: &Crate, schema: &TokenStream) -> TokenStream {
    let path = &krate.0;
    quote! {
        const _: () = {
            use #path::__rt;

            impl __rt::ApiType for #ident {
                const SCHEMA: &'static __rt::Schema = #schema;
            }
        };
    }
}

/// The schema of the type, or nothing where it can't have one.
fn schema(item: &DeriveInput, errors: &Errors) -> Option<TokenStream> {
    for parameter in &item.generics.params {
        let name = match parameter {
            GenericParam::Lifetime(lifetime) => lifetime.lifetime.to_string(),
            GenericParam::Type(ty) => ty.ident.to_string(),
            GenericParam::Const(value) => value.ident.to_string(),
        };
        errors.push(messages::GENERIC_API_TYPE.at(parameter, &[&name]));
    }
    if !item.generics.params.is_empty() {
        return None;
    }
    let serde = SerdeContainer::of_api_type(item, errors);
    let (place, what) = match &item.data {
        Data::Enum(data) => return Some(enum_schema(data, &serde, errors)),
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(struct_schema(fields, &serde, errors)),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = &fields.unnamed[0].ty;
                return Some(quote!(<#ty as __rt::ApiType>::SCHEMA));
            }
            Fields::Unnamed(fields) => (messages::tokens(fields), "a struct with several unnamed fields"),
            Fields::Unit => (messages::tokens(&item.ident), "a unit struct"),
        },
        Data::Union(data) => (messages::tokens(&data.union_token), "a union"),
    };
    errors.push(messages::NOT_AN_API_TYPE.at(place, &[what]));
    None
}

fn struct_schema(fields: &syn::FieldsNamed, serde: &SerdeContainer, errors: &Errors) -> TokenStream {
    let case = serde.rename_all.unwrap_or(Case::Camel);
    let members: Vec<_> = fields
        .named
        .iter()
        .filter_map(|field| Some(check::member(field, field.ident.as_ref()?, case, errors)))
        .collect();
    match &members[..] {
        _ if serde.opaque => quote!(&__rt::Schema::Any),
        [only] if serde.transparent => {
            let ty = &only.ty;
            quote!(<#ty as __rt::ApiType>::SCHEMA)
        }
        members => {
            let rows = members.iter().map(|field| metadata::field_row(field, None));
            quote!(&__rt::Schema::Struct(&[#(#rows),*]))
        }
    }
}

/// Of variants without data the schema knows the names; all else is serde's to judge.
fn enum_schema(data: &DataEnum, serde: &SerdeContainer, errors: &Errors) -> TokenStream {
    let case = serde.rename_all.unwrap_or(Case::Camel);
    let mut plain = !serde.opaque;
    let names: Vec<String> = data
        .variants
        .iter()
        .map(|variant| {
            let serde = SerdeField::of_variant(&variant.attrs, errors);
            plain &= matches!(variant.fields, Fields::Unit) && !serde.opaque;
            serde.rename.map_or_else(|| case.of_variant(&variant.ident.to_string()), |name| name.value())
        })
        .collect();
    if plain { quote!(&__rt::Schema::Enum(&[#(#names),*])) } else { quote!(&__rt::Schema::Any) }
}

/// Adds what of serde the user has not written.
fn derive_serde(item: &mut DeriveInput, krate: &Crate) {
    let serde = errors::again(|known| SerdeContainer::of_api_type(item, known));
    let (path, rt) = (krate.serde(), krate.rt());
    let (serializes, deserializes) = derives_serde(&item.attrs);
    let mut derived: Vec<TokenStream> = vec![];
    derived.extend((!serializes).then(|| quote!(#rt::serde::Serialize)));
    derived.extend((!deserializes).then(|| quote!(#rt::serde::Deserialize)));
    let mut members: Vec<TokenStream> = vec![];
    members.extend((!serde.krate).then(|| quote!(crate = #path)));
    members.extend(serde.rename_all.is_none().then(|| quote!(rename_all = "camelCase")));
    members.extend(
        (has_named_variants(item) && !serde.rename_all_fields)
            .then(|| quote!(rename_all_fields = "camelCase")),
    );
    let has_members = matches!(&item.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_)));
    let denies = has_members && !serde.deny_unknown_fields && !serde.transparent && !serde.opaque;
    members.extend(denies.then(|| quote!(deny_unknown_fields)));
    if !derived.is_empty() {
        // An attribute of a derive has to stand below it.
        let first = item.attrs.iter().position(is_serde).unwrap_or(item.attrs.len());
        item.attrs.insert(first, parse_quote!(#[derive(#(#derived),*)]));
    }
    item.attrs.push(parse_quote!(#[serde(#(#members),*)]));
    if let Data::Struct(data) = &mut item.data {
        data.fields.iter_mut().for_each(leave_out_absent);
    }
}

/// An optional member that has no value is left out, as at the top of a document.
fn leave_out_absent(field: &mut Field) {
    let serde = errors::again(|known| SerdeField::parse(&field.attrs, "", known));
    if field.ident.is_none() || !check::is_optional(&field.ty) {
        return;
    }
    let default = serde.default.is_none().then(|| quote!(default));
    let skip = (!serde.skip_serializing_if).then(|| quote!(skip_serializing_if = "Option::is_none"));
    let members: Vec<TokenStream> = default.into_iter().chain(skip).collect();
    let attr: Option<Attribute> = (!members.is_empty()).then(|| parse_quote!(#[serde(#(#members),*)]));
    field.attrs.extend(attr);
}

fn has_named_variants(item: &DeriveInput) -> bool {
    let Data::Enum(data) = &item.data else { return false };
    data.variants.iter().any(|variant| matches!(variant.fields, Fields::Named(_)))
}
