//! What stands in for a transaction on a server that has none: each write takes effect at once, and its way back is logged. It
//! knows the writes of a collection, and nothing of sessions.
//!
//! A write that left is seen through to its entry in the log, also where its caller goes away, and an undo waits for it. An undo
//! touches only what this transaction wrote: where another writer changed such a document, or removed it, that stands.
//!
//! What it can't do, and a transaction can:
//! * Others see its writes before the commit, and build on them: where they did, the document keeps what was written to it, and
//!   the log says so. A document that was inserted is removed all the same.
//! * Between the read that selects documents and the writes others may write: each document is decided on by itself.
//! * A process that dies in the middle leaves what it wrote so far, and so does an abort that can't reach the server.
//! * Where the server does not answer, it isn't known whether the write took effect, or still will. A change of a document may
//!   stay then, which the log says; an insert or a deletion is undone unless it takes effect after the undo.
//! * A document of over half the 16 MiB limit can't be put back, as the guard and the document are one command.

use std::{sync::Arc, time::Duration};

use bson::{Document, RawDocumentBuf};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    client::MongoStore,
    operation::Target,
    undo::{Log, Step, Way, id_of, undo},
};
use crate::{
    query::{Filter, Find, Replacement, Update},
    store::{ATTEMPTS, BoxFuture, Collections, StoreError, StoreResult, Transaction, Write, Written, pause},
};

/// Writes that take effect at once, and are undone at an abort, in reverse order.
pub(super) struct Compensation {
    store: MongoStore,
    log: Log,
}

/// A write of a document that is there.
#[derive(Clone)]
enum Change {
    Update(Arc<Update>),
    Replace(Arc<Replacement>),
    Delete,
}

/// The log in the hands of a write, with the write's step as its last.
struct Entry {
    log: OwnedMutexGuard<Vec<Step>>,
    store: MongoStore,
    collection: String,
}

impl Compensation {
    pub(super) fn start(store: &MongoStore) -> Self {
        Self { store: store.clone(), log: Arc::new(Mutex::default()) }
    }

    fn target(&self, collection: &str) -> Target<'_> {
        self.store.target(collection)
    }

    /// Runs the write of one document to its end, whatever becomes of its caller: a command that left can't be called back, and
    /// the log must say how it ended before it is undone.
    async fn see_through<T, W>(&self, collection: &str, write: impl FnOnce(Entry) -> W) -> StoreResult<T>
    where
        T: Send + 'static,
        W: Future<Output = StoreResult<T>> + Send + 'static,
    {
        // Locked before the task is spawned: an undo that is spawned after it could be first otherwise.
        let log = Arc::clone(&self.log).lock_owned().await;
        let entry = Entry { log, store: self.store.clone(), collection: collection.to_owned() };
        tokio::spawn(write(entry)).await.map_err(StoreError::other)?
    }

    /// Inserts one by one, so that it is known of each whether it is there.
    async fn insert_all(&self, collection: &str, documents: &[RawDocumentBuf]) -> StoreResult<()> {
        for document in documents {
            let document = document.clone();
            self.see_through(collection, |entry| entry.insert(document)).await?;
        }
        Ok(())
    }

    async fn first(&self, collection: &str, filter: &Filter) -> StoreResult<Option<RawDocumentBuf>> {
        Ok(self.target(collection).find(&Find::new(filter.clone()).limit(1)).await?.pop())
    }

    /// Changes the first document of `filter`.
    async fn change_one(
        &self,
        collection: &str,
        filter: &Filter,
        change: Change,
    ) -> StoreResult<Option<RawDocumentBuf>> {
        match self.first(collection, filter).await? {
            Some(found) => self.change_found(collection, filter, found, &change).await,
            None => Ok(None),
        }
    }

    /// Changes all documents of `filter`, one by one, so that it is known of each what stands there after.
    async fn change_many(&self, collection: &str, filter: &Filter, change: Change) -> StoreResult<u64> {
        let mut changed = 0;
        for found in self.target(collection).find(&Find::new(filter.clone())).await? {
            let still = Filter::eq("_id", id_of(&found)).and(filter.clone());
            if self.change_found(collection, &still, found, &change).await?.is_some() {
                changed += 1;
            }
        }
        Ok(changed)
    }

    /// Makes each change to the first document of its filter.
    async fn change_each(&self, collection: &str, changes: &[(Filter, Update)]) -> StoreResult<u64> {
        let mut changed = 0;
        for (filter, update) in changes {
            let change = Change::Update(Arc::new(update.clone()));
            if self.change_one(collection, filter, change).await?.is_some() {
                changed += 1;
            }
        }
        Ok(changed)
    }

    /// Changes a document that was found, on condition that it still is that one; else what `filter` finds now.
    async fn change_found(
        &self,
        collection: &str,
        filter: &Filter,
        mut found: RawDocumentBuf,
        change: &Change,
    ) -> StoreResult<Option<RawDocumentBuf>> {
        // It is decided on a copy, and decided again where the document changed meanwhile.
        for attempt in 0..ATTEMPTS {
            let change = change.clone();
            let changed = self.see_through(collection, |entry| entry.change(found, change)).await?;
            if changed.is_some() {
                return Ok(changed);
            }
            pause(attempt).await;
            let Some(again) = self.first(collection, filter).await? else { return Ok(None) };
            found = again;
        }
        Err(StoreError::Conflict)
    }
}

impl Entry {
    fn begin(&mut self, way: Way) {
        self.log.push(Step { collection: self.collection.clone(), way });
    }

    /// Puts the way back that is known now in the place of the one for an unknown end.
    fn settle(&mut self, way: Way) {
        self.log.pop();
        self.begin(way);
    }

    /// Forgets the step where it is certain that nothing was written.
    fn fail(&mut self, error: &StoreError) {
        if is_refusal(error) {
            self.log.pop();
        }
    }

    async fn insert(mut self, document: RawDocumentBuf) -> StoreResult<()> {
        self.begin(Way::RemoveIfSame(document.clone()));
        let outcome = self.store.target(&self.collection).insert(std::slice::from_ref(&document)).await;
        match &outcome {
            Ok(()) => self.settle(Way::Remove(document)),
            Err(error) => self.fail(error),
        }
        outcome
    }

    /// Returns the document as it is after an update or replacement, and as it was before a deletion; `None` where the document
    /// is not `before` any more.
    async fn change(mut self, before: RawDocumentBuf, change: Change) -> StoreResult<Option<RawDocumentBuf>> {
        let same = Filter::Same(before.clone());
        self.begin(match change {
            Change::Update(_) | Change::Replace(_) => Way::Doubt(before.clone()),
            Change::Delete => Way::RecreateIfGone(before.clone()),
        });
        let target = self.store.target(&self.collection);
        let outcome = match &change {
            Change::Update(update) => target.update_one(&same, update).await,
            Change::Replace(replacement) => target.replace_one(&same, replacement).await,
            Change::Delete => {
                target.delete_one(&same).await.map(|deleted| (deleted > 0).then(|| before.clone()))
            }
        };
        match (&outcome, change) {
            (Ok(Some(_)), Change::Delete) => self.settle(Way::Recreate(before)),
            (Ok(Some(after)), _) => self.settle(Way::PutBack { before, after: after.clone() }),
            (Ok(None), _) => drop(self.log.pop()),
            (Err(error), _) => self.fail(error),
        }
        outcome
    }
}

/// Whether an error says that the server wrote nothing. Of any other it isn't known.
fn is_refusal(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Duplicate { .. }
            | StoreError::Conflict
            | StoreError::Unsupported { .. }
            | StoreError::Invalid(_)
            | StoreError::TooLarge(_)
    )
}

impl Transaction for Compensation {
    fn commit(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>> {
        Box::pin(async move {
            self.log.lock().await.clear();
            Ok(())
        })
    }

    fn abort(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>> {
        Box::pin(async move {
            // In a task, since a caller that goes away must not stop it half way.
            let undone = tokio::spawn(undo(self.store.clone(), Arc::clone(&self.log)));
            undone.await.map_err(StoreError::other)?
        })
    }
}

impl Drop for Compensation {
    fn drop(&mut self) {
        // A log that is locked has a write in flight, or is being undone.
        if self.log.try_lock().is_ok_and(|log| log.is_empty()) {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo(self.store.clone(), Arc::clone(&self.log)))),
            Err(_) => tracing::error!("a dropped transaction could not be undone: no runtime"),
        }
    }
}

impl Collections for Compensation {
    fn find<'a>(
        &'a self,
        collection: &'a str,
        find: &'a Find,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(self.target(collection).find(find))
    }

    fn count_within<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<u64>> {
        Box::pin(self.target(collection).count(filter, time_limit))
    }

    fn aggregate_within<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(self.target(collection).aggregate(pipeline, time_limit))
    }

    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>> {
        Box::pin(async move {
            write.check()?;
            match write {
                Write::Insert(documents) => {
                    self.insert_all(collection, documents).await.map(|()| Written::Done)
                }
                Write::UpdateOne(filter, update) => {
                    let change = Change::Update(Arc::new(update.clone()));
                    self.change_one(collection, filter, change).await.map(Written::Document)
                }
                Write::UpdateMany(filter, update) => {
                    let change = Change::Update(Arc::new(update.clone()));
                    self.change_many(collection, filter, change).await.map(Written::Count)
                }
                Write::UpdateEach(changes) => self.change_each(collection, changes).await.map(Written::Count),
                Write::ReplaceOne(filter, replacement) => {
                    let change = Change::Replace(Arc::new(replacement.clone()));
                    self.change_one(collection, filter, change).await.map(Written::Document)
                }
                Write::DeleteOne(filter) => {
                    let deleted = self.change_one(collection, filter, Change::Delete).await?;
                    Ok(Written::Count(deleted.map_or(0, |_| 1)))
                }
                Write::DeleteMany(filter) => {
                    self.change_many(collection, filter, Change::Delete).await.map(Written::Count)
                }
            }
        })
    }
}
