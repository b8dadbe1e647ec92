//! Every way in which members don't fit the declared fields, in words for a client.

use std::collections::HashSet;

use bson::{Bson, RawBson};
use serde_json::{Value, value::RawValue};

use super::{Form, Violations, escape, shown};
use crate::{
    entity::Field,
    error::Violation,
    types::{DateTime, Decimal128, Id, PASSWORD_CHARS, Password, Schema, Uuid},
    validate::{self, Place, prefix},
};

/// Adds the violations of `members` against `fields`: missing ones first, then in the order they were sent. What stands at one
/// of the pointers of `refused` is told already.
pub(super) fn explain(
    fields: &'static [Field],
    form: Form,
    members: &[(&str, &RawValue)],
    at: &str,
    refused: &HashSet<String>,
    violations: &mut Violations,
) {
    if form == Form::Whole {
        let sent = |field: &&Field| members.iter().any(|(name, _)| *name == field.name);
        let missing = fields.iter().filter(|field| field.is_required() && !sent(field));
        let missing = missing.map(|field| required(at, &prefix(at), field.name));
        missing.filter(|one| !refused.contains(&one.pointer)).for_each(|one| violations.push(one));
    }
    for (name, value) in members {
        let Some(field) = fields.iter().find(|field| field.name == *name) else { continue };
        let Ok(value) = serde_json::from_str::<Value>(value.get()) else { continue };
        let place = Place::of(at, name);
        check(field.schema, &value, &place, violations);
        if validate::is_ruled(field)
            && let Some(stored) = stored(field.schema, &value).and_then(|value| RawBson::try_from(value).ok())
        {
            validate::member(field, stored.as_raw_bson_ref(), &place, violations);
        }
    }
}

/// The stored form of what of a value fits its schema, so that rules can be asked of it. What does not fit is left out, or undefined
/// where something has to stand.
fn stored(schema: &Schema, value: &Value) -> Option<Bson> {
    match (schema, value) {
        (_, Value::Null) => Some(Bson::Null),
        (Schema::Option(inner), value) => stored(inner, value),
        (Schema::List(item), Value::Array(values)) => {
            let items = values.iter().map(|value| stored(item, value).unwrap_or(Bson::Undefined));
            Some(Bson::Array(items.collect()))
        }
        (Schema::Map(item), Value::Object(values)) => {
            let entries = values.iter();
            let entry =
                |(name, value): (&String, _)| (name.clone(), stored(item, value).unwrap_or(Bson::Undefined));
            Some(Bson::Document(entries.map(entry).collect()))
        }
        (Schema::Struct(fields), Value::Object(values)) => {
            let member =
                |field: &Field| Some((field.name.to_owned(), stored(field.schema, values.get(field.name)?)?));
            Some(Bson::Document(fields.iter().filter_map(member).collect()))
        }
        (Schema::Password, Value::String(text)) => Some(Bson::String(text.clone())),
        (schema, value) => schema.scalar_of_json(value),
    }
}

/// What to say of a member that is not declared: the nearest name, where one is near.
pub(crate) fn unknown(entity: &str, fields: &[Field], name: &str) -> String {
    let shown = shown(name);
    let nearest = fields
        .iter()
        .filter(|field| !field.hidden && !field.read_only)
        .map(|field| (strsim::levenshtein(field.name, &shown), field.name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3);
    match nearest {
        Some((_, candidate)) => format!("{shown} is no member of {entity}: did you mean {candidate}?"),
        None => format!("{shown} is no member of {entity}"),
    }
}

fn required(at: &str, prefix: &str, name: &str) -> Violation {
    Violation::new(format!("{at}/{}", escape(name)), "required", format!("{prefix}{name} is required"))
}

fn check(schema: &Schema, value: &Value, place: &Place, violations: &mut Violations) {
    if violations.is_full() {
        return;
    }
    match (schema, value) {
        (Schema::Any, _) | (Schema::Option(_), Value::Null) => {}
        (Schema::Option(inner), value) => check(inner, value, place, violations),
        (Schema::List(item), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate().filter(|(_, value)| !fits(item, value)) {
                check(item, value, &place.member(&index.to_string()), violations);
            }
        }
        (Schema::Map(item), Value::Object(values)) => {
            for (name, value) in values {
                check(item, value, &place.member(name), violations);
            }
        }
        (Schema::Struct(fields), Value::Object(values)) => {
            check_struct(fields, values, place, violations);
        }
        (schema, value) if fits(schema, value) => {}
        (schema, value) => violations.push(mismatch(schema, value, place)),
    }
}

fn check_struct(
    fields: &[Field],
    values: &serde_json::Map<String, Value>,
    place: &Place,
    violations: &mut Violations,
) {
    for field in fields {
        match values.get(field.name) {
            Some(value) => check(field.schema, value, &place.member(field.name), violations),
            None if field.is_required() => {
                violations.push(required(&place.pointer, &format!("{}.", place.name), field.name));
            }
            None => {}
        }
    }
    for name in values.keys().filter(|name| !fields.iter().any(|field| field.name == **name)) {
        let pointer = place.member(name).pointer;
        violations.push(Violation::new(pointer, "unknown", unknown(&place.name, fields, name)));
    }
}

fn fits(schema: &Schema, value: &Value) -> bool {
    match (schema, value) {
        (Schema::String, Value::String(_))
        | (Schema::Float, Value::Number(_))
        | (Schema::Bool, Value::Bool(_)) => true,
        (Schema::Integer { min, max }, Value::Number(number)) => {
            number.as_i64().is_some_and(|number| (*min..=*max).contains(&number))
        }
        (Schema::Id | Schema::Ref(_), Value::String(text)) => text.parse::<Id>().is_ok(),
        (Schema::DateTime, Value::String(text)) => text.parse::<DateTime>().is_ok(),
        (Schema::Decimal, Value::String(text)) => text.parse::<Decimal128>().is_ok(),
        (Schema::Uuid, Value::String(text)) => text.parse::<Uuid>().is_ok(),
        (Schema::Password, Value::String(text)) => Password::is_acceptable(text),
        (Schema::Enum(values), Value::String(text)) => values.contains(&text.as_str()),
        _ => false,
    }
}

fn mismatch(schema: &Schema, value: &Value, place: &Place) -> Violation {
    let in_range =
        matches!((schema, value), (Schema::Integer { .. }, Value::Number(number)) if !number.is_f64());
    let code = if in_range { "range" } else { "type" };
    Violation::new(place.pointer.clone(), code, format!("{} must be {}", place.name, describe(schema)))
}

/// A schema in words: what comes after "must be".
pub(crate) fn describe(schema: &Schema) -> String {
    match schema {
        Schema::String => "a string".into(),
        Schema::Integer { min, max } if (*min, *max) == (i64::MIN, i64::MAX) => {
            "an integer of 64 bits".into()
        }
        Schema::Integer { min, max } => format!("an integer from {min} to {max}"),
        Schema::Float => "a number".into(),
        Schema::Bool => "a boolean".into(),
        Schema::Id | Schema::Ref(_) => "an id of 24 hex digits".into(),
        Schema::DateTime => "an RFC 3339 date and time".into(),
        Schema::Decimal => "a decimal number as a string".into(),
        Schema::Uuid => "a UUID".into(),
        Schema::Password => {
            format!("a string of {} to {} characters", PASSWORD_CHARS.start(), PASSWORD_CHARS.end())
        }
        Schema::Option(inner) => describe(inner),
        Schema::List(_) => "an array".into(),
        Schema::Map(_) | Schema::Struct(_) => "an object".into(),
        Schema::Enum(values) => format!("one of {}", values.join(", ")),
        Schema::Any => "valid".into(),
    }
}
