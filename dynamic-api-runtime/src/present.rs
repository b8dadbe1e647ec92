//! From a stored document to the JSON that clients see. Every way out goes through here.

use bson::RawDocument;
use serde::{Serialize, de::DeserializeOwned};

use crate::{coerce::whole_numbers, entity::Field, store::BoxError};

/// The shape in which clients see an entity: reads from BSON, writes to JSON. Implemented by the macro for its output types.
pub trait View: Serialize + DeserializeOwned + Send + 'static {}

/// Appends the JSON of a document to a buffer, or leaves the buffer as it was and says why the document is not of the shape.
pub(crate) type Present = fn(&RawDocument, &mut Vec<u8>) -> Result<(), BoxError>;

/// [`Present`] by a view.
pub(crate) fn present<V: View>(document: &RawDocument, out: &mut Vec<u8>) -> Result<(), BoxError> {
    let view: V = bson::deserialize_from_slice(document.as_bytes())?;
    let start = out.len();
    serde_json::to_writer(&mut *out, &view).map_err(|error| {
        out.truncate(start);
        error.into()
    })
}

/// Appends the JSON of a document of `fields`, also where another program stored its integers as doubles.
pub(crate) fn present_stored(
    present: Present,
    document: &RawDocument,
    fields: &[Field],
    out: &mut Vec<u8>,
) -> Result<(), BoxError> {
    present(document, out).or_else(|error| match whole_numbers(document, fields) {
        Some(document) => present(&document, out),
        None => Err(error),
    })
}
