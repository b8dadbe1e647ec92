//! The writes of a collection as data, so that a store states once how it writes.

use bson::RawDocumentBuf;

use crate::query::{Filter, Replacement, Update};

/// A write of one collection; what each does is said at the method of [`Collections`](super::Collections) with its name.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Write<'a> {
    Insert(&'a [RawDocumentBuf]),
    UpdateOne(&'a Filter, &'a Update),
    UpdateMany(&'a Filter, &'a Update),
    UpdateEach(&'a [(Filter, Update)]),
    ReplaceOne(&'a Filter, &'a Replacement),
    DeleteOne(&'a Filter),
    DeleteMany(&'a Filter),
}

/// What a write answers.
#[derive(Debug)]
pub enum Written {
    /// An insert: nothing beyond its success.
    Done,
    /// An update or replacement of one document: the document as it is then, where there was one.
    Document(Option<RawDocumentBuf>),
    /// Any other: how many documents it was.
    Count(u64),
}

impl Written {
    /// The document of an update or replacement of one.
    pub fn document(self) -> Option<RawDocumentBuf> {
        match self {
            Self::Document(document) => document,
            Self::Done | Self::Count(_) => None,
        }
    }

    /// How many documents it was.
    pub fn count(self) -> u64 {
        match self {
            Self::Count(count) => count,
            Self::Done | Self::Document(_) => 0,
        }
    }
}
