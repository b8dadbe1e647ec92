//! Reading and building raw BSON in small steps. It knows no query semantics.

mod seek;

use bson::{
    Bson, RawArray, RawArrayBuf, RawBson, RawBsonRef, RawDocument, RawDocumentBuf,
    raw::{CString, RawElement},
};

use crate::store::{StoreError, StoreResult};

/// The elements of a document, up to the first malformed one.
pub(crate) fn elements(doc: &RawDocument) -> impl Iterator<Item = RawElement<'_>> {
    doc.iter_elements().map_while(Result::ok)
}

/// The members of a document, up to the first malformed one.
pub(crate) fn members(doc: &RawDocument) -> impl Iterator<Item = (&str, RawBsonRef<'_>)> {
    doc.iter().map_while(Result::ok).map(|(name, value)| (name.as_str(), value))
}

/// The values of an array, up to the first malformed one.
pub(crate) fn values(array: &RawArray) -> impl Iterator<Item = RawBsonRef<'_>> {
    array.into_iter().map_while(Result::ok)
}

/// The member `name` of a document. Names and values before it are stepped over without being read.
pub(crate) fn member<'a>(doc: &'a RawDocument, name: &str) -> Option<RawBsonRef<'a>> {
    match seek::value(doc, name.as_bytes()) {
        seek::Found::Value(value) => Some(value),
        seek::Found::Nothing => None,
        seek::Found::Other => {
            let element = elements(doc).find(|element| element.key().as_str() == name)?;
            element.value().ok()
        }
    }
}

/// Appends a member. A name read from BSON can't hold a NUL; one that came from elsewhere and does is an error.
pub(crate) fn append(doc: &mut RawDocumentBuf, name: &str, value: RawBsonRef<'_>) -> StoreResult<()> {
    let name: &bson::raw::CStr =
        name.try_into().map_err(|_| StoreError::Invalid(format!("the name {name:?} holds a NUL")))?;
    doc.append(name, value);
    Ok(())
}

/// Appends a member whose name was read from BSON.
pub(crate) fn copy(doc: &mut RawDocumentBuf, element: &RawElement<'_>) {
    if let Ok(value) = element.value() {
        doc.append(element.key(), value);
    }
}

/// A value in raw form.
///
/// # Errors
/// Where a name in it holds a NUL.
pub(crate) fn from_bson(value: &Bson) -> StoreResult<RawBson> {
    RawBson::try_from(value.clone()).map_err(|error| StoreError::Invalid(error.to_string()))
}

/// An array of these values.
pub(crate) fn array<'a>(values: impl IntoIterator<Item = RawBsonRef<'a>>) -> RawArrayBuf {
    let mut out = RawArrayBuf::new();
    for value in values {
        out.push(value);
    }
    out
}

/// A document of these members, whose names must be free of NULs.
pub(crate) fn document(members: impl IntoIterator<Item = (String, RawBson)>) -> StoreResult<RawDocumentBuf> {
    let mut out = RawDocumentBuf::new();
    for (name, value) in members {
        let name = CString::try_from(name).map_err(|error| StoreError::Invalid(error.to_string()))?;
        out.append(&name, &value);
    }
    Ok(out)
}
