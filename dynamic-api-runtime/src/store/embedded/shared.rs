//! What readers and the writer share: the database, the catalogue, the latest snapshot, and which transactions are under way.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use redb::ReadableDatabase;

use super::{
    catalogue::{Catalogue, Collection},
    error::Failure,
    view::Snapshot,
};
use crate::store::StoreResult;

/// See the module.
pub(super) struct Shared {
    catalogue: RwLock<Arc<Catalogue>>,
    latest: Mutex<Latest>,
    // The last member, and so closed when its snapshots are.
    pub(super) database: redb::Database,
}

struct Latest {
    /// The number of the last commit, counted from the opening.
    sequence: u64,
    snapshot: Arc<Snapshot>,
    /// How many transactions under way saw which commit last.
    transactions: BTreeMap<u64, usize>,
}

impl Shared {
    pub(super) fn new(database: redb::Database, catalogue: Catalogue) -> StoreResult<Self> {
        let snapshot = Arc::new(Snapshot::new(database.begin_read().map_err(Failure::failure)?));
        let latest = Latest { sequence: 0, snapshot, transactions: BTreeMap::new() };
        Ok(Self { catalogue: RwLock::new(Arc::new(catalogue)), latest: Mutex::new(latest), database })
    }

    pub(super) fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_catalogue(&self, catalogue: Catalogue) {
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }

    /// A collection and a state to read it in. The catalogue comes first: an index that it has is in every later snapshot.
    pub(super) fn read(&self, collection: &str) -> (Arc<Collection>, Arc<Snapshot>) {
        let collection = self.catalogue().collection(collection);
        (collection, self.snapshot())
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.latest().snapshot)
    }

    pub(super) fn sequence(&self) -> u64 {
        self.latest().sequence
    }

    /// Shows readers what was just committed, and answers the last commit that every transaction under way saw.
    pub(super) fn publish(&self, sequence: u64) -> StoreResult<u64> {
        let snapshot = Arc::new(Snapshot::new(self.database.begin_read().map_err(Failure::failure)?));
        let mut latest = self.latest();
        latest.sequence = sequence;
        let previous = std::mem::replace(&mut latest.snapshot, snapshot);
        let oldest = latest.transactions.keys().next().copied().unwrap_or(sequence);
        drop(latest);
        // Closing a snapshot is work that no reader should wait for.
        drop(previous);
        Ok(oldest)
    }

    /// The latest snapshot and its commit, which is remembered until [`Shared::leave`].
    pub(super) fn enter(&self) -> (u64, Arc<Snapshot>) {
        let mut latest = self.latest();
        let sequence = latest.sequence;
        *latest.transactions.entry(sequence).or_default() += 1;
        (sequence, Arc::clone(&latest.snapshot))
    }

    /// Ends what [`Shared::enter`] began.
    pub(super) fn leave(&self, sequence: u64) {
        let mut latest = self.latest();
        let Some(count) = latest.transactions.get_mut(&sequence) else { return };
        *count -= 1;
        if *count == 0 {
            latest.transactions.remove(&sequence);
        }
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
