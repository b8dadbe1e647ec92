//! The rules of indexes: of fields that are there, and each once.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::{
    account, index_kinds,
    lookup::{Fields, Named},
};
use crate::{
    attr::{RawEntity, RawField, RawIndex},
    errors::Errors,
    messages,
    model::{Account, Direction, Field, Index, IndexKind, Tenant},
    names::{self, Case},
};

/// An index together with the place that it was declared at.
struct Declared {
    place: Ident,
    index: Index,
}

/// All indexes: those of single fields first, in order of declaration; the one for texts last.
pub(super) fn all(raw: &RawEntity, fields: &Fields<'_>, errors: &Errors) -> Vec<Index> {
    let mut declared = vec![];
    for (field_of, field) in fields.raw.iter().zip(fields.checked) {
        let Some(field) = field else { continue };
        let unique = field_of.options.unique.name().or_else(|| account::unique(field_of, field, raw));
        declared.extend(of_field(field_of, field, unique, errors));
    }
    let listed = raw.indexes.iter().chain(raw.text_index.get());
    declared.extend(listed.filter_map(|index| of_entity(index, fields, errors)));
    without_repetition(declared, errors)
}

fn of_field(raw: &RawField, field: &Field, unique: Option<&Ident>, errors: &Errors) -> Vec<Declared> {
    let index = |place: &Ident, direction, kind| {
        errors.keep(is_stored(place, field))?;
        let keys = vec![(field.name.clone(), direction)];
        Some(Declared { place: place.clone(), index: Index { keys, kind, cfgs: field.cfgs.clone() } })
    };
    let unique = unique.map(|name| index(name, Direction::Ascending, IndexKind::Unique));
    let ignoring_case = raw.options.unique_ci.name();
    let ignoring_case = ignoring_case.map(|name| {
        errors.keep(index_kinds::is_text(name, raw));
        index(name, Direction::Ascending, IndexKind::UniqueIgnoringCase)
    });
    let direction = raw.options.index.get().copied();
    let plain = raw.options.index.name().zip(direction);
    let plain = plain.map(|(name, direction)| index(name, direction, IndexKind::Plain));
    unique.into_iter().chain(ignoring_case).chain(plain).flatten().collect()
}

fn of_entity(raw: &RawIndex, fields: &Fields<'_>, errors: &Errors) -> Option<Declared> {
    let before = errors.count();
    let kind = errors.keep(index_kinds::kind(raw));
    let (mut keys, mut cfgs): (Vec<(String, Direction)>, _) = (vec![], vec![]);
    for (place, direction) in &raw.keys {
        let Some(named) = errors.keep(key(place, fields)) else { continue };
        for field in &named.fields {
            errors.keep(is_stored(place, field));
            errors.keep(account::is_indexable(raw, place, field));
        }
        errors.keep(index_kinds::fits(raw, place, &named));
        if keys.iter().any(|(earlier, _)| *earlier == named.name) {
            errors.push(messages::SAME_INDEX_KEY.at(place, &[&place.to_string()]));
        }
        cfgs.extend(named.cfgs());
        keys.push((named.name, *direction));
    }
    errors.keep(id_is_last(raw));
    if raw.keys.is_empty() && raw.complete {
        let example = index_kinds::example(raw, fields);
        errors.push(messages::EMPTY_INDEX.at(&raw.name, &[&raw.name.to_string(), &example]));
    }
    let is_usable = raw.complete && !raw.keys.is_empty() && errors.count() == before;
    let index = Index { keys, kind: kind.filter(|_| is_usable)?, cfgs };
    Some(Declared { place: raw.name.clone(), index })
}

/// What a key stands for: a field, or a member that the server keeps.
fn key<'a>(key: &Ident, fields: &Fields<'a>) -> syn::Result<Named<'a>> {
    let name = match &*key.unraw().to_string() {
        text @ ("createdAt" | "updatedAt" | "created_at" | "updated_at") => Case::Camel.of_field(text),
        "id" | "_id" => "_id".to_owned(),
        _ => return fields.find(key),
    };
    Ok(Named { name, fields: vec![] })
}

/// The id is unique: keys behind it order nothing, and by it alone there is an index anyway.
fn id_is_last(raw: &RawIndex) -> syn::Result<()> {
    let is_id = |(key, _): &&(Ident, Direction)| *key == "id" || *key == "_id";
    let Some((place, _)) = raw.keys.iter().find(is_id) else { return Ok(()) };
    match &raw.keys[..] {
        [_, .., (last, _)] if last == place => Ok(()),
        _ => Err(messages::ID_KEY.at(place, &[&raw.name.to_string()])),
    }
}

fn is_stored(place: &Ident, field: &Field) -> syn::Result<()> {
    if field.is_computed() {
        return Err(messages::COMPUTED_KEY.at(place, &[&field.ident.to_string()]));
    }
    Ok(())
}

/// The indexes of an entity whose tenants have documents of their own: each starts with the tenant, so that what is unique is so
/// within one, and a list of one's documents reads no other's. That of the login is not, since who logs in has no tenant yet.
pub(super) fn of_tenant(
    indexes: Vec<Index>,
    tenant: Option<&Tenant>,
    account: Option<&Account>,
) -> Vec<Index> {
    let Some(Tenant { field, .. }) = tenant else { return indexes };
    let starts = |index: &Index| index.keys.first().is_some_and(|(name, _)| name == field);
    let is_login = |index: &Index| match (&index.keys[..], account) {
        ([(name, _)], Some(account)) => *name == account.login,
        _ => false,
    };
    let within = |mut index: Index| {
        let is_by_key =
            matches!(index.kind, IndexKind::Plain | IndexKind::Unique | IndexKind::UniqueIgnoringCase);
        if is_by_key && !starts(&index) && !is_login(&index) {
            index.keys.retain(|(name, _)| name != field);
            index.keys.insert(0, (field.clone(), Direction::Ascending));
        }
        index
    };
    let mut indexes: Vec<Index> = indexes.into_iter().map(within).collect();
    if !indexes.iter().any(|index| starts(index) && index.kind == IndexKind::Plain) {
        let keys = vec![(field.clone(), Direction::Ascending)];
        indexes.push(Index { keys, kind: IndexKind::Plain, cfgs: vec![] });
    }
    indexes
}

/// The words of a field are other keys than its values, and so are its letters without their case.
fn holds_others(kind: IndexKind) -> bool {
    matches!(kind, IndexKind::Text | IndexKind::UniqueIgnoringCase)
}

/// Two indexes on the same keys: MongoDB would refuse the second, or keep both for nothing.
fn without_repetition(declared: Vec<Declared>, errors: &Errors) -> Vec<Index> {
    let mut indexes: Vec<Index> = vec![];
    for Declared { place, index } in declared {
        let same = |earlier: &Index| {
            earlier.keys == index.keys
                && ![earlier.kind, index.kind].iter().any(|kind| holds_others(*kind))
                && (earlier.cfgs.is_empty() || index.cfgs.is_empty())
        };
        if indexes.iter().any(same) {
            let keys: Vec<&str> = index.keys.iter().map(|(name, _)| &**name).collect();
            errors.push(messages::SAME_INDEX.at(place, &[&names::list(&keys)]));
        } else {
            indexes.push(index);
        }
    }
    indexes
}
