//! What is written of the changes of an entity's documents.

use super::EntityMeta;
use crate::{
    query::Direction,
    server_fields::ID,
    store::{CollectionSpec, IndexKind, IndexSpec},
};

/// That each write of an entity's documents is told in a collection of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Audit {
    /// After how many seconds an entry is deleted; `None` for never.
    pub retention: Option<u32>,
}

/// The id of the document that an entry is about.
pub(crate) const DOCUMENT: &str = "document";
/// The member that holds the document before, and the one that holds it since.
pub(crate) const BEFORE: &str = "before";
pub(crate) const AFTER: &str = "after";
/// When it was written.
const AT: &str = "at";

impl Audit {
    /// Entries that are kept.
    pub const fn new() -> Self {
        Self { retention: None }
    }

    /// Sets after how many seconds an entry is deleted.
    #[must_use]
    pub const fn retention(mut self, seconds: u32) -> Self {
        self.retention = Some(seconds);
        self
    }
}

impl EntityMeta {
    /// The collection in which the writes of its documents are told.
    pub(crate) fn audit_collection(&self) -> String {
        format!("{}_audit", self.collection)
    }

    /// What the store is told of that collection, where there is one.
    pub(crate) fn audit_spec(&self) -> Option<CollectionSpec> {
        let audit = self.audit?;
        let index = |keys: Vec<(String, Direction)>, kind| IndexSpec {
            keys,
            kind,
            only_types: vec![],
            only_null: vec![],
        };
        let of_document =
            vec![(DOCUMENT.to_owned(), Direction::Ascending), (ID.to_owned(), Direction::Descending)];
        let expiry = |seconds| index(vec![(AT.to_owned(), Direction::Ascending)], IndexKind::Ttl { seconds });
        let indexes = [index(of_document, IndexKind::Plain)].into_iter().chain(audit.retention.map(expiry));
        Some(CollectionSpec { name: self.audit_collection(), indexes: indexes.collect() })
    }
}
