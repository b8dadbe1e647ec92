//! A value within a required struct, decoded without the document around it.
//!
//! The user's own types have the last word on every value, and they are asked through the entity's input. So the value is put
//! into a struct whose other members are samples, and taken out of what that is stored as. Where the samples are refused,
//! nothing is known.

use bson::{Bson, RawDocument};
use serde_json::{Map, Value, json};

use super::shape::Shape;
use crate::{
    entity::Field,
    error::Violation,
    input::{Violations, escape},
    query::FieldUpdate,
    types::Schema,
};

/// The change to the value at a stored path.
pub(super) type Change = (String, FieldUpdate);

/// The change that makes `value` that of the member that `fields` lead to; `null` takes it away. `None` where that can't be
/// said without the document.
pub(super) fn change(shape: Shape, fields: &[Field], value: Value) -> Option<Result<Change, Vec<Violation>>> {
    let (top, below) = fields.split_first()?;
    // A rule of what is around it asks for that as it is.
    if fields.iter().rev().skip(1).any(|field| !field.rules.is_empty()) {
        return None;
    }
    let mut members = Map::new();
    members.insert(top.name.to_owned(), around(top, below, value)?);
    let mut violations = Violations::default();
    let Some(document) = (shape.decode)(&members, &mut violations) else {
        let pointer = fields.iter().fold(String::new(), |pointer, field| pointer + "/" + &escape(field.name));
        let its_own = |violation: &&Violation| {
            violation
                .pointer
                .strip_prefix(&pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found: Vec<Violation> = violations.since(0).iter().filter(its_own).cloned().collect();
        return (!found.is_empty()).then_some(Err(found));
    };
    let path = fields.iter().map(|field| field.name).collect::<Vec<_>>().join(".");
    let change = match stored(&document, fields)? {
        Bson::Null => FieldUpdate::Unset,
        value => FieldUpdate::Set(value),
    };
    Some(Ok((path, change)))
}

/// The value of a member in a document, `Null` where it has none; `None` where the structs around it are not there.
pub(super) fn stored(document: &RawDocument, fields: &[Field]) -> Option<Bson> {
    let (last, parents) = fields.split_last()?;
    let parent =
        parents.iter().try_fold(document, |document, field| document.get_document(field.name).ok())?;
    match parent.get(last.name).ok()? {
        Some(value) => Bson::try_from(value).ok(),
        None => Some(Bson::Null),
    }
}

/// The value of `field` in which the member that `below` leads to has `value`, and all others are samples.
fn around(field: &Field, below: &[Field], value: Value) -> Option<Value> {
    let Some((next, below)) = below.split_first() else { return Some(value) };
    let Schema::Struct(fields) = field.schema else { return None };
    let mut members = samples(fields.iter().filter(|field| field.name != next.name))?;
    let is_absent = value.is_null() && below.is_empty();
    if !is_absent {
        members.insert(next.name.to_owned(), around(next, below, value)?);
    }
    Some(Value::Object(members))
}

fn samples<'a>(fields: impl Iterator<Item = &'a Field>) -> Option<Map<String, Value>> {
    let required = fields.filter(|field| field.is_required());
    required.map(|field| Some((field.name.to_owned(), sample(field.schema)?))).collect()
}

fn sample(schema: &Schema) -> Option<Value> {
    Some(match schema {
        Schema::String => json!(""),
        Schema::Password => json!("00000000"),
        Schema::Integer { min, max } => json!(0.clamp(*min, *max)),
        Schema::Float => json!(0),
        Schema::Bool => json!(false),
        Schema::Id | Schema::Ref(_) => json!("000000000000000000000000"),
        Schema::DateTime => json!("1970-01-01T00:00:00.000Z"),
        Schema::Decimal => json!("0"),
        Schema::Uuid => json!("00000000-0000-0000-0000-000000000000"),
        Schema::Option(_) => Value::Null,
        Schema::List(_) => json!([]),
        Schema::Map(_) => json!({}),
        Schema::Enum(names) => json!(names.first()?),
        Schema::Struct(fields) => Value::Object(samples(fields.iter())?),
        Schema::Any => return None,
    })
}
