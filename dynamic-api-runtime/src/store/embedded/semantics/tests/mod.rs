//! What the functions answer, against the answers of a MongoDB 6.0.5.
#![allow(clippy::unwrap_used)]

mod filters;
mod keys;
mod pipelines;
mod updates;

use bson::{Decimal128, Document, RawDocumentBuf};

fn raw(doc: &Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(doc).unwrap()
}

fn document(raw: &RawDocumentBuf) -> Document {
    Document::try_from(raw.as_ref()).unwrap()
}

fn decimal(text: &str) -> Decimal128 {
    text.parse().unwrap()
}
