//! What becomes of documents that refer to a deleted one, as data: the compiler finds whether the field is there and refers.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use crate::{
    model::{Cascade, Entity, OnDelete},
    names,
};

/// `.cascades(..)` of an entity.
pub(super) fn of_entity(model: &Entity) -> Option<TokenStream> {
    let rows = model.cascades.iter().map(|cascade| row(model, cascade));
    (!model.cascades.is_empty()).then(|| quote!(.cascades(&[#(#rows),*])))
}

fn row(model: &Entity, cascade: &Cascade) -> TokenStream {
    let (entity, Cascade { child, field, .. }) = (&model.ident, cascade);
    let constant = format_ident!("{}", names::field_const(&field.unraw().to_string()), span = field.span());
    let constructor = match cascade.on_delete {
        OnDelete::Delete => quote!(delete),
        OnDelete::Restrict => quote!(restrict),
        OnDelete::SetNull => quote!(set_null),
    };
    let fields = quote_spanned!(child.span()=> <#child as __rt::Entity>::Fields);
    quote_spanned!(field.span()=> __rt::Cascade::#constructor::<#entity, _, _>(<#fields>::#constant))
}
