//! The hooks of an entity or of a route, as metadata: functions whose types are forgotten.

use std::{fmt, time::Duration};

use bson::Bson;

use super::{DeleteMoment, Past, SaveMoment};
use crate::{error::Error, store::BoxFuture};

/// A hook before a save: the members that it changes.
pub type SaveFn = for<'a> fn(SaveMoment<'a>) -> BoxFuture<'a, Result<Vec<(&'static str, Bson)>, Error>>;

/// A hook before a deletion.
pub type DeleteFn = for<'a> fn(DeleteMoment<'a>) -> BoxFuture<'a, Result<(), Error>>;

/// A hook after a save.
pub type AfterSaveFn = fn(Past) -> BoxFuture<'static, Result<(), Error>>;

/// What of the program's own runs around the writes of an entity, or of a route.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Hooks {
    /// What is made of a document before it is saved.
    pub before_save: Option<SaveFn>,
    /// What says whether one may be deleted.
    pub before_delete: Option<DeleteFn>,
    /// What is done with one that was saved.
    pub after_save: Option<AfterHook>,
}

/// A hook after a save, and how often it is tried.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct AfterHook {
    /// The path of the function, as it was written.
    pub name: &'static str,
    pub(crate) run: AfterSaveFn,
    /// How often it is tried again.
    pub retry: u32,
    /// How long before the second time; twice as long before each further one, up to an hour.
    pub delay: Duration,
}

/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_secs(60 * 60);

impl Hooks {
    /// None.
    pub const fn new() -> Self {
        Self { before_save: None, before_delete: None, after_save: None }
    }

    /// Sets what is made of a document before it is saved.
    #[must_use]
    pub const fn before_save(mut self, hook: SaveFn) -> Self {
        self.before_save = Some(hook);
        self
    }

    /// Sets what says whether a document may be deleted.
    #[must_use]
    pub const fn before_delete(mut self, hook: DeleteFn) -> Self {
        self.before_delete = Some(hook);
        self
    }

    /// Sets what is done with a document that was saved.
    #[must_use]
    pub const fn after_save(mut self, hook: AfterHook) -> Self {
        self.after_save = Some(hook);
        self
    }

    /// Whether one of them is about saves.
    pub(crate) fn are_of_saves(&self) -> bool {
        self.before_save.is_some() || self.after_save.is_some()
    }
}

impl AfterHook {
    /// A hook that is tried once.
    pub const fn new(name: &'static str, run: AfterSaveFn) -> Self {
        Self { name, run, retry: 0, delay: Duration::from_secs(1) }
    }

    /// Sets how often it is tried again, and after how many milliseconds first.
    #[must_use]
    pub const fn retry(mut self, times: u32, delay: u64) -> Self {
        self.retry = times;
        self.delay = Duration::from_millis(delay);
        self
    }

    /// How long to wait after so many attempts.
    pub(super) fn pause(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        self.delay.saturating_mul(1 << doublings).min(LONGEST)
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("before_save", &self.before_save.is_some())
            .field("before_delete", &self.before_delete.is_some())
            .field("after_save", &self.after_save)
            .finish()
    }
}

impl fmt::Debug for AfterHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AfterHook")
            .field("name", &self.name)
            .field("retry", &self.retry)
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let hook = AfterHook::new("notify", |_| Box::pin(std::future::ready(Ok(())))).retry(40, 500);
        let seconds = |attempts| hook.pause(attempts).as_secs_f64();
        assert_eq!([seconds(1), seconds(2), seconds(3)], [0.5, 1.0, 2.0]);
        assert_eq!([seconds(20), seconds(40)], [3600.0, 3600.0]);
    }
}
