//! What was committed since the oldest transaction that is under way began, and whether that touches what a transaction read.

use std::collections::VecDeque;

use bson::RawDocument;

use super::{catalogue::Collection, draft::CollectionChanges, semantics::matcher::Matcher};
use crate::query::Filter;

/// A condition that a transaction's reads of a collection depend on: it holds what it holds only as long as no document that
/// satisfies the filter, before or after, was changed by another.
#[derive(Debug, Clone)]
pub(super) struct Read {
    collection: String,
    filter: Filter,
    /// Where the filter's search looks for words.
    texts: Vec<String>,
}

impl Read {
    pub(super) fn new(collection: &Collection, filter: &Filter) -> Self {
        let texts = collection.text_index().map(|index| index.paths()).unwrap_or_default();
        Self {
            collection: collection.name.clone(),
            filter: filter.clone(),
            texts: texts.into_iter().map(str::to_owned).collect(),
        }
    }

    pub(super) fn is_of(&self, collection: &Collection, filter: &Filter) -> bool {
        self.collection == collection.name && self.filter == *filter
    }

    fn matcher(&self) -> Matcher {
        let texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        Matcher::with_texts(&self.filter, &texts)
    }
}

struct Committed {
    sequence: u64,
    collection: String,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

impl Committed {
    fn touches(&self, matcher: &Matcher) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(|document| {
            // What can't be read is taken for touched.
            RawDocument::from_bytes(document).map_or(true, |document| matcher.matches(document))
        })
    }

    fn size(&self) -> usize {
        let document = |document: &Option<Vec<u8>>| document.as_ref().map_or(0, Vec::len);
        document(&self.before) + document(&self.after) + self.collection.len() + size_of::<Self>()
    }
}

/// The most memory that old commits may take; a transaction that began before what is kept conflicts.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The changes of the latest commits, the oldest first.
#[derive(Default)]
pub(super) struct History {
    committed: VecDeque<Committed>,
    bytes: usize,
    /// Of this commit and those before it nothing is known.
    forgotten: u64,
}

impl History {
    /// Adds the changes of a commit.
    pub(super) fn record(&mut self, sequence: u64, changes: CollectionChanges) {
        for change in changes.documents.into_values() {
            let collection = changes.collection.name.clone();
            let committed = Committed { sequence, collection, before: change.before, after: change.after };
            self.bytes += committed.size();
            self.committed.push_back(committed);
        }
    }

    /// Whether a commit after `since` changed what one of `reads` depends on.
    pub(super) fn conflicts(&self, since: u64, reads: &[Read]) -> bool {
        if since < self.forgotten {
            return true;
        }
        let later = self.committed.partition_point(|committed| committed.sequence <= since);
        reads.iter().any(|read| {
            let matcher = read.matcher();
            let mut later = self.committed.range(later..);
            later.any(|committed| committed.collection == read.collection && committed.touches(&matcher))
        })
    }

    /// Forgets what no transaction asks for: everything up to the commit that the oldest one sees.
    pub(super) fn prune(&mut self, oldest: u64) {
        while self.committed.front().is_some_and(|first| first.sequence <= oldest || self.bytes > MAX_BYTES) {
            let Some(first) = self.committed.pop_front() else { return };
            self.bytes -= first.size();
            self.forgotten = self.forgotten.max(first.sequence);
        }
    }

    /// Makes every transaction that began before this commit conflict.
    pub(super) fn forget(&mut self, sequence: u64) {
        self.committed.clear();
        self.bytes = 0;
        self.forgotten = sequence;
    }
}
