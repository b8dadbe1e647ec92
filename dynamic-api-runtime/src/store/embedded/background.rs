//! Where calls run that look at many rows: on threads where they block no task, few at once, and only as long as somebody waits
//! for them. Knows nothing of what they do.

use std::{num::NonZero, sync::Arc, thread};

use tokio::sync::Semaphore;

use super::effort::Deadline;
use crate::store::{StoreError, StoreResult};

/// How many calls run at once at least, so that a slow one never stops all others.
const MIN_PLACES: usize = 4;

/// The places for calls that take long. A call waits for one as a task, so that the program's blocking threads are left to it.
pub(super) struct Background(Arc<Semaphore>);

impl Background {
    pub(super) fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Semaphore::new((2 * cores).max(MIN_PLACES))))
    }

    /// Runs `work`, which must look at the deadline again and again: it has passed too when this future is dropped.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        deadline: &Deadline,
        work: impl FnOnce() -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let _waiting = deadline.abandon_on_drop();
        let place = Arc::clone(&self.0).acquire_owned();
        let place = match deadline.at() {
            Some(at) => tokio::time::timeout_at(at.into(), place).await.map_err(|_| StoreError::TimedOut)?,
            None => place.await,
        };
        let place = place.map_err(StoreError::other)?;
        let running = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        running.await.map_err(StoreError::other)?
    }
}
