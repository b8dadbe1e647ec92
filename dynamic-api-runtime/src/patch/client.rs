//! A stored document as the JSON that clients see, by the declared fields: what a patch is applied to.
//!
//! Below a field whose type only its own code can read, values stand in the forms that the types of this crate have in JSON; a
//! type that is written otherwise to JSON than to BSON has its patches judged by its own `Deserialize`.

use bson::{Bson, RawBson, RawBsonRef, RawDocument, spec::BinarySubtype};
use serde_json::{Map, Number, Value};

use crate::{
    coerce::whole,
    entity::Field,
    error::Error,
    server_fields::{CREATED_AT, ID, PUBLIC_ID, UPDATED_AT},
    types::{DateTime, Decimal128, Id, Schema, Uuid},
};

/// The visible members of a document.
///
/// # Errors
/// 500 where its bytes are no BSON.
pub(super) fn members(document: &RawDocument, fields: &[Field]) -> Result<Map<String, Value>, Error> {
    let read = || {
        let mut members = Map::new();
        add_server(document, ID, PUBLIC_ID, &mut members)?;
        add_declared(document, fields, &mut members)?;
        add_server(document, CREATED_AT, CREATED_AT, &mut members)?;
        add_server(document, UPDATED_AT, UPDATED_AT, &mut members)?;
        Ok(members)
    };
    read().map_err(|error: bson::error::Error| Error::internal(error))
}

/// The client's form of a stored value; `None` where it has none.
pub(super) fn value(schema: &Schema, value: &Bson) -> Option<Value> {
    let value = RawBson::try_from(value.clone()).ok()?;
    of_value(schema, value.as_raw_bson_ref()).ok()
}

fn add_server(
    document: &RawDocument,
    stored: &str,
    name: &str,
    members: &mut Map<String, Value>,
) -> bson::error::Result<()> {
    if let Some(value) = document.get(stored)?
        && value.as_null().is_none()
    {
        members.insert(name.to_owned(), of_type(value)?);
    }
    Ok(())
}

fn add_declared(
    document: &RawDocument,
    fields: &[Field],
    members: &mut Map<String, Value>,
) -> bson::error::Result<()> {
    for field in fields.iter().filter(|field| field.is_visible() && !field.computed) {
        let found = match (document.get(field.name)?, field.default) {
            (Some(found), _) => of_value(field.schema, found)?,
            (None, Some(default)) => value(field.schema, &default()).unwrap_or_default(),
            (None, None) => continue,
        };
        let is_absent = found.is_null() && matches!(field.schema, Schema::Option(_));
        if !is_absent {
            members.insert(field.name.to_owned(), found);
        }
    }
    Ok(())
}

fn of_value(schema: &Schema, value: RawBsonRef<'_>) -> bson::error::Result<Value> {
    match (schema.present(), value) {
        (Schema::Struct(fields), RawBsonRef::Document(document)) => {
            let mut members = Map::new();
            add_declared(document, fields, &mut members)?;
            Ok(Value::Object(members))
        }
        (Schema::List(item), RawBsonRef::Array(items)) => {
            items.into_iter().map(|value| of_value(item, value?)).collect()
        }
        (Schema::Map(item), RawBsonRef::Document(document)) => entries(document, item),
        (Schema::Integer { .. }, RawBsonRef::Double(number)) if whole(number).is_some() => {
            Ok(whole(number).into())
        }
        (_, value) => of_type(value),
    }
}

fn entries(document: &RawDocument, item: &Schema) -> bson::error::Result<Value> {
    let entry = |element: bson::error::Result<(&bson::raw::CStr, RawBsonRef<'_>)>| {
        let (name, value) = element?;
        Ok((name.as_str().to_owned(), of_value(item, value)?))
    };
    document.into_iter().map(entry).collect::<bson::error::Result<Map<_, _>>>().map(Value::Object)
}

/// A value by its BSON type alone.
fn of_type(value: RawBsonRef<'_>) -> bson::error::Result<Value> {
    Ok(match value {
        RawBsonRef::Null | RawBsonRef::Undefined => Value::Null,
        RawBsonRef::Boolean(value) => value.into(),
        RawBsonRef::Int32(number) => number.into(),
        RawBsonRef::Int64(number) => number.into(),
        // JSON has no form for what is no number.
        RawBsonRef::Double(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        RawBsonRef::String(text) | RawBsonRef::Symbol(text) => text.into(),
        RawBsonRef::ObjectId(id) => Id::from(id).to_string().into(),
        RawBsonRef::DateTime(instant) => DateTime::from(instant).to_string().into(),
        RawBsonRef::Decimal128(number) => Decimal128::from(number).to_string().into(),
        RawBsonRef::Binary(binary) if binary.subtype == BinarySubtype::Uuid => {
            match binary.bytes.try_into() {
                Ok(bytes) => Uuid::from(bson::Uuid::from_bytes(bytes)).to_string().into(),
                Err(_) => binary.bytes.into(),
            }
        }
        RawBsonRef::Binary(binary) => binary.bytes.into(),
        RawBsonRef::Document(document) => entries(document, &Schema::Any)?,
        RawBsonRef::Array(_) => of_value(&Schema::List(&Schema::Any), value)?,
        other => Bson::try_from(other)?.into_relaxed_extjson(),
    })
}
