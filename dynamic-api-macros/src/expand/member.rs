//! What the generated structs have in common: how one field of the entity stands in them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::model::{Codec, Default, Entity, Field};

/// Members of `#[serde(..)]` that name a field, where its Rust name is another.
pub(super) fn rename(field: &Field) -> Option<TokenStream> {
    let name = &field.name;
    (field.ident.unraw() != name.as_str()).then(|| quote!(rename = #name))
}

/// Members of `#[serde(..)]` by which a field of the entity's own type is read and written.
pub(super) fn whole(model: &Entity, field: &Field) -> Vec<TokenStream> {
    let mut members: Vec<_> = rename(field).into_iter().collect();
    match &field.codec {
        Some(Codec::Module(module)) => {
            let module = text(module);
            members.push(quote!(with = #module));
        }
        Some(Codec::Functions { serialize, deserialize }) => {
            let (serialize, deserialize) = (text(serialize), text(deserialize));
            members.push(quote!(serialize_with = #serialize, deserialize_with = #deserialize));
        }
        None => {}
    }
    members.extend(missing(model, field));
    members.extend(field.optional.then(|| quote!(skip_serializing_if = "Option::is_none")));
    members
}

/// The member of `#[serde(..)]` that says what a field is where it is missing.
fn missing(model: &Entity, field: &Field) -> Option<TokenStream> {
    match &field.default {
        Some(Default::Trait) => Some(quote!(default)),
        _ if field.optional => Some(quote!(default)),
        Some(Default::Function(path)) => {
            let path = text(path);
            Some(quote!(default = #path))
        }
        None if field.derived.is_none() => None,
        Some(Default::Value(_)) | None => {
            let path = format!("{}::{}", model.types.create, default_function(field));
            Some(quote!(default = #path))
        }
    }
}

/// Members of `#[serde(..)]` by which a field is read from a stored document, and written to one.
pub(super) fn stored(model: &Entity, field: &Field) -> Vec<TokenStream> {
    if field.is_computed() {
        // With a condition, so that the field is read: else the compiler would call it unused.
        let never = quote!(skip_serializing_if = "__rt::always");
        return rename(field).into_iter().chain(missing(model, field)).chain([never]).collect();
    }
    whole(model, field)
}

/// The visibility of a generated field. It starts where the entity's field starts, so that what the compiler has to say of a
/// field is said there, and once.
pub(super) fn public(field: &Field) -> TokenStream {
    quote_spanned!(field.start=> pub)
}

/// The type of a field that may be absent. It ends where the type of the entity's field ends.
pub(super) fn patch(model: &Entity, field: &Field) -> TokenStream {
    let (rt, ty) = (model.krate.rt(), &field.ty);
    let end = ty.to_token_stream().into_iter().last().map_or(field.start, |token| token.span());
    let close = quote_spanned!(end=> >);
    quote!(#rt::Patch<#ty #close)
}

/// The function that holds the expression of a field's default.
pub(super) fn default_function(field: &Field) -> Ident {
    format_ident!("default_{}", field.ident.unraw())
}

/// A path as serde's attributes take it.
fn text(path: &syn::ExprPath) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
