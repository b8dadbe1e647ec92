//! Hooks as data, with the functions of the user's own in their places. Where one is no such function, the compiler points at its path.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use crate::model::{AfterSave, Entity, Hooks, Route};

/// `.hooks(..)` of an entity.
pub(super) fn of_entity(model: &Entity) -> Option<TokenStream> {
    option(model, &model.hooks)
}

/// `.hooks(..)` of a route, and `.item_hooks(..)` of a batch.
pub(super) fn of_route(model: &Entity, route: &Route) -> TokenStream {
    let own = option(model, &route.hooks);
    let items = (!route.item_hooks.is_empty()).then(|| {
        let rows = route.item_hooks.iter().map(|(kind, of_item)| {
            let (kind, hooks) = (super::metadata::kind(*kind), hooks(model, of_item));
            quote!((__rt::RouteKind::#kind, #hooks))
        });
        quote!(.item_hooks(&[#(#rows),*]))
    });
    quote!(#own #items)
}

fn option(model: &Entity, of: &Hooks) -> Option<TokenStream> {
    (!of.is_empty()).then(|| {
        let hooks = hooks(model, of);
        quote!(.hooks(#hooks))
    })
}

fn hooks(model: &Entity, hooks: &Hooks) -> TokenStream {
    let entity = &model.ident;
    let before_save = hooks.before_save.as_ref().map(|path| {
        let function = quote_spanned!(path.span()=> __rt::before_save::<#entity, _, _>);
        quote!(.before_save(|save| #function(#path, save)))
    });
    let before_delete = hooks.before_delete.as_ref().map(|path| {
        let function = quote_spanned!(path.span()=> __rt::before_delete::<#entity, _, _>);
        quote!(.before_delete(|deletion| #function(#path, deletion)))
    });
    let after_save = hooks.after_save.as_ref().map(|hook| after_save(model, hook));
    quote!(__rt::Hooks::new() #before_save #before_delete #after_save)
}

fn after_save(model: &Entity, hook: &AfterSave) -> TokenStream {
    let (entity, path, name) = (&model.ident, &hook.hook, text(&hook.hook));
    let function = quote_spanned!(path.span()=> __rt::after_save::<#entity, _, _>);
    let retry = hook.retry.map(|(times, delay)| {
        let (times, delay) = (Literal::u32_unsuffixed(times), Literal::u64_unsuffixed(delay));
        quote!(.retry(#times, #delay))
    });
    quote!(.after_save(__rt::AfterHook::new(#name, |saved| #function(#path, saved)) #retry))
}

/// A path as it was written.
fn text(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
