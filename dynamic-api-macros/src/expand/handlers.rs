//! One thin typed function per route. What they do is done once for all entities, in the runtime.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{Aggregate, Entity, Route, RouteKind};

pub(super) fn handlers(model: &Entity) -> TokenStream {
    model.routes.iter().map(|route| handler(model, route)).collect()
}

fn handler(model: &Entity, route: &Route) -> TokenStream {
    let (entity, name, operation) =
        (&model.ident, format_ident!("{}", route.handler), format_ident!("{}", route.kind.name()));
    let (input, answer) = types(model, route);
    let input = input.map(|input| quote!(, #input));
    // Written out, so that the compiler shows at each type what it lacks.
    let types = route.aggregate.as_ref().map(|_| quote!(::<#entity #input, #answer>));
    quote! {
        fn #name(call: __rt::Call<#entity #input>) -> __rt::Answer<#answer> {
            __rt::operation::#operation #types(call)
        }
    }
}

/// What a route takes, and what it answers.
fn types(model: &Entity, route: &Route) -> (Option<TokenStream>, TokenStream) {
    let (create, update, view) = (&model.types.create, &model.types.update, &model.types.view);
    match (route.kind, &route.aggregate) {
        (_, Some(Aggregate { query, presenter })) => {
            let presenter =
                presenter.as_ref().map_or_else(|| quote!(__rt::operation::Rows), |ty| quote!(#ty));
            (Some(quote!(#query)), presenter)
        }
        (RouteKind::GetMany, _) => (None, quote!(Vec<#view>)),
        (RouteKind::CreateOne | RouteKind::ReplaceOne, _) => (Some(quote!(#create)), quote!(#view)),
        (RouteKind::CreateMany, _) => (Some(quote!(#create)), quote!(Vec<#view>)),
        (RouteKind::UpdateOne | RouteKind::DuplicateOne, _) => (Some(quote!(#update)), quote!(#view)),
        (RouteKind::UpdateMany | RouteKind::DuplicateMany, _) => (Some(quote!(#update)), quote!(Vec<#view>)),
        (RouteKind::DeleteOne | RouteKind::DeleteMany, _) => (None, quote!(__rt::operation::Deleted)),
        (RouteKind::GetOne | RouteKind::Aggregate, _) => (None, quote!(#view)),
    }
}
