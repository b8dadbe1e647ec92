//! Policies as data, with the functions of the user's own in their places.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::{AbilityMode, Access, Entity, Permit, Policy, Route, RouteKind};

/// `.scope(..)` of an entity, and `.tenant(..)`.
pub(super) fn of_entity(model: &Entity) -> TokenStream {
    let scope = model.scope.as_ref().map(|path| scope(model, path));
    let tenant = model.tenant.as_ref().map(|tenant| {
        let field = &tenant.field;
        quote!(.tenant(#field))
    });
    let read = (!model.read.is_empty()).then(|| quote!(.read(READ)));
    quote!(#scope #read #tenant)
}

/// `.scope(..)`. Where the function is none, the compiler points at its path.
fn scope(model: &Entity, path: &syn::Path) -> TokenStream {
    let entity = &model.ident;
    let scope = quote_spanned!(path.span()=> __rt::scope::<#entity, _, _>);
    quote!(.scope(|user| #scope(#path, user)))
}

/// What reading one document asks, by its route and by whatever leads there from elsewhere.
pub(super) fn read(model: &Entity) -> Option<TokenStream> {
    (!model.read.is_empty()).then(|| {
        let policy = policy(model, &model.read);
        quote!(const READ: __rt::RoutePolicy = #policy;)
    })
}

/// `.policy(..)` and `.items(..)` of a route.
pub(super) fn of_route(model: &Entity, route: &Route) -> TokenStream {
    let is_read = route.kind == RouteKind::GetOne
        && !model.read.is_empty()
        && is_same(&policy(model, &route.policy), &policy(model, &model.read));
    let policy = if is_read { Some(quote!(.policy(READ))) } else { row_of(model, &route.policy) };
    let items = items(model, route);
    quote!(#policy #items)
}

/// `.policy(..)`, where there is something to ask; `.access(..)` where that is all.
pub(super) fn row_of(model: &Entity, policy: &Policy) -> Option<TokenStream> {
    if policy.asks_no_more() {
        return policy.access.map(access);
    }
    let policy = self::policy(model, policy);
    Some(quote!(.policy(#policy)))
}

fn access(access: Access) -> TokenStream {
    match access {
        Access::Public => quote!(.access(__rt::Access::Public)),
        Access::Protected => quote!(.access(__rt::Access::Protected)),
    }
}

fn is_same(one: &TokenStream, other: &TokenStream) -> bool {
    one.to_string() == other.to_string()
}

fn policy(model: &Entity, policy: &Policy) -> TokenStream {
    let access = policy.access.map(access);
    let scope = policy.scope.as_ref().map(|path| scope(model, path));
    let ability = policy.ability.as_ref().map(|rule| {
        let rule = of_documents(model, rule);
        quote!(.ability(#rule))
    });
    let mode = (policy.mode == AbilityMode::Filter).then(|| quote!(.filter_mode()));
    let auth_ability = policy
        .auth_ability
        .as_ref()
        .map(|path| quote!(.auth_ability(|call| __rt::auth_ability(#path, call))));
    quote!(__rt::RoutePolicy::new() #access #auth_ability #scope #ability #mode)
}

/// The items of a batch are held to what the entity's routes of their kinds are held to.
fn items(model: &Entity, route: &Route) -> Option<TokenStream> {
    let rows = route.items.iter().filter(|(_, policy)| !policy.is_empty()).map(|(kind, policy)| {
        let (kind, policy) = (super::metadata::kind(*kind), self::policy(model, policy));
        quote!((__rt::RouteKind::#kind, #policy))
    });
    let rows: Vec<TokenStream> = rows.collect();
    (route.kind == RouteKind::Batch && !rows.is_empty()).then(|| quote!(.items(&[#(#rows),*])))
}

/// `.readable_by(..)` and `.writable_by(..)` of a field.
pub(super) fn of_field(read: Option<&Permit>, write: Option<&Permit>) -> TokenStream {
    let read = read.map(|rule| {
        let rule = of_caller(rule);
        quote!(.readable_by(#rule))
    });
    let write = write.map(|rule| {
        let rule = of_caller(rule);
        quote!(.writable_by(#rule))
    });
    quote!(#read #write)
}

fn of_documents(model: &Entity, rule: &Permit) -> TokenStream {
    let entity = &model.ident;
    row(rule, &|path| {
        // Where the function is none, the compiler points at its path.
        let ability = quote_spanned!(path.span()=> __rt::ability::<#entity, _, _>);
        quote!(code(|document, call| #ability(#path, document, call)))
    })
}

fn of_caller(rule: &Permit) -> TokenStream {
    row(rule, &|path| quote!(caller(|user| __rt::of_caller(#path, user))))
}

fn row(rule: &Permit, code: &dyn Fn(&syn::Path) -> TokenStream) -> TokenStream {
    let rows = |rules: &[Permit]| -> Vec<TokenStream> { rules.iter().map(|rule| row(rule, code)).collect() };
    let call = match rule {
        Permit::Holds { field, claim } => quote!(holds(#field, #claim)),
        Permit::Claims { claim, values } => quote!(claims(#claim, &[#(#values),*])),
        Permit::User => quote!(user()),
        Permit::All(rules) => {
            let rows = rows(rules);
            quote!(all(&[#(#rows),*]))
        }
        Permit::Any(rules) => {
            let rows = rows(rules);
            quote!(any(&[#(#rows),*]))
        }
        Permit::Not(rule) => {
            let rule = row(rule, code);
            quote!(not(&#rule))
        }
        Permit::Code(path) | Permit::Caller(path) => code(path),
    };
    quote!(__rt::Permit::#call)
}
