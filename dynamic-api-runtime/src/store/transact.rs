//! A transaction from its start to its end: run, commit, retry.

use std::marker::PhantomData;

use super::{ATTEMPTS, BoxFuture, Database, StoreError, Transaction, pause};

/// Runs `work` in a transaction and commits it; aborts it where `work` fails.
///
/// Where the transaction conflicts with another writer, all of it runs again, at most 25 times in all: `work` must have no
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
    let mut attempt = 0;
    loop {
        let outcome = run_once(store, &mut work).await;
        match outcome {
            Err(error) if error.is_conflict() && attempt + 1 < ATTEMPTS => {
                pause(attempt).await;
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
