//! [`EmbeddedStore`]: reads on the latest snapshot, writes through the writer's thread.

use std::{path::Path, sync::Arc, thread::JoinHandle, time::Instant};

use bson::{Document, RawDocumentBuf};
use redb::{StorageBackend, backends::InMemoryBackend};

use super::{
    error::{place, stopped},
    integrity::{self, IntegrityReport},
    open,
    operation::Operation,
    pipeline, prepare,
    range::KeyRange,
    scan::{self, Effort, Halt},
    shared::Shared,
    transaction::EmbeddedTransaction,
    view::View,
    writer::{self, Submission, Work},
};
use crate::{
    query::{Direction, Filter, Find},
    store::{
        BoxFuture, CollectionSpec, Collections, Database, StoreError, StoreResult, Transaction, Write,
        Written,
    },
};

/// How many rows a read may look at before it moves to a thread where it blocks nobody.
pub(super) const INLINE_ROWS: u64 = 256;

/// A database in one file, or in memory; cheap to clone. The file is closed with the last clone.
///
/// What a write or a commit answered `Ok` to survives the end of the process and of the power. Reads wait for no write. Where a
/// write fails because the file can't be written (a full or broken disk), nobody knows what of it is there: it and all later
/// writes answer [`StoreError::Unavailable`] until the file is opened again, and reads go on.
///
/// A transaction keeps the state that it sees in the file until it ends: the file grows meanwhile, so none should be kept open
/// without need.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// use bson::rawdoc;
/// use dynamic_api_runtime::{
///     query::{Filter, Find},
///     store::{Collections, EmbeddedStore},
/// };
///
/// let store = EmbeddedStore::in_memory()?;
/// store.insert("users", &[rawdoc! { "_id": 1, "name": "Ada" }]).await?;
/// let found = store.find("users", &Find::new(Filter::eq("name", "Ada"))).await?;
/// assert_eq!(found.len(), 1);
/// # Ok::<(), dynamic_api_runtime::store::StoreError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EmbeddedStore(Arc<Inner>);

pub(super) struct Inner {
    pub(super) shared: Arc<Shared>,
    place: String,
    /// `None` only while the store is being closed.
    submission: Option<Submission>,
    writer: Option<JoinHandle<()>>,
}

impl Inner {
    pub(super) async fn submit(&self, work: Work) -> StoreResult<Written> {
        self.submission.as_ref().ok_or_else(stopped)?.submit(work).await
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // What was handed in is written before the file is closed, so that whoever opens it next finds it.
        self.submission.take();
        if let Some(Err(_)) = self.writer.take().map(JoinHandle::join) {
            tracing::error!("the embedded store's writer panicked");
        }
    }
}

impl EmbeddedStore {
    /// Opens the store in a file, which is created where there is none. Its directory must exist.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where another process has the file open or it can't be
    /// reached, [`StoreError::Other`] where it is damaged or no file of this store.
    pub fn open(path: impl AsRef<Path>) -> StoreResult<Self> {
        let path = path.as_ref();
        Self::over(open::file(path)?, place(path))
    }

    /// A new store in memory, which is gone with its last clone: for tests.
    ///
    /// # Errors
    /// Where its thread can't be started.
    pub fn in_memory() -> StoreResult<Self> {
        Self::over(open::backend(InMemoryBackend::new())?, "in memory".to_owned())
    }

    /// Opens the store in any storage: for tests of what happens when that fails.
    ///
    /// # Errors
    /// As [`EmbeddedStore::open`].
    pub fn with_backend(backend: impl StorageBackend) -> StoreResult<Self> {
        Self::over(open::backend(backend)?, "in a storage of its own".to_owned())
    }

    fn over(database: redb::Database, place: String) -> StoreResult<Self> {
        let catalogue = prepare::load(&database);
        let catalogue =
            catalogue.map_err(|error| StoreError::other(format!("{place} can't be used: {error}")))?;
        let shared = Arc::new(Shared::new(database, catalogue)?);
        let (submission, writer) = writer::start(Arc::clone(&shared))?;
        Ok(Self(Arc::new(Inner { shared, place, submission: Some(submission), writer: Some(writer) })))
    }

    /// Reads everything and checks that it fits together: every document is whole and stored under its own `_id`, and has
    /// exactly the index entries that its values make. Blocks its thread for as long as that takes.
    ///
    /// # Errors
    /// Where the storage can't be read. What does not fit together is in the report.
    pub fn check_integrity(&self) -> StoreResult<IntegrityReport> {
        let catalogue = self.0.shared.catalogue();
        integrity::check(&catalogue, &self.0.shared.snapshot())
    }

    async fn submit(&self, collection: &str, operation: Operation) -> StoreResult<Written> {
        self.0.submit(Work::Write { collection: collection.to_owned(), operation }).await
    }
}

impl std::fmt::Debug for EmbeddedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("EmbeddedStore").field(&self.0.place).finish()
    }
}

/// Runs what may take long where it blocks no other task.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> StoreResult<T> + Send + 'static,
) -> StoreResult<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::other(error)),
    }
}

impl Collections for EmbeddedStore {
    fn find<'a>(
        &'a self,
        collection: &'a str,
        find: &'a Find,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(async move {
            let start = Instant::now();
            let (collection, snapshot) = self.0.shared.read(collection);
            let mut effort = Effort::until(start, find.time_limit).within(INLINE_ROWS);
            match scan::find(&*snapshot, &collection, find, &mut effort) {
                Err(Halt::TooLong) => {}
                done => return done.map_err(Halt::into_error),
            }
            let find = find.clone();
            blocking(move || {
                let mut effort = Effort::until(start, find.time_limit);
                scan::find(&*snapshot, &collection, &find, &mut effort).map_err(Halt::into_error)
            })
            .await
        })
    }

    fn count<'a>(&'a self, collection: &'a str, filter: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        Box::pin(async move {
            let (collection, snapshot) = self.0.shared.read(collection);
            match scan::count(&*snapshot, &collection, filter, &mut Effort::unlimited().within(INLINE_ROWS)) {
                Err(Halt::TooLong) => {}
                done => return done.map_err(Halt::into_error),
            }
            let filter = filter.clone();
            blocking(move || {
                scan::count(&*snapshot, &collection, &filter, &mut Effort::unlimited())
                    .map_err(Halt::into_error)
            })
            .await
        })
    }

    fn aggregate<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(async move {
            let catalogue = self.0.shared.catalogue();
            let snapshot = self.0.shared.snapshot();
            let (collection, pipeline) = (collection.to_owned(), pipeline.to_vec());
            blocking(move || {
                Ok(pipeline::aggregate(&*snapshot, &catalogue, &collection, &pipeline)?.documents)
            })
            .await
        })
    }

    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>> {
        Box::pin(self.submit(collection, write.into()))
    }
}

impl Database for EmbeddedStore {
    fn describe(&self) -> String {
        format!("embedded store {}", self.0.place)
    }

    fn is_transactional(&self) -> bool {
        true
    }

    fn prepare<'a>(&'a self, spec: &'a CollectionSpec) -> BoxFuture<'a, StoreResult<()>> {
        Box::pin(async move { self.0.submit(Work::Prepare(spec.clone())).await.map(drop) })
    }

    fn foreign_id_type<'a>(&'a self, collection: &'a str) -> BoxFuture<'a, StoreResult<Option<String>>> {
        Box::pin(async move {
            let (collection, snapshot) = self.0.shared.read(collection);
            // Keys are in the order of types, so a foreign one is the first or the last.
            for direction in [Direction::Ascending, Direction::Descending] {
                let Some(row) = snapshot.documents(&collection, &KeyRange::all(), direction)?.next() else {
                    return Ok(None);
                };
                let foreign = integrity::foreign_id(&row?.document)?;
                if foreign.is_some() {
                    return Ok(foreign);
                }
            }
            Ok(None)
        })
    }

    fn begin<'a>(&'a self) -> BoxFuture<'a, StoreResult<Box<dyn Transaction>>> {
        Box::pin(async move { Ok(Box::new(EmbeddedTransaction::begin(&self.0)) as Box<dyn Transaction>) })
    }

    fn drop_all<'a>(&'a self) -> BoxFuture<'a, StoreResult<()>> {
        Box::pin(async move { self.0.submit(Work::DropAll).await.map(drop) })
    }
}
