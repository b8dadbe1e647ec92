//! Feeds an aggregation pipeline: finds the documents of its leading `$match` by a plan, and those that its look-ups ask for.

use std::cell::RefCell;

use bson::{Document, RawDocumentBuf};

use super::{
    catalogue::Catalogue,
    effort::{Deadline, Effort, Halt},
    history::Read,
    scan,
    semantics::{
        aggregate::{self, Lookup},
        pace::Pace,
    },
    view::View,
};
use crate::{
    query::{Filter, Find},
    store::StoreResult,
};

/// What came out of a pipeline, and what that depends on.
pub(super) struct Aggregated {
    pub(super) documents: Vec<RawDocumentBuf>,
    pub(super) reads: Vec<Read>,
}

/// Runs a pipeline over a collection until the deadline.
pub(super) fn aggregate(
    view: &impl View,
    catalogue: &Catalogue,
    collection: &str,
    pipeline: &[Document],
    deadline: &Deadline,
) -> StoreResult<Aggregated> {
    let source = Source { view, catalogue, deadline, reads: RefCell::default() };
    let (filter, consumed) = aggregate::leading_match(pipeline)?;
    let input = source.read(collection, filter)?;
    let rest = pipeline.get(consumed..).unwrap_or_default();
    let documents = aggregate::run(rest, input, &source, &Pace::new(&|| deadline.check()))?;
    Ok(Aggregated { documents, reads: source.reads.into_inner() })
}

struct Source<'v, V> {
    view: &'v V,
    catalogue: &'v Catalogue,
    deadline: &'v Deadline,
    reads: RefCell<Vec<Read>>,
}

impl<V: View> Source<'_, V> {
    fn read(&self, collection: &str, filter: Filter) -> StoreResult<Vec<RawDocumentBuf>> {
        let collection = self.catalogue.collection(collection);
        self.reads.borrow_mut().push(Read::new(&collection, &filter));
        let found = scan::find(self.view, &collection, &Find::new(filter), &Effort::until(self.deadline));
        found.map_err(Halt::into_error)
    }
}

impl<V: View> Lookup for Source<'_, V> {
    fn find(&self, collection: &str, filter: Filter) -> StoreResult<Vec<RawDocumentBuf>> {
        self.read(collection, filter)
    }
}
