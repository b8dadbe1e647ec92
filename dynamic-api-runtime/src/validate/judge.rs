//! Functions of the program's own, asked of stored forms.

use bson::{RawBsonRef, RawDocument, RawDocumentBuf, raw::cstr};
use serde::{Deserialize, de::DeserializeOwned};

use super::Invalid;
use crate::entity::Entity;

/// What a function of the program's own says of a stored value.
pub(crate) type Judge = fn(RawBsonRef<'_>) -> Result<(), Invalid>;

/// What a function of the program's own says of a document; an error where it is none of the entity's.
pub(crate) type JudgeWhole = fn(&RawDocument) -> bson::error::Result<Result<(), Invalid>>;

/// Asks a function about a value as its type. What is of no such type is told elsewhere.
///
/// # Errors
/// What the function says.
pub fn judge<T: DeserializeOwned>(
    value: RawBsonRef<'_>,
    says: fn(&T) -> Result<(), Invalid>,
) -> Result<(), Invalid> {
    #[derive(Deserialize)]
    struct Holder<T> {
        value: T,
    }
    let mut holder = RawDocumentBuf::new();
    holder.append(cstr!("value"), value);
    match bson::deserialize_from_slice::<Holder<T>>(holder.as_bytes()) {
        Ok(holder) => says(&holder.value),
        Err(_) => Ok(()),
    }
}

/// Asks a function about a document as its entity.
///
/// # Errors
/// Where the document is none of the entity's.
pub fn judge_whole<E: Entity>(
    document: &RawDocument,
    says: fn(&E) -> Result<(), Invalid>,
) -> bson::error::Result<Result<(), Invalid>> {
    E::from_document(document).map(|entity| says(&entity))
}
