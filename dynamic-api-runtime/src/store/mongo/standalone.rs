//! What stands in for a transaction on a server that has none: an undo log by `_id`. It knows the operations of a collection,
//! and nothing of sessions.
//!
//! What it can't do, and a transaction can: others see its writes before the commit; a process that dies in the middle leaves
//! what it wrote so far; an abort that can't reach the server leaves it too; and an abort puts back the documents as it found
//! them, over what another writer did to them in between.

use std::time::Duration;

use bson::{Bson, Document, RawDocumentBuf};
use tokio::sync::Mutex;

use super::{client::MongoStore, operation::Target};
use crate::{
    query::{Filter, Find, Update},
    store::{BoxFuture, Collections, StoreError, StoreResult, Transaction, Write, Written},
};

/// How often a write that was decided on a copy is decided again because the document changed meanwhile.
const ATTEMPTS: u32 = 10;

/// The way back from one write.
enum Undo {
    /// Remove a document that was inserted.
    Remove { collection: String, id: Bson },
    /// Remove a document of which it isn't known whether it was inserted, if it stands there as it was sent.
    RemoveIfSame { collection: String, document: RawDocumentBuf },
    /// Put the former document back in the place of the changed one.
    PutBack { collection: String, before: RawDocumentBuf },
    /// Store a deleted document again.
    Recreate { collection: String, before: RawDocumentBuf },
}

/// Writes that take effect at once, and are undone at an abort, in reverse order.
pub(super) struct Compensation {
    store: MongoStore,
    log: Mutex<Vec<Undo>>,
}

impl Compensation {
    pub(super) fn start(store: &MongoStore) -> Self {
        Self { store: store.clone(), log: Mutex::default() }
    }

    fn target(&self, collection: &str) -> Target<'_> {
        self.store.target(collection)
    }

    async fn insert_logged(&self, collection: &str, documents: &[RawDocumentBuf]) -> StoreResult<()> {
        // One by one, so that it is known of each whether it is there.
        for document in documents {
            let mut log = self.log.lock().await;
            let outcome = self.target(collection).insert(std::slice::from_ref(document)).await;
            let collection = collection.to_owned();
            match outcome {
                Ok(()) => log.push(Undo::Remove { collection, id: id_of(document) }),
                Err(error) => {
                    if matches!(error, StoreError::Unavailable(_) | StoreError::TimedOut) {
                        log.push(Undo::RemoveIfSame { collection, document: document.clone() });
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Reads the first document of `filter` and writes to it on condition that it still is that one.
    async fn change_one<F, W>(
        &self,
        collection: &str,
        filter: &Filter,
        write: F,
    ) -> StoreResult<Option<RawDocumentBuf>>
    where
        F: Fn(Filter) -> W,
        W: Future<Output = StoreResult<Option<RawDocumentBuf>>>,
    {
        for attempt in 0..ATTEMPTS {
            let mut log = self.log.lock().await;
            let first = Find::new(filter.clone()).limit(1);
            let Some(before) = self.target(collection).find(&first).await?.pop() else { return Ok(None) };
            log.push(Undo::PutBack { collection: collection.to_owned(), before: before.clone() });
            match write(Filter::Same(before)).await {
                Ok(Some(after)) => return Ok(Some(after)),
                // Nothing was written, so there is nothing to put back.
                Ok(None) => drop(log.pop()),
                Err(error) => {
                    if !matches!(error, StoreError::Unavailable(_) | StoreError::TimedOut) {
                        log.pop();
                    }
                    return Err(error);
                }
            }
            drop(log);
            tokio::time::sleep(Duration::from_millis(1 << attempt.min(6))).await;
        }
        Err(StoreError::Conflict)
    }

    /// Reads what `filter` selects, and returns it with a filter of exactly those that still satisfy it.
    async fn select(&self, collection: &str, filter: &Filter) -> StoreResult<(Vec<RawDocumentBuf>, Filter)> {
        let before = self.target(collection).find(&Find::new(filter.clone())).await?;
        let selected = Filter::is_in("_id", before.iter().map(id_of)).and(filter.clone());
        Ok((before, selected))
    }

    async fn update_logged(&self, collection: &str, filter: &Filter, update: &Update) -> StoreResult<u64> {
        let mut log = self.log.lock().await;
        let (before, selected) = self.select(collection, filter).await?;
        log.extend(
            before.into_iter().map(|before| Undo::PutBack { collection: collection.to_owned(), before }),
        );
        self.target(collection).update_many(&selected, update).await
    }

    async fn delete_logged(&self, collection: &str, filter: &Filter) -> StoreResult<u64> {
        let mut log = self.log.lock().await;
        let (before, selected) = self.select(collection, filter).await?;
        log.extend(
            before.into_iter().map(|before| Undo::Recreate { collection: collection.to_owned(), before }),
        );
        self.target(collection).delete_many(&selected).await
    }

    async fn delete_one_logged(&self, collection: &str, filter: &Filter) -> StoreResult<u64> {
        let mut log = self.log.lock().await;
        let Some(before) = self.target(collection).take_one(filter).await? else { return Ok(0) };
        log.push(Undo::Recreate { collection: collection.to_owned(), before });
        Ok(1)
    }
}

/// Undoes all it can: one step that fails does not keep the others from being undone.
async fn undo(store: MongoStore, mut log: Vec<Undo>) -> StoreResult<()> {
    let mut outcome = Ok(());
    while let Some(step) = log.pop() {
        if let Err(error) = undo_step(&store, step).await {
            outcome = outcome.and(Err(error));
        }
    }
    outcome
}

async fn undo_step(store: &MongoStore, step: Undo) -> StoreResult<()> {
    let (collection, id, undone) = match &step {
        Undo::Remove { collection, id } => {
            let by_id = Filter::eq("_id", id.clone());
            (collection, id.clone(), store.target(collection).delete_one(&by_id).await.map(drop))
        }
        Undo::RemoveIfSame { collection, document } => {
            let same = Filter::Same(document.clone());
            (collection, id_of(document), store.target(collection).delete_one(&same).await.map(drop))
        }
        Undo::PutBack { collection, before } => {
            (collection, id_of(before), store.target(collection).put_back(before, false).await)
        }
        Undo::Recreate { collection, before } => {
            (collection, id_of(before), store.target(collection).put_back(before, true).await)
        }
    };
    undone.inspect_err(|error| tracing::error!(%collection, %id, %error, "a write could not be undone"))
}

fn id_of(document: &RawDocumentBuf) -> Bson {
    document.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok()).unwrap_or(Bson::Null)
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
            let log = std::mem::take(&mut *self.log.lock().await);
            undo(self.store.clone(), log).await
        })
    }
}

impl Drop for Compensation {
    fn drop(&mut self) {
        let log = std::mem::take(self.log.get_mut());
        if log.is_empty() {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo(self.store.clone(), log))),
            Err(_) => {
                tracing::error!(writes = log.len(), "a dropped transaction could not be undone: no runtime")
            }
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

    fn count<'a>(&'a self, collection: &'a str, filter: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        Box::pin(self.target(collection).count(filter))
    }

    fn aggregate<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(self.target(collection).aggregate(pipeline))
    }

    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>> {
        Box::pin(async move {
            match write {
                Write::Insert(documents) => {
                    self.insert_logged(collection, documents).await.map(|()| Written::Done)
                }
                Write::UpdateOne(filter, update) => {
                    let write =
                        move |same| async move { self.target(collection).update_one(&same, update).await };
                    self.change_one(collection, filter, write).await.map(Written::Document)
                }
                Write::ReplaceOne(filter, replacement) => {
                    let write = move |same| async move {
                        self.target(collection).replace_one(&same, replacement).await
                    };
                    self.change_one(collection, filter, write).await.map(Written::Document)
                }
                Write::UpdateMany(filter, update) => {
                    self.update_logged(collection, filter, update).await.map(Written::Count)
                }
                Write::DeleteOne(filter) => {
                    self.delete_one_logged(collection, filter).await.map(Written::Count)
                }
                Write::DeleteMany(filter) => self.delete_logged(collection, filter).await.map(Written::Count),
            }
        })
    }
}
