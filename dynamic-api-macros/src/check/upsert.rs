//! The natural key of an upsert: the unique index that says which document it is about.

use super::{
    lookup::Named,
    routes::Level,
    types::{Holds, holds},
};
use crate::{
    attr::RawRoute,
    messages,
    model::{Field, Index, RouteKind},
    names,
};

/// The stored names of the key, in the order of its index.
pub(super) fn key(raw: &RawRoute, level: &Level<'_>) -> syn::Result<Vec<String>> {
    // Without all of the indexes, or of the key, nothing can be said.
    let Some(unique) = level.unique.as_ref().filter(|_| raw.kind == RouteKind::UpsertOne) else {
        return Ok(vec![]);
    };
    let index = match raw.key.get().map(Vec::as_slice) {
        None if !raw.key.is_written() => only(raw, unique)?,
        None | Some([]) => return Ok(vec![]),
        Some(written) => {
            let named: Vec<Named<'_>> =
                written.iter().map(|name| level.fields.find(name)).collect::<syn::Result<_>>()?;
            let place = raw.key.name().map_or_else(|| messages::tokens(&raw.name), messages::tokens);
            index_of(&named, unique).ok_or_else(|| {
                let names: Vec<&str> = named.iter().map(|named| &*named.name).collect();
                messages::KEY_NOT_UNIQUE.at(place, &[&names::list(&names), &choices(unique)])
            })?
        }
    };
    let key: Vec<String> = index.keys.iter().map(|(name, _)| name.clone()).collect();
    key.iter().try_for_each(|name| tells_one(raw, name, level))?;
    Ok(key)
}

/// The index of an entity that has one.
fn only<'a>(raw: &RawRoute, unique: &[&'a Index]) -> syn::Result<&'a Index> {
    match unique {
        [only] => Ok(only),
        [] => Err(messages::NO_UNIQUE_INDEX.at(&raw.name, &[])),
        _ => Err(messages::WHICH_UNIQUE_INDEX.at(&raw.name, &[&choices(unique)])),
    }
}

/// The index of exactly these fields.
fn index_of<'a>(named: &[Named<'_>], unique: &[&'a Index]) -> Option<&'a Index> {
    let mut wanted: Vec<&str> = named.iter().map(|named| &*named.name).collect();
    wanted.sort_unstable();
    unique.iter().copied().find(|index| {
        let mut keys: Vec<&str> = index.keys.iter().map(|(name, _)| &**name).collect();
        keys.sort_unstable();
        keys == wanted
    })
}

/// What can be written for the indexes that there are.
fn choices(unique: &[&Index]) -> String {
    let choice = |index: &&Index| match &index.keys[..] {
        [(name, _)] => format!("`key = {name}`"),
        keys => {
            let names: Vec<&str> = keys.iter().map(|(name, _)| &**name).collect();
            format!("`key({})`", names.join(", "))
        }
    };
    if unique.is_empty() {
        return "`#[api(unique)]` at the field, or `unique(..)` at the entity".to_owned();
    }
    unique.iter().map(choice).collect::<Vec<_>>().join(" or ")
}

/// Whether clients can say by a field which document they mean.
fn tells_one(raw: &RawRoute, name: &str, level: &Level<'_>) -> syn::Result<()> {
    let place = raw.key.name().unwrap_or(&raw.name);
    let fields: Vec<&Field> = level.fields.stored(name).collect();
    // What is no field is a member that the server keeps.
    if fields.is_empty() || fields.iter().any(|field| field.read_only) {
        return Err(messages::KEY_NOT_SETTABLE.at(place, &[name]));
    }
    if fields.iter().any(|field| holds(&field.ty) == Some(Holds::List)) {
        return Err(messages::KEY_IS_LIST.at(place, &[name]));
    }
    Ok(())
}
