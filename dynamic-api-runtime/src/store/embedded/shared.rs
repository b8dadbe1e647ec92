//! What readers and the writer share: the database, its last state with the catalogue, and which transactions are under way.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    latest: Mutex<Latest>,
    // The last member, and so closed when its snapshots are.
    pub(super) database: redb::Database,
}

struct Latest {
    /// The number of the last commit, counted from the opening.
    sequence: u64,
    snapshot: Arc<Snapshot>,
    /// What the snapshot has: never more, never less.
    catalogue: Arc<Catalogue>,
    /// How many transactions under way saw which commit last.
    transactions: BTreeMap<u64, usize>,
}

impl Shared {
    pub(super) fn new(database: redb::Database, catalogue: Catalogue) -> StoreResult<Self> {
        let snapshot = Arc::new(Snapshot::new(database.begin_read().map_err(Failure::failure)?));
        let catalogue = Arc::new(catalogue);
        let latest = Latest { sequence: 0, snapshot, catalogue, transactions: BTreeMap::new() };
        Ok(Self { latest: Mutex::new(latest), database })
    }

    pub(super) fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.latest().catalogue)
    }

    /// A collection and the state to read it in.
    pub(super) fn read(&self, collection: &str) -> (Arc<Collection>, Arc<Snapshot>) {
        let (catalogue, snapshot) = self.state();
        (catalogue.collection(collection), snapshot)
    }

    /// The last state, and what is in it.
    pub(super) fn state(&self) -> (Arc<Catalogue>, Arc<Snapshot>) {
        let latest = self.latest();
        (Arc::clone(&latest.catalogue), Arc::clone(&latest.snapshot))
    }

    pub(super) fn sequence(&self) -> u64 {
        self.latest().sequence
    }

    /// Shows readers what was just committed, with the catalogue where that changed, and answers the last commit that every
    /// transaction under way saw.
    pub(super) fn publish(&self, sequence: u64, catalogue: Option<Catalogue>) -> StoreResult<u64> {
        let snapshot = Arc::new(Snapshot::new(self.database.begin_read().map_err(Failure::failure)?));
        let mut latest = self.latest();
        latest.sequence = sequence;
        if let Some(catalogue) = catalogue {
            latest.catalogue = Arc::new(catalogue);
        }
        let previous = std::mem::replace(&mut latest.snapshot, snapshot);
        let oldest = latest.transactions.keys().next().copied().unwrap_or(sequence);
        drop(latest);
        // Closing a snapshot is work that no reader should wait for.
        drop(previous);
        Ok(oldest)
    }

    /// The last state and its commit, which is remembered until [`Shared::leave`].
    pub(super) fn enter(&self) -> (u64, Arc<Catalogue>, Arc<Snapshot>) {
        let mut latest = self.latest();
        let sequence = latest.sequence;
        *latest.transactions.entry(sequence).or_default() += 1;
        (sequence, Arc::clone(&latest.catalogue), Arc::clone(&latest.snapshot))
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
