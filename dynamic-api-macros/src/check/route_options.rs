//! The rules of the options that some kinds of routes have.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::routes::Level;
use crate::{
    attr::{RawPath, RawRoute},
    errors::Errors,
    messages,
    model::{Field, Input, Populate, RouteKind},
    names::{self, Case},
};

const QUERY: &[RouteKind] = &[RouteKind::GetMany, RouteKind::Aggregate];
const BODY: &[RouteKind] = &[
    RouteKind::CreateOne,
    RouteKind::CreateMany,
    RouteKind::ReplaceOne,
    RouteKind::UpsertOne,
    RouteKind::UpdateOne,
    RouteKind::UpdateMany,
];
const POPULATE: &[RouteKind] = &[RouteKind::GetMany, RouteKind::GetOne];
const KEY: &[RouteKind] = &[RouteKind::UpsertOne];
const UNRESTRICTED: &[RouteKind] = &[RouteKind::Aggregate];

/// An option that the kind of its route does not have.
pub(super) fn misplaced(raw: &RawRoute, errors: &Errors) {
    let options = [
        (raw.query.name(), QUERY),
        (raw.body.name(), BODY),
        (raw.populate.name(), POPULATE),
        (raw.key.name(), KEY),
        (raw.unrestricted.name(), UNRESTRICTED),
    ];
    for (name, kinds) in options {
        let Some(name) = name.filter(|_| !kinds.contains(&raw.kind)) else { continue };
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        errors.push(
            messages::OF_OTHER_KIND.at(name, &[&name.to_string(), &names::list(&kinds), raw.kind.name()]),
        );
    }
}

/// What the route takes; nothing where an aggregate lacks its query.
pub(super) fn input(raw: &RawRoute, errors: &Errors) -> Option<Input> {
    let own = match raw.kind {
        kind if QUERY.contains(&kind) => raw.query.get(),
        kind if BODY.contains(&kind) => raw.body.get(),
        _ => None,
    };
    if let Some(ty) = own {
        return Some(Input::Own(Box::new(ty.clone())));
    }
    if raw.kind != RouteKind::Aggregate {
        return Some(raw.kind.input());
    }
    if !raw.query.is_written() {
        errors.push(messages::NO_QUERY.at(&raw.name, &[]));
    }
    None
}

/// What the route's kind asks of the entity.
pub(super) fn has_trash(raw: &RawRoute, level: &Level<'_>) -> syn::Result<()> {
    if raw.kind.is_of_trash() && !level.soft_delete {
        return Err(messages::NEEDS_SOFT_DELETE.at(&raw.name, &[raw.kind.name()]));
    }
    Ok(())
}

/// What an audit asks of its entity, and of whoever is to let its callers through.
pub(super) fn audit(raw: &RawRoute, level: &Level<'_>, errors: &Errors) {
    if raw.kind != RouteKind::Audit {
        return;
    }
    let entity = level.raw;
    if !entity.audit.is_written() {
        errors.push(messages::NEEDS_AUDIT.at(&raw.name, &[]));
    }
    let has_ability = raw.policy.ability.is_written() || entity.ability_of(raw.kind).is_some();
    let has_auth_ability = raw.policy.auth_ability.is_written() || entity.policy.auth_ability.is_written();
    if !has_ability && !has_auth_ability {
        errors.push(messages::OPEN_AUDIT.at(&raw.name, &[]));
    }
    if let Some(name) = raw.presenter.name() {
        errors.push(messages::OF_OTHER_KIND.at(name, &["presenter", "the other routes", raw.kind.name()]));
    }
}

/// The references that clients may ask to follow.
pub(super) fn populate(raw: &RawRoute, level: &Level<'_>, errors: &Errors) -> Vec<Populate> {
    if !POPULATE.contains(&raw.kind) {
        return vec![];
    }
    if let (Some(name), true) = (raw.populate.name(), raw.presenter.is_set()) {
        errors.push(messages::EXCLUSIVE.at(name, &["presenter", "populate"]));
    }
    let mut paths: Vec<Populate> = vec![];
    for path in raw.populate.get().into_iter().flatten() {
        let Some(populate) = errors.keep(populate_path(path, level)) else { continue };
        if paths.iter().any(|earlier| earlier.path == populate.path) {
            errors.push(messages::TWICE.at(tokens(path), &[&text(path)]));
        }
        paths.push(populate);
    }
    paths
}

/// How many references a path may go through: each is a read of its own.
const MAX_LEVELS: usize = 3;

fn populate_path(path: &RawPath, level: &Level<'_>) -> syn::Result<Populate> {
    let Some((first, rest)) = path.split_first() else {
        return Err(messages::BAD_POPULATE_PATH.at(tokens(path), &[]));
    };
    if path.len() > MAX_LEVELS {
        return Err(messages::DEEP_PATH.at(tokens(path), &[&text(path), &MAX_LEVELS.to_string()]));
    }
    let named = level.fields.find(first)?;
    named.fields.iter().try_for_each(|field| is_seen(first, field))?;
    // What is behind the first is checked at the application's start, where the other entities are known.
    let rest = rest.iter().map(|name| Case::Camel.of_field(&name.unraw().to_string()));
    let path: Vec<String> = [named.name.clone()].into_iter().chain(rest).collect();
    Ok(Populate { path: path.join("."), field: named.name, place: first.span() })
}

fn is_seen(place: &Ident, field: &Field) -> syn::Result<()> {
    let option = match field {
        field if field.is_password() => "password",
        Field { hidden: true, .. } => "hidden",
        Field { write_only: true, .. } => "write_only",
        _ => return Ok(()),
    };
    Err(messages::UNSEEN_REFERENCE.at(place, &[&place.to_string(), option]))
}

fn tokens(path: &RawPath) -> TokenStream {
    quote!(#(#path).*)
}

/// A path as it was written.
fn text(path: &RawPath) -> String {
    let names: Vec<String> = path.iter().map(ToString::to_string).collect();
    names.join(".")
}
