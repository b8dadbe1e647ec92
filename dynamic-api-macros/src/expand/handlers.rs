//! One thin typed function per route. What they do is done once for all entities, in the runtime.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{Entity, Input, Route, RouteKind};

pub(super) fn handlers(model: &Entity) -> TokenStream {
    model.routes.iter().map(|route| handler(model, route)).collect()
}

fn handler(model: &Entity, route: &Route) -> TokenStream {
    let (entity, name, operation) =
        (&model.ident, format_ident!("{}", route.handler), format_ident!("{}", route.kind.name()));
    let input = input(model, route).map(|input| quote!(, #input));
    let output = output(model, route);
    let answer = if route.kind.answers_list() { quote!(Vec<#output>) } else { output };
    let types = types(model, route);
    quote! {
        fn #name(call: __rt::Call<#entity #input>) -> __rt::Answer<#answer> {
            __rt::operation::#operation #types(call)
        }
    }
}

/// The types of the operation, where some are the user's own: written out, so that the compiler shows at each what it lacks.
fn types(model: &Entity, route: &Route) -> Option<TokenStream> {
    let has_own = matches!(route.input, Input::Own(_)) || route.presenter.is_some();
    // A presenter of an audit was refused.
    if !has_own || route.kind == RouteKind::Audit {
        return None;
    }
    let entity = &model.ident;
    let input = match route.kind {
        RouteKind::GetMany => Some(input(model, route).unwrap_or_else(|| quote!(()))),
        _ => input(model, route),
    };
    let (input, output) = (input.into_iter(), output(model, route));
    Some(quote!(::<#entity, #(#input,)* #output>))
}

/// What a route takes.
fn input(model: &Entity, route: &Route) -> Option<TokenStream> {
    let (create, update) = (&model.types.create, &model.types.update);
    match &route.input {
        Input::Nothing => None,
        Input::Create => Some(quote!(#create)),
        Input::Update => Some(quote!(#update)),
        Input::Own(ty) => Some(quote!(#ty)),
    }
}

/// The form of what a route answers, or of each item of it.
fn output(model: &Entity, route: &Route) -> TokenStream {
    let view = &model.types.view;
    match (&route.presenter, route.kind) {
        (_, RouteKind::Audit) => quote!(__rt::operation::AuditEntry),
        (Some(ty), _) => quote!(#ty),
        (None, RouteKind::Aggregate) => quote!(__rt::operation::Rows),
        (None, RouteKind::DeleteOne | RouteKind::DeleteMany | RouteKind::PurgeOne) => {
            quote!(__rt::operation::Deleted)
        }
        (None, _) => quote!(#view),
    }
}
