//! The rules of indexes: of fields that are there, and each once.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::{
    attr::{RawEntity, RawField, RawIndex},
    errors::Errors,
    messages,
    model::{Direction, Field, Index},
    names,
};

/// An index together with the place that it was declared at.
struct Declared {
    place: Ident,
    index: Index,
}

/// All indexes: those of single fields first, in order of declaration.
pub(super) fn all(
    raw: &RawEntity,
    entity: &Ident,
    raw_fields: &[RawField],
    fields: &[Option<Field>],
    errors: &Errors,
) -> Vec<Index> {
    let mut declared = vec![];
    for (raw, field) in raw_fields.iter().zip(fields) {
        if let Some(field) = field {
            declared.extend(of_field(raw, field));
        }
    }
    let known = Known { entity, raw_fields, fields };
    declared.extend(raw.indexes.iter().filter_map(|index| known.compound(index, errors)));
    without_repetition(declared, errors)
}

fn of_field(raw: &RawField, field: &Field) -> Vec<Declared> {
    let index = |place: &Ident, direction, unique| Declared {
        place: place.clone(),
        index: Index { keys: vec![(field.name.clone(), direction)], unique, cfgs: field.cfgs.clone() },
    };
    let unique = raw.options.unique.name().map(|name| index(name, Direction::Ascending, true));
    let direction = raw.options.index.get().copied();
    let plain =
        raw.options.index.name().zip(direction).map(|(name, direction)| index(name, direction, false));
    unique.into_iter().chain(plain).collect()
}

struct Known<'a> {
    entity: &'a Ident,
    raw_fields: &'a [RawField],
    fields: &'a [Option<Field>],
}

impl Known<'_> {
    fn compound(&self, raw: &RawIndex, errors: &Errors) -> Option<Declared> {
        let before = errors.count();
        let mut index = Index { keys: vec![], unique: raw.unique, cfgs: vec![] };
        for (key, direction) in &raw.keys {
            let Some((name, cfgs)) = errors.keep(self.key(key)) else { continue };
            if index.keys.iter().any(|(earlier, _)| *earlier == name) {
                errors.push(messages::SAME_INDEX_KEY.at(key, &[&key.to_string()]));
            }
            index.keys.push((name, *direction));
            index.cfgs.extend(cfgs);
        }
        if raw.keys.is_empty() && raw.complete {
            let example = self.names().into_iter().next().unwrap_or_else(|| "name".to_owned());
            errors.push(messages::EMPTY_INDEX.at(&raw.name, &[&raw.name.to_string(), &example]));
        }
        (raw.complete && !raw.keys.is_empty() && errors.count() == before)
            .then(|| Declared { place: raw.name.clone(), index })
    }

    /// The stored name of a key, which is a field by its Rust name or its stored name; or a member that the server keeps.
    fn key(&self, key: &Ident) -> syn::Result<(String, Vec<syn::Attribute>)> {
        let text = key.unraw().to_string();
        if let "createdAt" | "updatedAt" | "created_at" | "updated_at" = &*text {
            return Ok((names::Case::Camel.of_field(&text), vec![]));
        }
        let by_rust_name = |(raw, _): &(&RawField, &Option<Field>)| raw.ident.unraw() == text;
        let named: Vec<_> = self.raw_fields.iter().zip(self.fields).filter(by_rust_name).collect();
        let stored = self.fields.iter().flatten().filter(|field| field.name == text).collect();
        let fields: Vec<&Field> = if named.is_empty() {
            stored
        } else {
            named.iter().filter_map(|(_, field)| field.as_ref()).collect()
        };
        match &fields[..] {
            [field] => Ok((field.name.clone(), field.cfgs.clone())),
            // Under one condition it is one field, under another the other.
            [field, ..] => Ok((field.name.clone(), vec![])),
            // One that is wrong in itself is reported already.
            [] if !named.is_empty() => Ok((text, vec![])),
            [] => {
                let candidates = self.names();
                let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
                let hint = names::one_of(&text, &candidates);
                Err(messages::UNKNOWN_INDEX_FIELD.at(key, &[&text, &self.entity.to_string(), &hint]))
            }
        }
    }

    fn names(&self) -> Vec<String> {
        self.raw_fields.iter().map(|raw| raw.ident.unraw().to_string()).collect()
    }
}

/// Two indexes on the same keys: MongoDB would refuse the second, or keep both for nothing.
fn without_repetition(declared: Vec<Declared>, errors: &Errors) -> Vec<Index> {
    let mut indexes: Vec<Index> = vec![];
    for Declared { place, index } in declared {
        let same = |earlier: &Index| {
            earlier.keys == index.keys && (earlier.cfgs.is_empty() || index.cfgs.is_empty())
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
