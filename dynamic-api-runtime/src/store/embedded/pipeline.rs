//! Feeds an aggregation pipeline: finds the documents of its leading `$match` by a plan, and those that its look-ups ask for.

use std::cell::RefCell;

use bson::{Document, RawDocumentBuf};

use super::{
    catalogue::Catalogue,
    history::Read,
    scan::{self, Effort, Halt},
    semantics::aggregate::{self, Lookup},
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

/// Runs a pipeline over a collection.
pub(super) fn aggregate(
    view: &impl View,
    catalogue: &Catalogue,
    collection: &str,
    pipeline: &[Document],
) -> StoreResult<Aggregated> {
    let source = Source { view, catalogue, reads: RefCell::default() };
    let (filter, consumed) = aggregate::leading_match(pipeline)?;
    let input = source.read(collection, filter)?;
    let rest = pipeline.get(consumed..).unwrap_or_default();
    let documents = aggregate::run(rest, input, &source)?;
    Ok(Aggregated { documents, reads: source.reads.into_inner() })
}

struct Source<'v, V> {
    view: &'v V,
    catalogue: &'v Catalogue,
    reads: RefCell<Vec<Read>>,
}

impl<V: View> Source<'_, V> {
    fn read(&self, collection: &str, filter: Filter) -> StoreResult<Vec<RawDocumentBuf>> {
        let found = scan::find(
            self.view,
            &self.catalogue.collection(collection),
            &Find::new(filter.clone()),
            &mut Effort::unlimited(),
        );
        self.reads.borrow_mut().push(Read { collection: collection.to_owned(), filter });
        found.map_err(Halt::into_error)
    }
}

impl<V: View> Lookup for Source<'_, V> {
    fn find(&self, collection: &str) -> StoreResult<Vec<RawDocumentBuf>> {
        self.read(collection, Filter::All)
    }
}
