//! The way back from writes that took effect at once: a log of steps, and how each is gone back. It knows what was written, and
//! nothing of why.

use std::sync::Arc;

use bson::{Bson, RawDocument, RawDocumentBuf};
use tokio::sync::Mutex;

use super::client::MongoStore;
use crate::{
    query::Filter,
    store::{StoreError, StoreResult},
};

/// The steps of one transaction, in the order of its writes. Whoever sends a command or undoes one holds the lock meanwhile.
pub(super) type Log = Arc<Mutex<Vec<Step>>>;

/// The way back from the write of one document.
pub(super) struct Step {
    pub(super) collection: String,
    pub(super) way: Way,
}

pub(super) enum Way {
    /// Remove a document that was inserted.
    Remove(RawDocumentBuf),
    /// Remove a document of which it isn't known whether it was inserted, if it stands there as it was sent.
    RemoveIfSame(RawDocumentBuf),
    /// Put the former document back, if the one that was written in its place still stands there.
    PutBack { before: RawDocumentBuf, after: RawDocumentBuf },
    /// Say so where a document is another, of which it isn't known whether it was changed: what was written isn't known either.
    Doubt(RawDocumentBuf),
    /// Store a deleted document again, if none is there.
    Recreate(RawDocumentBuf),
    /// As `Recreate`, of a document of which it isn't known whether it was deleted.
    RecreateIfGone(RawDocumentBuf),
}

/// Undoes all it can, the last write first: one step that fails does not keep the others from being undone.
pub(super) async fn undo(store: MongoStore, log: Log) -> StoreResult<()> {
    // Taken behind a command that is in flight, whose step is final then.
    let mut log = log.lock().await;
    let mut outcome = Ok(());
    while let Some(Step { collection, way }) = log.pop() {
        let id = id_of(way.document());
        match way.go_back(&store, &collection).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(%collection, %id, "a write is not undone: the document is not what was written");
            }
            Err(error) => {
                tracing::error!(%collection, %id, %error, "a write could not be undone");
                outcome = outcome.and(Err(error));
            }
        }
    }
    outcome
}

impl Way {
    fn document(&self) -> &RawDocument {
        match self {
            Self::Remove(document)
            | Self::RemoveIfSame(document)
            | Self::PutBack { before: document, .. }
            | Self::Doubt(document)
            | Self::Recreate(document)
            | Self::RecreateIfGone(document) => document,
        }
    }

    /// Whether nothing of the write is left; not where another writer's document stands in the way.
    async fn go_back(self, store: &MongoStore, collection: &str) -> StoreResult<bool> {
        let target = store.target(collection);
        match self {
            Self::Remove(document) => {
                target.delete_one(&Filter::eq("_id", id_of(&document))).await.map(|_| true)
            }
            Self::RemoveIfSame(document) => target.delete_one(&Filter::Same(document)).await.map(|_| true),
            Self::PutBack { before, after } => target.put_back(&Filter::Same(after), &before).await,
            Self::Doubt(before) => Ok(target.count(&Filter::Same(before), None).await? > 0),
            Self::Recreate(before) => recreated(target.insert(&[before]).await, false),
            // One that is there was never deleted.
            Self::RecreateIfGone(before) => recreated(target.insert(&[before]).await, true),
        }
    }
}

/// What an insert says of whether a document is there again.
fn recreated(inserted: StoreResult<()>, if_there: bool) -> StoreResult<bool> {
    match inserted {
        Err(StoreError::Duplicate { fields, .. }) if fields.iter().any(|(name, _)| name == "_id") => {
            Ok(if_there)
        }
        inserted => inserted.map(|()| true),
    }
}

pub(super) fn id_of(document: &RawDocument) -> Bson {
    document.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok()).unwrap_or(Bson::Null)
}
