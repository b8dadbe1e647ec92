//! A transaction: a draft on the snapshot of its beginning, and a record of what it read.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bson::{Document, RawDocumentBuf};

use super::{
    catalogue::{Catalogue, Collection},
    draft::{Changes, Draft},
    effort::{Deadline, Effort, Halt},
    history::Read,
    operation::Operation,
    pipeline,
    plan::{Access, Question, plan},
    scan,
    store::{INLINE_ROWS, Inner},
    view::Snapshot,
    writer::Work,
};
use crate::{
    query::{Filter, Find},
    store::{BoxFuture, Collections, StoreError, StoreResult, Transaction, Write, Written},
};

/// See the module. Other writers are not held up by it, nor it by them; whether they got in its way is seen at the commit.
pub(super) struct EmbeddedTransaction {
    store: Arc<Inner>,
    answer_limit: Duration,
    began: Began,
    // One call at a time: the lock is held while a call works, and over no await.
    state: Arc<Mutex<State>>,
}

/// Keeps the later commits in mind for as long as it lives.
struct Began {
    store: Arc<Inner>,
    sequence: u64,
}

impl Drop for Began {
    fn drop(&mut self) {
        self.store.shared.leave(self.sequence);
    }
}

struct State {
    catalogue: Arc<Catalogue>,
    snapshot: Arc<Snapshot>,
    changes: Changes,
    reads: Vec<Read>,
    /// A write failed half-way: what it left in the draft must not be committed.
    failed: bool,
}

impl State {
    fn note(&mut self, collection: &Collection, filter: &Filter) {
        if !self.reads.last().is_some_and(|read| read.is_of(collection, filter)) {
            self.reads.push(Read::new(collection, filter));
        }
    }

    fn draft(&mut self) -> Draft<'_, Snapshot> {
        Draft { base: &self.snapshot, changes: &mut self.changes }
    }

    fn find(&mut self, collection: &str, find: &Find, effort: &Effort) -> Result<Vec<RawDocumentBuf>, Halt> {
        let collection = self.catalogue.collection(collection);
        self.note(&collection, &find.filter);
        scan::find(&self.draft(), &collection, find, effort)
    }

    fn count(&mut self, collection: &str, filter: &Filter, effort: &Effort) -> Result<u64, Halt> {
        let collection = self.catalogue.collection(collection);
        self.note(&collection, filter);
        scan::count(&self.draft(), &collection, filter, effort)
    }

    fn aggregate(
        &mut self,
        collection: &str,
        pipeline: &[Document],
        deadline: &Deadline,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        let catalogue = Arc::clone(&self.catalogue);
        let aggregated = pipeline::aggregate(&self.draft(), &catalogue, collection, pipeline, deadline)?;
        self.reads.extend(aggregated.reads);
        Ok(aggregated.documents)
    }

    fn write(&mut self, collection: &str, operation: &Operation, effort: &Effort) -> StoreResult<Written> {
        if self.failed {
            return Err(StoreError::of_failed_transaction());
        }
        let collection = self.catalogue.collection(collection);
        for filter in operation.filters() {
            self.note(&collection, filter);
        }
        let outcome = operation.run(&mut self.draft(), &collection, effort);
        self.failed = outcome.is_err();
        outcome
    }

    /// Whether a write looks at few documents, and knows which.
    fn is_small(&mut self, collection: &str, operation: &Operation) -> bool {
        let few = |count: usize| count as u64 <= INLINE_ROWS;
        if let Operation::Insert(documents) = operation {
            return few(documents.len());
        }
        let collection = self.catalogue.collection(collection);
        let draft = self.draft();
        let ids = |filter: &&Filter| match plan(&draft, &collection, Question::first(filter)).access {
            Access::Ids(ids) => Some(ids.len()),
            _ => None,
        };
        operation.filters().iter().map(ids).sum::<Option<usize>>().is_some_and(few)
    }
}

impl EmbeddedTransaction {
    pub(super) fn begin(store: &Arc<Inner>, answer_limit: Duration) -> Self {
        let (sequence, catalogue, snapshot) = store.shared.enter();
        let state =
            State { catalogue, snapshot, changes: Changes::default(), reads: Vec::new(), failed: false };
        Self {
            store: Arc::clone(store),
            answer_limit,
            began: Began { store: Arc::clone(store), sequence },
            state: Arc::new(Mutex::new(state)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    async fn in_background<T: Send + 'static>(
        &self,
        deadline: &Deadline,
        work: impl FnOnce(&mut State, &Deadline) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let (state, until) = (Arc::clone(&self.state), deadline.clone());
        self.store.background.run(deadline, move || work(&mut locked(&state), &until)).await
    }

    async fn submit(&self, collection: &str, operation: Operation) -> StoreResult<Written> {
        let deadline = Deadline::after(self.answer_limit);
        if self.state().is_small(collection, &operation) {
            return self.state().write(collection, &operation, &Effort::until(&deadline));
        }
        let collection = collection.to_owned();
        let write = move |state: &mut State, until: &Deadline| {
            state.write(&collection, &operation, &Effort::until(until))
        };
        self.in_background(&deadline, write).await
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(|poisoned: PoisonError<MutexGuard<'_, State>>| {
        // A call panicked and may have left half a write.
        let mut state = poisoned.into_inner();
        state.failed = true;
        state
    })
}

impl Collections for EmbeddedTransaction {
    fn find<'a>(
        &'a self,
        collection: &'a str,
        find: &'a Find,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(async move {
            let deadline = Deadline::after(find.time_limit.unwrap_or(self.answer_limit));
            let inline = Effort::until(&deadline).within(INLINE_ROWS);
            let found = self.state().find(collection, find, &inline);
            match found {
                Err(Halt::TooLong) => {}
                done => return done.map_err(Halt::into_error),
            }
            let (collection, find) = (collection.to_owned(), find.clone());
            let walk = move |state: &mut State, until: &Deadline| {
                state.find(&collection, &find, &Effort::until(until)).map_err(Halt::into_error)
            };
            self.in_background(&deadline, walk).await
        })
    }

    fn count_within<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<u64>> {
        Box::pin(async move {
            let deadline = Deadline::after(time_limit.unwrap_or(self.answer_limit));
            let inline = Effort::until(&deadline).within(INLINE_ROWS);
            let counted = self.state().count(collection, filter, &inline);
            match counted {
                Err(Halt::TooLong) => {}
                done => return done.map_err(Halt::into_error),
            }
            let (collection, filter) = (collection.to_owned(), filter.clone());
            let walk = move |state: &mut State, until: &Deadline| {
                state.count(&collection, &filter, &Effort::until(until)).map_err(Halt::into_error)
            };
            self.in_background(&deadline, walk).await
        })
    }

    fn aggregate_within<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(async move {
            let deadline = Deadline::after(time_limit.unwrap_or(self.answer_limit));
            let (collection, pipeline) = (collection.to_owned(), pipeline.to_vec());
            let work =
                move |state: &mut State, until: &Deadline| state.aggregate(&collection, &pipeline, until);
            self.in_background(&deadline, work).await
        })
    }

    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>> {
        Box::pin(async move {
            write.check()?;
            self.submit(collection, write.into()).await
        })
    }
}

impl Transaction for EmbeddedTransaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>> {
        Box::pin(async move {
            let Self { store, began, state, .. } = *self;
            let (changes, reads) = {
                let mut state = locked(&state);
                if state.failed {
                    return Err(StoreError::of_failed_transaction());
                }
                (std::mem::take(&mut state.changes), std::mem::take(&mut state.reads))
            };
            // What only read saw one state, and needs no other.
            if changes.is_empty() {
                return Ok(());
            }
            let committed =
                store.submit(Work::Commit { since: began.sequence, reads, changes }).await.map(drop);
            drop(began);
            committed
        })
    }

    fn abort(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>> {
        Box::pin(async move {
            drop(self);
            Ok(())
        })
    }
}
