//! How much a read may still do, and when it is to end although it is not done. Knows no rows and no threads.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::store::{StoreError, StoreResult};

/// Why a walk ended early.
pub(super) enum Halt {
    /// It looked at more rows than it was given, and may be tried where it blocks nobody.
    TooLong,
    Failed(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Halt {
    /// The error of a walk that was given all the rows it needs.
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Self::TooLong => StoreError::TimedOut,
            Self::Failed(error) => error,
        }
    }
}

/// When a call ends: at its time limit, or as soon as nobody waits for it.
#[derive(Clone)]
pub(super) struct Deadline {
    /// `None` is a limit beyond what the clock can say.
    at: Option<Instant>,
    abandoned: Arc<AtomicBool>,
}

impl Deadline {
    pub(super) fn after(limit: Duration) -> Self {
        Self { at: Instant::now().checked_add(limit), abandoned: Arc::default() }
    }

    pub(super) fn at(&self) -> Option<Instant> {
        self.at
    }

    pub(super) fn check(&self) -> StoreResult<()> {
        let over = self.at.is_some_and(|at| Instant::now() >= at);
        if over || self.abandoned.load(Ordering::Relaxed) { Err(StoreError::TimedOut) } else { Ok(()) }
    }

    /// What ends the call when it is dropped.
    pub(super) fn abandon_on_drop(&self) -> Abandon {
        Abandon(Arc::clone(&self.abandoned))
    }
}

/// Held by who waits for a call.
pub(super) struct Abandon(Arc<AtomicBool>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a walk may still do.
pub(super) struct Effort {
    rows: u64,
    deadline: Option<Deadline>,
    seen: Cell<u64>,
}

/// How many rows go by between two looks at the clock.
const ROWS_PER_LOOK: u64 = 16;

impl Effort {
    /// As long as it takes.
    pub(super) fn unlimited() -> Self {
        Self { rows: u64::MAX, deadline: None, seen: Cell::new(0) }
    }

    /// Until the deadline.
    pub(super) fn until(deadline: &Deadline) -> Self {
        Self { deadline: Some(deadline.clone()), ..Self::unlimited() }
    }

    /// The same for at most so many rows.
    #[must_use]
    pub(super) fn within(self, rows: u64) -> Self {
        Self { rows, ..self }
    }

    /// Takes note of a row that is looked at.
    pub(super) fn row(&self) -> Result<(), Halt> {
        let seen = self.seen.get();
        self.seen.set(seen + 1);
        if seen >= self.rows {
            return Err(Halt::TooLong);
        }
        if seen.is_multiple_of(ROWS_PER_LOOK) {
            self.check()?;
        }
        Ok(())
    }

    /// Whether there is time left.
    pub(super) fn check(&self) -> StoreResult<()> {
        self.deadline.as_ref().map_or(Ok(()), Deadline::check)
    }
}
