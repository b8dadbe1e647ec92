//! The functions that compute the derived fields of a document.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ExprPath, ext::IdentExt, spanned::Spanned};

use super::doc;
use crate::model::{Derived, Entity, Field};

/// The calls by which the metadata names the functions that there are.
pub(super) fn metadata(model: &Entity) -> TokenStream {
    let is_there = |when: When| model.fields.iter().any(|field| when(field).is_some());
    let on_save = is_there(on_save).then(|| quote!(.derive_on_save(derive_on_save)));
    let on_read = is_there(on_read).then(|| quote!(.derive_on_read(derive_on_read)));
    quote!(#on_save #on_read)
}

/// The functions themselves.
pub(super) fn functions(model: &Entity) -> TokenStream {
    let save = function(model, "derive_on_save", "What is computed before a document is stored.", on_save);
    let read = function(model, "derive_on_read", "What is computed before a document is shown.", on_read);
    quote!(#save #read)
}

/// The function that computes a field on an occasion.
type When = fn(&Field) -> Option<&ExprPath>;

fn on_save(field: &Field) -> Option<&ExprPath> {
    field.derived.as_ref().and_then(Derived::on_save)
}

fn on_read(field: &Field) -> Option<&ExprPath> {
    field.derived.as_ref().and_then(Derived::on_read)
}

fn function(model: &Entity, name: &str, text: &str, when: When) -> Option<TokenStream> {
    let fields: Vec<_> = model.fields.iter().filter_map(|field| Some((field, when(field)?))).collect();
    if fields.is_empty() {
        return None;
    }
    let (entity, name, doc) = (&model.ident, format_ident!("{name}"), doc(text));
    let (decoded, document) = (local("entity"), local("document"));
    let functions = fields.iter().map(|(field, function)| typed(model, field, function));
    let values = fields.iter().map(|(field, _)| {
        let (Field { name, cfgs, .. }, function) = (field, variable(field));
        quote!(#(#cfgs)* (#name, __rt::to_bson(#function(&#decoded))))
    });
    // Under conditions there may be none.
    let allow =
        fields.iter().all(|(field, _)| !field.cfgs.is_empty()).then(|| quote!(#[allow(unused_variables)]));
    Some(quote! {
        #doc
        #allow
        fn #name(#document: &__rt::bson::RawDocument) -> __rt::bson::error::Result<Vec<(&'static str, __rt::bson::Bson)>> {
            let #decoded = <#entity as __rt::Entity>::from_document(#document)?;
            #(#functions)*
            Ok(Vec::from([#(#values),*]))
        }
    })
}

/// The user's function as a variable of its type, so that the compiler says at its path what of its signature is wrong.
fn typed(model: &Entity, field: &Field, function: &ExprPath) -> TokenStream {
    let (Field { ty, cfgs, .. }, variable) = (field, variable(field));
    let mut entity = model.ident.clone();
    entity.set_span(ty.span().resolved_at(entity.span()));
    let signature = quote_spanned!(ty.span()=> fn(&#entity) -> #ty);
    quote!(#(#cfgs)* let #variable: #signature = #function;)
}

fn variable(field: &Field) -> Ident {
    local(&format!("derive_{}", field.ident.unraw()))
}

/// A variable that is no other thing's name: the user's function may be called `entity`.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
