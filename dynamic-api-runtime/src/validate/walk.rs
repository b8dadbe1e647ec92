//! Through the values of a document by its declared fields, at every depth, to those that rules are about.

use bson::{RawBsonRef, RawDocument};

use super::{Check, Place, Rule, holds::holds, words};
use crate::{entity::Field, input::Violations, types::Schema};

/// What is done at a value of a field that has something to check.
pub(crate) type Visit<'v> = dyn FnMut(&'static Field, RawBsonRef<'_>, &Place) + 'v;

/// Checks the members of a document that stand at a JSON pointer.
pub(crate) fn members(
    fields: &'static [Field],
    document: &RawDocument,
    at: &str,
    violations: &mut Violations,
) {
    for field in fields {
        sent(field, document, at, violations);
    }
}

/// Checks one member of a document that stands at a JSON pointer.
pub(crate) fn sent(field: &'static Field, document: &RawDocument, at: &str, violations: &mut Violations) {
    if is_ruled(field)
        && let Ok(Some(value)) = document.get(field.name)
    {
        member(field, value, &Place::of(at, field.name), violations);
    }
}

/// Checks a value of a field.
pub(crate) fn member(
    field: &'static Field,
    value: RawBsonRef<'_>,
    place: &Place,
    violations: &mut Violations,
) {
    visit(field, value, place, &mut |field, value, place| check(field.rules, value, place, violations));
}

/// Visits a value of a field, and what is below it.
pub(crate) fn visit(field: &'static Field, value: RawBsonRef<'_>, place: &Place, visitor: &mut Visit<'_>) {
    if is_absent(value) {
        return;
    }
    if !field.rules.is_empty() || field.exists.is_some() {
        visitor(field, value, place);
    }
    if holds_rules(field.schema) {
        below(field.schema, value, place, visitor);
    }
}

fn below(schema: &'static Schema, value: RawBsonRef<'_>, place: &Place, visitor: &mut Visit<'_>) {
    match (schema, value) {
        (Schema::Option(inner), value) => below(inner, value, place, visitor),
        (Schema::Struct(fields), RawBsonRef::Document(document)) => {
            for field in fields.iter().filter(|field| is_ruled(field)) {
                if let Ok(Some(value)) = document.get(field.name) {
                    visit(field, value, &place.member(field.name), visitor);
                }
            }
        }
        (Schema::List(item) | Schema::Map(item), value) => {
            items(value, |name, value| below(item, value, &place.member(name), visitor));
        }
        _ => {}
    }
}

/// Goes through the items of a list, or the values of a map.
fn items(value: RawBsonRef<'_>, mut each: impl FnMut(&str, RawBsonRef<'_>)) {
    match value {
        RawBsonRef::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                let Ok(item) = item else { return };
                each(&index.to_string(), item);
            }
        }
        RawBsonRef::Document(entries) => {
            for entry in entries {
                let Ok((name, item)) = entry else { return };
                each(name.as_str(), item);
            }
        }
        _ => {}
    }
}

fn check(rules: &[Rule], value: RawBsonRef<'_>, place: &Place, violations: &mut Violations) {
    for rule in rules {
        match &rule.check {
            _ if violations.is_full() || is_absent(value) => return,
            Check::Each(inner) => {
                items(value, |name, item| check(inner, item, &place.member(name), violations));
            }
            Check::Custom(judge) => {
                let found = judge(value).err().into_iter().flat_map(super::Invalid::into_violations);
                found.for_each(|found| violations.push(words::found(found, rule, place)));
            }
            check if holds(check, value) => {}
            _ => violations.push(words::broken(rule, value, place)),
        }
    }
}

/// Whether there is something to check of a field's values, or below them.
pub(crate) fn is_ruled(field: &Field) -> bool {
    !field.rules.is_empty() || field.exists.is_some() || holds_rules(field.schema)
}

fn holds_rules(schema: &Schema) -> bool {
    match schema {
        Schema::Option(inner) | Schema::List(inner) | Schema::Map(inner) => holds_rules(inner),
        Schema::Struct(fields) => fields.iter().any(is_ruled),
        _ => false,
    }
}

/// Whether a value is none: of what is undefined it is told elsewhere that it does not fit.
fn is_absent(value: RawBsonRef<'_>) -> bool {
    matches!(value, RawBsonRef::Null | RawBsonRef::Undefined)
}
