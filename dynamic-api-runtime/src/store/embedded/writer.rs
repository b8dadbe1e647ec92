//! The thread that all writes go through: it takes what waits, tries each request for itself, commits what succeeded at once, and
//! answers when that is durable.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    batch::Batch,
    catalogue::{Catalogue, Collection},
    draft::{Changes, Draft},
    effort::Effort,
    error::{Failure, stopped},
    expiry,
    history::{History, Read},
    operation::Operation,
    prepare::{self, Changed},
    shared::Shared,
};
use crate::store::{CollectionSpec, StoreError, StoreResult, SyncIndexes, Written};

/// How many requests may wait; more wait to be let in.
const WAITING: usize = 1024;
/// How many requests share a commit at most.
const GROUP: usize = 256;

/// What is asked of the writer.
pub(super) enum Work {
    /// A write by itself.
    Write { collection: String, operation: Operation },
    /// The writes of a transaction that saw the commits up to `since` and depends on `reads`.
    Commit { since: u64, reads: Vec<Read>, changes: Changes },
    /// The creation of the indexes that are missing, and what is to be done about the others.
    Prepare(CollectionSpec, SyncIndexes),
    /// The removal of every collection.
    DropAll,
}

/// A piece of work, and where its answer goes.
pub(super) struct Request {
    work: Work,
    answer: oneshot::Sender<StoreResult<Written>>,
}

/// Where work is handed in.
pub(super) struct Submission(mpsc::Sender<Request>);

impl Submission {
    /// Waits until the work is durable, or failed and left nothing.
    pub(super) async fn submit(&self, work: Work) -> StoreResult<Written> {
        let (answer, outcome) = oneshot::channel();
        self.0.send(Request { work, answer }).await.map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }
}

/// Starts the thread. It ends when the submission is dropped and all that was handed in is answered.
pub(super) fn start(shared: Arc<Shared>) -> StoreResult<(Submission, std::thread::JoinHandle<()>)> {
    let (submission, waiting) = mpsc::channel(WAITING);
    let writer = Writer { shared, history: History::default(), failed: None };
    let thread = std::thread::Builder::new().name("dynamic-api-writer".to_owned());
    let thread = thread.spawn(move || writer.run(waiting)).map_err(StoreError::other)?;
    Ok((Submission(submission), thread))
}

struct Writer {
    shared: Arc<Shared>,
    history: History,
    /// Why nothing is written any more: after a failed commit nobody knows what the file holds until it is opened again.
    failed: Option<String>,
}

impl Writer {
    fn run(mut self, mut waiting: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP);
        while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
            while !group.is_empty() {
                self.take(&mut group);
            }
        }
    }

    /// Takes the next commit's requests off the front of `group`: a single change of the catalogue, or all writes before one.
    fn take(&mut self, group: &mut Vec<Request>) {
        let is_write = |request: &Request| matches!(request.work, Work::Write { .. } | Work::Commit { .. });
        let writes = group.iter().take_while(|request| is_write(request)).count();
        let (works, answers): (Vec<_>, Vec<_>) =
            group.drain(..writes.max(1)).map(|request| (request.work, request.answer)).unzip();
        let mut outcomes = Vec::with_capacity(works.len());
        let committed = match &self.failed {
            Some(failure) => Err(unavailable(failure)),
            None => self.commit(works, &mut outcomes),
        };
        if let Err(error) = &committed
            && self.failed.is_none()
        {
            tracing::error!(%error, "the embedded store takes no more writes: its file can't be written");
            self.failed = Some(error.to_string());
        }
        let mut outcomes = outcomes.into_iter();
        for answer in answers {
            let outcome = match (outcomes.next(), &self.failed) {
                (Some(Err(error)), _) => Err(error),
                (_, Some(failure)) => Err(unavailable(failure)),
                (Some(outcome), None) => outcome,
                (None, None) => Err(stopped()),
            };
            // Whoever asked may have gone away; the write stands all the same.
            drop(answer.send(outcome));
        }
    }

    /// Makes durable what succeeds of `works`, and adds the outcome of each. An error is the failure of them all.
    fn commit(&mut self, works: Vec<Work>, outcomes: &mut Vec<StoreResult<Written>>) -> StoreResult<()> {
        let sequence = self.shared.sequence() + 1;
        let transaction = self.shared.database.begin_write().map_err(Failure::failure)?;
        let mut batch = Batch::new(&transaction);
        let mut changed = false;
        for work in works {
            let tried = match work {
                Work::Write { collection, operation } => {
                    guarded(|| self.write(&mut batch, &collection, &operation))
                }
                Work::Commit { since, reads, changes } => {
                    guarded(|| self.replay(&mut batch, since, &reads, &changes))
                }
                Work::Prepare(spec, sync) => {
                    drop(batch);
                    let prepared = prepare::prepare(&self.shared.catalogue(), transaction, &spec, sync);
                    return self.change_catalogue(sequence, prepared, outcomes);
                }
                Work::DropAll => {
                    drop(batch);
                    let dropped = prepare::drop_all(&self.shared.catalogue(), transaction);
                    return self.change_catalogue(sequence, dropped, outcomes);
                }
            };
            let (outcome, changes) = match tried {
                Ok(tried) => tried,
                Err(error) => {
                    outcomes.push(Err(error));
                    continue;
                }
            };
            outcomes.push(Ok(outcome));
            for changes in changes.into_collections() {
                batch.write(&changes)?;
                changed = true;
                self.history.record(sequence, changes);
            }
        }
        drop(batch);
        if !changed {
            return transaction.abort().map_err(Failure::failure);
        }
        transaction.commit().map_err(Failure::failure)?;
        self.publish(sequence, None)
    }

    fn publish(&mut self, sequence: u64, catalogue: Option<Catalogue>) -> StoreResult<()> {
        let oldest = self.shared.publish(sequence, catalogue)?;
        self.history.prune(oldest);
        Ok(())
    }

    /// Shows a changed catalogue. Which documents went with the change is not in the history.
    fn change_catalogue(
        &mut self,
        sequence: u64,
        changed: StoreResult<Changed>,
        outcomes: &mut Vec<StoreResult<Written>>,
    ) -> StoreResult<()> {
        let catalogue = match changed {
            Ok(Changed { catalogue, documents }) => {
                if documents {
                    self.history.forget(sequence);
                }
                outcomes.push(Ok(Written::Done));
                Some(catalogue)
            }
            Err(error) => {
                outcomes.push(Err(error));
                None
            }
        };
        self.publish(sequence, catalogue)
    }

    fn write(
        &self,
        batch: &mut Batch<'_>,
        collection: &str,
        operation: &Operation,
    ) -> StoreResult<(Written, Changes)> {
        let collection = self.open(batch, collection)?;
        let mut changes = Changes::default();
        let mut draft = Draft { base: &*batch, changes: &mut changes };
        let outcome = operation.run(&mut draft, &collection, &Effort::unlimited())?;
        expiry::purge(&mut draft, &collection, expiry::PER_WRITE)?;
        Ok((outcome, changes))
    }

    fn replay(
        &self,
        batch: &mut Batch<'_>,
        since: u64,
        reads: &[Read],
        decided: &Changes,
    ) -> StoreResult<(Written, Changes)> {
        if self.history.conflicts(since, reads) {
            return Err(StoreError::Conflict);
        }
        let catalogue = self.shared.catalogue();
        for changes in decided.collections() {
            self.open(batch, &changes.collection.name)?;
        }
        let mut changes = Changes::default();
        let mut draft = Draft { base: &*batch, changes: &mut changes };
        draft.replay(decided, |name| catalogue.collection(name))?;
        for changes in decided.collections() {
            expiry::purge(&mut draft, &catalogue.collection(&changes.collection.name), expiry::PER_WRITE)?;
        }
        Ok((Written::Done, changes))
    }

    fn open(&self, batch: &mut Batch<'_>, name: &str) -> StoreResult<Arc<Collection>> {
        let collection = self.shared.catalogue().collection(name);
        batch.open(&collection)?;
        Ok(collection)
    }
}

/// Tries a request. Where that panics, its draft is gone, and as the tables were only read, the other requests go on as if it had
/// not been.
fn guarded<T>(try_it: impl FnOnce() -> StoreResult<T>) -> StoreResult<T> {
    catch_unwind(AssertUnwindSafe(try_it)).unwrap_or_else(|_| Err(StoreError::other("a write panicked")))
}

fn unavailable(failure: &str) -> StoreError {
    StoreError::Unavailable(failure.to_owned().into())
}
