//! What generated code alone calls, and nobody else should.

mod account;

use bson::{Bson, RawBson};
use serde::Serialize;

pub use self::account::{IsPassword, Login, is_claim, is_login, is_password};
use crate::{
    entity::Field,
    types::{ApiType, Reference, Schema},
};

/// The value of a field as it is stored: its default, or what was computed for it.
///
/// Through raw buffers, as every document is written, so that an id in it is an ObjectId and no text.
pub fn to_bson<T: Serialize>(value: T) -> Bson {
    encode(&value).unwrap_or_else(|error| {
        tracing::error!(%error, "the value of a field has no form in BSON");
        Bson::Null
    })
}

/// As [`to_bson`], for who can tell what a value without a form is.
///
/// # Errors
/// BSON has no form for the value.
pub fn encode<T: Serialize>(value: &T) -> bson::error::Result<Bson> {
    #[derive(Serialize)]
    struct Holder<'v, T> {
        value: &'v T,
    }
    let document = bson::serialize_to_raw_document_buf(&Holder { value })?;
    match document.get("value")? {
        Some(value) => Bson::try_from(RawBson::from(value)),
        None => Ok(Bson::Null),
    }
}

/// Compiles where the type is one that clients can populate.
pub const fn is_reference<R: Reference>() {}

/// Compiles where a path from values of the type comes to a reference; what is behind the first one is checked at the start of the
/// application, which knows the entity that it leads to.
///
/// # Panics
/// While the program compiles, where it doesn't.
pub const fn leads_to_reference<T: ApiType>(path: &str) {
    let (mut schema, mut rest) = (T::SCHEMA, path.as_bytes());
    loop {
        match schema {
            Schema::Option(inner) | Schema::List(inner) => schema = inner,
            Schema::Ref(_) => return,
            Schema::Struct(fields) => match step(fields, rest) {
                Some((field, behind)) => (schema, rest) = (field.schema, behind),
                None => panic!("this path of `populate` leads to no reference: its type has no such field"),
            },
            _ => {
                panic!("this path of `populate` leads to no reference: give its last field the type `Ref<E>`")
            }
        }
    }
}

/// The field that a path starts with, and the path behind it.
const fn step<'p>(fields: &'static [Field], path: &'p [u8]) -> Option<(&'static Field, &'p [u8])> {
    let mut end = 0;
    while end < path.len() && path[end] != b'.' {
        end += 1;
    }
    let (name, behind) = path.split_at(end);
    let behind = match behind {
        [_, behind @ ..] => behind,
        [] => behind,
    };
    let mut at = 0;
    while at < fields.len() {
        if equal(fields[at].name.as_bytes(), name) {
            return Some((&fields[at], behind));
        }
        at += 1;
    }
    None
}

const fn equal(left: &[u8], right: &[u8]) -> bool {
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    left.len() == right.len()
}

/// The condition of what is never written.
pub const fn always<T>(_: &T) -> bool {
    true
}

/// Stands where code can't be generated because of an error that the compiler reports.
///
/// # Errors
/// Always; but no program that holds a call of it compiles.
pub fn stub<S, T>(_: S) -> bson::error::Result<T> {
    Err(serde::de::Error::custom("the entity does not compile"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::types::{DateTime, Id};

    #[test]
    fn values_keep_their_bson_types() {
        let (id, at) = (Id::new(), DateTime::now());
        assert_eq!(to_bson(id), Bson::from(id));
        assert_eq!(to_bson(Some(at)), Bson::from(at));
        assert_eq!(to_bson(vec![id]), Bson::Array(vec![Bson::from(id)]));
        assert_eq!(to_bson("text"), Bson::String("text".to_owned()));
    }
}
