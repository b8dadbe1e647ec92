//! What a token says of a user, as it is stored in documents.

use bson::Bson;
use serde_json::Value;

use crate::{
    call::UserPrincipal,
    entity::EntityMeta,
    server_fields::{ID, PUBLIC_ID},
    types::{Id, Schema, Uuid},
};

/// The schema of the values that a field, or each item of it, holds. The document's id is a field by its stored name.
pub(super) fn schema_of(entity: &EntityMeta, field: &str) -> &'static Schema {
    match entity.field(field) {
        Some(field) => item(field.schema),
        None if field == ID => &Schema::Id,
        None => &Schema::Any,
    }
}

/// The one value of a claim, as it is stored in values of a schema; `None` where there is none, or one that has no such form.
pub(crate) fn value_of(user: &UserPrincipal, claim: &str, schema: &'static Schema) -> Option<Bson> {
    if claim == PUBLIC_ID {
        return id(user.id(), item(schema));
    }
    match (user.claims().get(claim)?, without_option(schema)) {
        (Value::Array(values), Schema::List(schema)) => values
            .iter()
            .map(|value| stored(value, item(schema)))
            .collect::<Option<Vec<_>>>()
            .map(Bson::Array),
        (value, schema) => stored(value, schema),
    }
}

/// The values of a claim, of which a list has several.
pub(super) fn values_of(user: &UserPrincipal, claim: &str, schema: &'static Schema) -> Vec<Bson> {
    if claim == PUBLIC_ID {
        return id(user.id(), schema).into_iter().collect();
    }
    match user.claims().get(claim) {
        Some(Value::Array(values)) => values.iter().filter_map(|value| stored(value, schema)).collect(),
        Some(value) => stored(value, schema).into_iter().collect(),
        None => vec![],
    }
}

/// The user's id: where the field is a text, as one.
fn id(id: Id, schema: &Schema) -> Option<Bson> {
    match schema {
        Schema::String => Some(Bson::String(id.to_string())),
        _ => Some(Bson::from(id)),
    }
}

/// A claim is JSON, where ids are texts.
fn stored(value: &Value, schema: &Schema) -> Option<Bson> {
    match (schema, value) {
        (_, Value::Null) => None,
        (Schema::Id | Schema::Ref(_), value) => value.as_str()?.parse::<Id>().ok().map(Bson::from),
        (Schema::Uuid, value) => serde_json::from_value::<Uuid>(value.clone()).ok().map(Bson::from),
        (_, value) => Bson::try_from(value.clone()).ok(),
    }
}

fn item(schema: &'static Schema) -> &'static Schema {
    match schema {
        Schema::Option(inner) | Schema::List(inner) => item(inner),
        other => other,
    }
}

fn without_option(schema: &'static Schema) -> &'static Schema {
    match schema {
        Schema::Option(inner) => without_option(inner),
        other => other,
    }
}
