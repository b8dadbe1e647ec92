//! Where documents live: the traits every store implements, their errors, and the stores themselves.
//!
//! A store knows collections of BSON documents and nothing of entities, users or transports.

mod backoff;
mod error;
mod handle;
pub(crate) mod in_memory;
pub(crate) mod match_language;
mod rows;
mod spec;
mod transact;
mod type_name;
mod write;

pub mod embedded;
#[cfg(feature = "mongodb")]
pub mod mongo;

use std::{future::Future, pin::Pin, time::Duration};

use bson::{Document, RawDocumentBuf};

pub(crate) use self::backoff::{ATTEMPTS, pause};
#[cfg(feature = "mongodb")]
pub use self::mongo::MongoStore;
pub use self::{
    embedded::EmbeddedStore,
    error::{BoxError, StoreError, StoreResult},
    handle::Store,
    spec::{CollectionSpec, DriftedIndex, IndexKind, IndexReport, IndexSpec, SyncIndexes},
    transact::{Conflicting, Outlives, transact},
    write::{Write, Written},
};
use crate::query::{Filter, Find, Replacement, Update};

/// A boxed future: what the methods of an object-safe async trait return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Reads and writes of collections: what a store offers directly, and a [`Transaction`] within its bounds.
///
/// Collections need not be created before their use. A write of one document is atomic; a write of many is atomic within a
/// transaction.
pub trait Collections: Send + Sync {
    /// The documents a [`Find`] asks for.
    fn find<'a>(
        &'a self,
        collection: &'a str,
        find: &'a Find,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>>;

    /// How many documents satisfy `filter`. The time limit is as that of a [`Find`].
    fn count_within<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<u64>>;

    /// The documents that come out of an aggregation pipeline. The time limit is as that of a [`Find`].
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] naming the stage or operator that the store does not have.
    fn aggregate_within<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>>;

    /// [`Collections::count_within`] the store's own time limit.
    fn count<'a>(&'a self, collection: &'a str, filter: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        self.count_within(collection, filter, None)
    }

    /// [`Collections::aggregate_within`] the store's own time limit.
    fn aggregate<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        self.aggregate_within(collection, pipeline, None)
    }

    /// Makes a write; the methods below say what each is. The text of a password is refused.
    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>>;

    /// Stores new documents, each with an `_id`.
    fn insert<'a>(
        &'a self,
        collection: &'a str,
        documents: &'a [RawDocumentBuf],
    ) -> BoxFuture<'a, StoreResult<()>> {
        let written = self.write(collection, Write::Insert(documents));
        Box::pin(async move { written.await.map(drop) })
    }

    /// Changes the first document that satisfies `filter`, and returns it as it is then; `None` where there is none.
    fn update_one<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        update: &'a Update,
    ) -> BoxFuture<'a, StoreResult<Option<RawDocumentBuf>>> {
        let written = self.write(collection, Write::UpdateOne(filter, update));
        Box::pin(async move { written.await.map(Written::document) })
    }

    /// Changes every document that satisfies `filter`, and returns how many did.
    fn update_many<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        update: &'a Update,
    ) -> BoxFuture<'a, StoreResult<u64>> {
        let written = self.write(collection, Write::UpdateMany(filter, update));
        Box::pin(async move { written.await.map(Written::count) })
    }

    /// Makes each of these changes to the first document that satisfies its filter, in this order, and returns how many
    /// filters had one.
    fn update_each<'a>(
        &'a self,
        collection: &'a str,
        changes: &'a [(Filter, Update)],
    ) -> BoxFuture<'a, StoreResult<u64>> {
        let written = self.write(collection, Write::UpdateEach(changes));
        Box::pin(async move { written.await.map(Written::count) })
    }

    /// Replaces the first document that satisfies `filter`, and returns it as it is then; `None` where there is none.
    fn replace_one<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        replacement: &'a Replacement,
    ) -> BoxFuture<'a, StoreResult<Option<RawDocumentBuf>>> {
        let written = self.write(collection, Write::ReplaceOne(filter, replacement));
        Box::pin(async move { written.await.map(Written::document) })
    }

    /// Removes the first document that satisfies `filter`, and returns how many did: 0 or 1.
    fn delete_one<'a>(&'a self, collection: &'a str, filter: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        let written = self.write(collection, Write::DeleteOne(filter));
        Box::pin(async move { written.await.map(Written::count) })
    }

    /// Removes every document that satisfies `filter`, and returns how many did.
    fn delete_many<'a>(&'a self, collection: &'a str, filter: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        let written = self.write(collection, Write::DeleteMany(filter));
        Box::pin(async move { written.await.map(Written::count) })
    }
}

/// A database: collections, their indexes, and transactions over them.
pub trait Database: Collections + 'static {
    /// What the start log and the example call it: `MongoDB at 127.0.0.1:27017, database shop`, `embedded store data.redb`.
    fn describe(&self) -> String;

    /// Whether a transaction is all or nothing whatever happens to the process. Where it is not (a MongoDB without replica
    /// set), [`Database::begin`] still works, and undoes by `_id` what was written when it is aborted.
    fn is_transactional(&self) -> bool;

    /// Whether other processes may write to it while this one is running.
    fn is_shared(&self) -> bool;

    /// How the indexes of a collection stand to the declared ones; changes nothing.
    fn index_report<'a>(&'a self, spec: &'a CollectionSpec) -> BoxFuture<'a, StoreResult<IndexReport>>;

    /// Makes a collection ready: creates the declared indexes that are missing, and does about the others what `sync` says.
    /// Returns how they stood before.
    ///
    /// # Errors
    /// [`StoreError::Index`] where existing documents stand in the way, or an index of another shape under
    /// [`SyncIndexes::CreateOnly`], in words for the developer who starts the program.
    fn prepare<'a>(
        &'a self,
        spec: &'a CollectionSpec,
        sync: SyncIndexes,
    ) -> BoxFuture<'a, StoreResult<IndexReport>>;

    /// The BSON type of some stored `_id` that is no ObjectId, `None` where all are (or the collection is empty): what the
    /// start checks, since an API addresses documents by ObjectId.
    fn foreign_id_type<'a>(&'a self, collection: &'a str) -> BoxFuture<'a, StoreResult<Option<String>>>;

    /// Starts a transaction. Prefer [`transact`], which commits, aborts and retries.
    fn begin<'a>(&'a self) -> BoxFuture<'a, StoreResult<Box<dyn Transaction>>>;

    /// Removes every collection of the database: for tests.
    fn drop_all<'a>(&'a self) -> BoxFuture<'a, StoreResult<()>>;
}

/// Reads and writes that take effect together at [`Transaction::commit`], or never. It reads its own writes. Dropped without
/// a commit, it is aborted.
pub trait Transaction: Collections {
    /// Makes the writes durable and visible.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another writer changed what this transaction read; nothing was written then.
    fn commit(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>>;

    /// Forgets the writes.
    fn abort(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>>;
}
