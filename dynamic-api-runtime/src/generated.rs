//! What generated code alone calls, and nobody else should.

use bson::{Bson, RawBson};
use serde::Serialize;

use crate::types::Reference;

/// The value of a field as it is stored: its default, or what was computed for it.
///
/// Through raw buffers, as every document is written, so that an id in it is an ObjectId and no text.
pub fn to_bson<T: Serialize>(value: T) -> Bson {
    #[derive(Serialize)]
    struct Holder<T> {
        value: T,
    }
    let encoded = bson::serialize_to_raw_document_buf(&Holder { value });
    let value = encoded.and_then(|document| match document.get("value")? {
        Some(value) => Bson::try_from(RawBson::from(value)),
        None => Ok(Bson::Null),
    });
    value.unwrap_or_else(|error| {
        tracing::error!(%error, "the value of a field has no form in BSON");
        Bson::Null
    })
}

/// Compiles where the type is one that clients can populate.
pub const fn is_reference<R: Reference>() {}

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
