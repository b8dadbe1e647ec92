//! What a filter, an update and a replacement come to on a document at hand: the same as in every store.

use std::cmp::Ordering;

use bson::{RawBsonRef, RawDocument, RawDocumentBuf};

use super::{
    StoreResult,
    embedded::semantics::{matcher::Matcher, number::Number, update},
};
use crate::query::{Filter, Replacement, Update};

/// Whether a document satisfies a filter.
pub(crate) fn matches(filter: &Filter, document: &RawDocument) -> bool {
    Matcher::new(filter).matches(document)
}

/// A document as an update leaves it.
///
/// # Errors
/// As the update in a store: where a value's type forbids it.
pub(crate) fn updated(document: &RawDocument, update: &Update) -> StoreResult<RawDocumentBuf> {
    update::apply(document, update)
}

/// What takes the place of a document.
pub(crate) fn replaced(document: &RawDocument, replacement: &Replacement) -> RawDocumentBuf {
    update::replace(document, replacement)
}

/// How two numbers compare by value, exactly; `None` where one of them is none.
pub(crate) fn compared(a: RawBsonRef<'_>, b: RawBsonRef<'_>) -> Option<Ordering> {
    Some(Number::of(a)?.compare(Number::of(b)?))
}
