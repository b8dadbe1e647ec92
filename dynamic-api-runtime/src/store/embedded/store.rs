//! [`EmbeddedStore`]: reads on the latest snapshot, writes through the writer's thread.

use std::{path::Path, sync::Arc, thread::JoinHandle, time::Duration};

use bson::{Document, RawDocumentBuf};
use redb::{StorageBackend, backends::InMemoryBackend};

use super::{
    background::Background,
    effort::{Deadline, Effort, Halt},
    error::{place, stopped},
    index_report,
    integrity::{self, IntegrityReport},
    open,
    operation::Operation,
    pipeline, prepare,
    range::KeyRange,
    scan,
    shared::Shared,
    transaction::EmbeddedTransaction,
    view::View,
    writer::{self, Submission, Work},
};
use crate::{
    query::{Direction, Filter, Find},
    store::{
        BoxFuture, CollectionSpec, Collections, Database, IndexReport, StoreError, StoreResult, SyncIndexes,
        Transaction, Write, Written,
    },
};

/// How many rows a read may look at before it moves to a thread where it blocks nobody.
pub(super) const INLINE_ROWS: u64 = 256;

/// How long a read may take by default.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// A database in one file, or in memory; cheap to clone. The file is closed with the last clone.
///
/// What a write or a commit answered `Ok` to survives the end of the process and of the power. Reads wait for no write. Where a
/// write fails because the file can't be written (a full or broken disk), nobody knows what of it is there: it and all later
/// writes answer [`StoreError::Unavailable`] until the file is opened again, and reads go on.
///
/// An `_id`, and what a document has in one index, may be about 64 KiB long: a longer one is
/// [`StoreError::KeyTooLong`]. MongoDB has no such limit.
///
/// A document that has expired is in no answer from that instant on, and holds no unique key. What it takes of the file is
/// freed by later writes of its collection.
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
pub struct EmbeddedStore {
    inner: Arc<Inner>,
    answer_limit: Duration,
}

pub(super) struct Inner {
    pub(super) shared: Arc<Shared>,
    pub(super) background: Background,
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
        let inner = Inner {
            shared,
            background: Background::new(),
            place,
            submission: Some(submission),
            writer: Some(writer),
        };
        Ok(Self { inner: Arc::new(inner), answer_limit: ANSWER_LIMIT })
    }

    /// Sets how long a read, and any call within a transaction, may take before its caller gets [`StoreError::TimedOut`]; 10
    /// seconds by default. A [`Find`] with a time limit of its own has that one. Other clones of the store keep theirs.
    #[must_use]
    pub fn with_answer_limit(self, answer_limit: Duration) -> Self {
        Self { answer_limit, ..self }
    }

    /// Reads everything and checks that it fits together: every document is whole and stored under its own `_id`, and has
    /// exactly the index entries that its values make. Blocks its thread for as long as that takes.
    ///
    /// # Errors
    /// Where the storage can't be read. What does not fit together is in the report.
    pub fn check_integrity(&self) -> StoreResult<IntegrityReport> {
        let (catalogue, snapshot) = self.inner.shared.state();
        integrity::check(&catalogue, &snapshot)
    }

    async fn submit(&self, collection: &str, operation: Operation) -> StoreResult<Written> {
        self.inner.submit(Work::Write { collection: collection.to_owned(), operation }).await
    }
}

impl std::fmt::Debug for EmbeddedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("EmbeddedStore").field(&self.inner.place).finish()
    }
}

impl Collections for EmbeddedStore {
    fn find<'a>(
        &'a self,
        collection: &'a str,
        find: &'a Find,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(async move {
            let deadline = Deadline::after(find.time_limit.unwrap_or(self.answer_limit));
            let (collection, snapshot) = self.inner.shared.read(collection);
            let inline = Effort::until(&deadline).within(INLINE_ROWS);
            match scan::find(&*snapshot, &collection, find, &inline) {
                Err(Halt::TooLong) => {}
                done => return done.map_err(Halt::into_error),
            }
            let (find, effort) = (find.clone(), Effort::until(&deadline));
            let walk = move || scan::find(&*snapshot, &collection, &find, &effort).map_err(Halt::into_error);
            self.inner.background.run(&deadline, walk).await
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
            let (collection, snapshot) = self.inner.shared.read(collection);
            let inline = Effort::until(&deadline).within(INLINE_ROWS);
            match scan::count(&*snapshot, &collection, filter, &inline) {
                Err(Halt::TooLong) => {}
                done => return done.map_err(Halt::into_error),
            }
            let (filter, effort) = (filter.clone(), Effort::until(&deadline));
            let walk =
                move || scan::count(&*snapshot, &collection, &filter, &effort).map_err(Halt::into_error);
            self.inner.background.run(&deadline, walk).await
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
            let (catalogue, snapshot) = self.inner.shared.state();
            let (collection, pipeline, until) = (collection.to_owned(), pipeline.to_vec(), deadline.clone());
            let work = move || {
                let aggregated = pipeline::aggregate(&*snapshot, &catalogue, &collection, &pipeline, &until)?;
                Ok(aggregated.documents)
            };
            self.inner.background.run(&deadline, work).await
        })
    }

    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>> {
        Box::pin(async move {
            write.check()?;
            self.submit(collection, write.into()).await
        })
    }
}

impl Database for EmbeddedStore {
    fn describe(&self) -> String {
        format!("embedded store {}", self.inner.place)
    }

    /// Its file is locked as long as it is open.
    fn is_shared(&self) -> bool {
        false
    }

    fn is_transactional(&self) -> bool {
        true
    }

    fn index_report<'a>(&'a self, spec: &'a CollectionSpec) -> BoxFuture<'a, StoreResult<IndexReport>> {
        Box::pin(async move { Ok(index_report::report(&self.inner.shared.read(&spec.name).0, spec)) })
    }

    fn prepare<'a>(
        &'a self,
        spec: &'a CollectionSpec,
        sync: SyncIndexes,
    ) -> BoxFuture<'a, StoreResult<IndexReport>> {
        Box::pin(async move {
            let report = self.index_report(spec).await?;
            self.inner.submit(Work::Prepare(spec.clone(), sync)).await?;
            Ok(report)
        })
    }

    fn foreign_id_type<'a>(&'a self, collection: &'a str) -> BoxFuture<'a, StoreResult<Option<String>>> {
        Box::pin(async move {
            let (collection, snapshot) = self.inner.shared.read(collection);
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
        Box::pin(async move {
            Ok(Box::new(EmbeddedTransaction::begin(&self.inner, self.answer_limit)) as Box<dyn Transaction>)
        })
    }

    fn drop_all<'a>(&'a self) -> BoxFuture<'a, StoreResult<()>> {
        Box::pin(async move { self.inner.submit(Work::DropAll).await.map(drop) })
    }
}
