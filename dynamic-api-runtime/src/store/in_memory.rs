//! What a filter, an update and a replacement come to on a document at hand: the same as in every store.

use bson::{RawDocument, RawDocumentBuf};

use super::{
    StoreResult,
    embedded::semantics::{matcher::Matcher, update},
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
