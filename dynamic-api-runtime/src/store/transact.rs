//! A transaction from its start to its end: run, commit, retry.

use std::{
    hash::{BuildHasher, RandomState},
    marker::PhantomData,
    time::Duration,
};

use super::{BoxFuture, Database, StoreError, Transaction};

/// How often a transaction that met another writer is tried, the first time included.
const ATTEMPTS: u32 = 10;

/// Runs `work` in a transaction and commits it; aborts it where `work` fails.
///
/// Where the transaction conflicts with another writer, all of it runs again, at most ten times in all: `work` must have no
/// effect outside the transaction.
///
/// # Errors
/// What `work` returns, or what the commit does; [`StoreError::Conflict`] where every attempt met another writer.
///
/// `work` takes a second argument of no value: it tells the compiler that what `work` borrows outlives the transaction.
pub async fn transact<'a, T, E, F>(store: &dyn Database, mut work: F) -> Result<T, E>
where
    E: From<StoreError> + Conflicting,
    F: for<'t> FnMut(&'t dyn Transaction, Outlives<'t, 'a>) -> BoxFuture<'t, Result<T, E>>,
{
    let mut attempt = 1;
    loop {
        let outcome = run_once(store, &mut work).await;
        match outcome {
            Err(error) if error.is_conflict() && attempt < ATTEMPTS => {
                tokio::time::sleep(backoff(attempt)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Says that `'a` outlives `'t`, which a bound `for<'t>` can't say by itself.
pub type Outlives<'t, 'a> = PhantomData<&'t &'a ()>;

async fn run_once<'a, T, E, F>(store: &dyn Database, work: &mut F) -> Result<T, E>
where
    E: From<StoreError>,
    F: for<'t> FnMut(&'t dyn Transaction, Outlives<'t, 'a>) -> BoxFuture<'t, Result<T, E>>,
{
    let transaction = store.begin().await?;
    match work(&*transaction, PhantomData).await {
        Ok(value) => {
            transaction.commit().await?;
            Ok(value)
        }
        Err(error) => {
            if let Err(abort) = transaction.abort().await {
                tracing::warn!(error = %abort, "a failed transaction could not be aborted");
            }
            Err(error)
        }
    }
}

/// How long to wait before a further attempt: up to a bound that doubles from a millisecond to 64 ms, and not the same for all, so
/// that writers that met once don't meet again at once.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let bound = 1_000_u64 << attempt.min(6);
    // Hashers are seeded by chance.
    Duration::from_micros(RandomState::new().hash_one(attempt) % bound)
}

/// Whether an error says that the same work may succeed when it is tried again.
pub trait Conflicting {
    /// See [`Conflicting`].
    fn is_conflict(&self) -> bool;
}

impl Conflicting for StoreError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}
