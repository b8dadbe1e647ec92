//! Hooks after a save under way: each of each document in a task of its own, so many at once, tried again where they fail, and reported
//! where they fail for good. Nothing of it is the call's any more.

use std::{
    error::Error as StdError,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};

use super::{AfterHook, Past};
use crate::{
    entrance::{cause, contained},
    error::Error,
    server_fields::ID,
    types::Id,
};

/// How many hooks run at once; the others wait in order.
const AT_ONCE: usize = 256;
/// How many are under way at most, those that wait included: a hook that is too slow for the writes of its application is not to fill
/// the memory with their documents.
const UNDER_WAY: usize = 65_536;

/// A hook after a save that failed for good. The document is stored all the same.
#[derive(Debug)]
#[non_exhaustive]
pub struct AfterSaveFailure {
    /// The name of the entity.
    pub entity: &'static str,
    /// The path of the hook, as it was written.
    pub hook: &'static str,
    /// The document that was saved; `None` where another program gave it an id of its own kind.
    pub id: Option<Id>,
    /// How often it was tried; 0 where so many hooks were under way that it was not.
    pub attempts: u32,
    /// Why it failed the last time.
    pub error: Error,
}

impl AfterSaveFailure {
    /// What is behind the error, where that tells clients nothing: the cause of an [`Error::Internal`], the text of a panic.
    pub fn cause(&self) -> &(dyn StdError + 'static) {
        cause(&self.error)
    }
}

/// What is told of hooks that fail for good.
pub(crate) type Report = Arc<dyn Fn(&AfterSaveFailure) + Send + Sync>;

/// A hook, and the document that was saved.
pub(crate) struct Task {
    pub(crate) entity: &'static str,
    pub(crate) hook: AfterHook,
    pub(crate) past: Past,
}

/// The hooks of an application that are under way.
pub(crate) struct Tasks {
    places: Semaphore,
    under_way: watch::Sender<usize>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), under_way: watch::Sender::new(0) }
    }
}

impl Tasks {
    /// Ready once none is under way.
    pub(crate) async fn finished(&self) {
        // The sender is this one's own, so that there is no other end.
        let _ = self.under_way.subscribe().wait_for(|under_way| *under_way == 0).await;
    }

    /// How many are under way.
    pub(crate) fn count(&self) -> usize {
        *self.under_way.borrow()
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tasks").field(&self.count()).finish()
    }
}

/// One of those that are under way, until it is dropped.
struct UnderWay(Arc<Tasks>);

impl UnderWay {
    fn start(tasks: &Arc<Tasks>) -> Option<Self> {
        let has_room = tasks.under_way.send_if_modified(|under_way| {
            let has_room = *under_way < UNDER_WAY;
            *under_way += usize::from(has_room);
            has_room
        });
        has_room.then(|| Self(tasks.clone()))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|under_way| *under_way -= 1);
    }
}

/// Where hooks after a save are run.
#[derive(Clone)]
pub(crate) struct AfterSaves {
    tasks: Arc<Tasks>,
    report: Option<Report>,
    /// How long one attempt may take.
    time: Duration,
}

impl AfterSaves {
    pub(crate) fn new(tasks: Arc<Tasks>, report: Option<Report>, time: Duration) -> Self {
        Self { tasks, report, time }
    }

    /// Runs a hook beside its call.
    pub(crate) fn start(&self, task: Task) {
        let Some(under_way) = UnderWay::start(&self.tasks) else {
            return self.tell(&task, 0, Error::Unavailable);
        };
        let this = self.clone();
        tokio::spawn(async move {
            this.run(&task).await;
            drop(under_way);
        });
    }

    async fn run(&self, task: &Task) {
        let Task { entity, hook, .. } = task;
        for attempt in 1.. {
            match self.attempt(task).await {
                Ok(()) => return,
                Err(error) if attempt > hook.retry => return self.tell(task, attempt, error),
                Err(error) => {
                    let (hook, error) = (hook.name, cause(&error));
                    tracing::warn!(entity, hook, attempt, error, "a hook after a save is tried again");
                }
            }
            sleep(hook.pause(attempt)).await;
        }
    }

    /// Runs a hook once. It has its place for the attempt alone, and not while it waits for another.
    async fn attempt(&self, task: &Task) -> Result<(), Error> {
        let _place = self.tasks.places.acquire().await.map_err(Error::internal)?;
        let work = contained((task.hook.run)(task.past.clone()));
        timeout(self.time, work).await.unwrap_or(Err(Error::Unavailable))
    }

    fn tell(&self, task: &Task, attempts: u32, error: Error) {
        let id = task.past.after.get_object_id(ID).ok().map(Id::from);
        let failure = AfterSaveFailure { entity: task.entity, hook: task.hook.name, id, attempts, error };
        let is_told = self.report.as_ref().is_some_and(|report| {
            let told = catch_unwind(AssertUnwindSafe(|| report(&failure)));
            told.is_ok()
        });
        if !is_told {
            let AfterSaveFailure { entity, hook, id, attempts, .. } = &failure;
            tracing::error!(
                entity,
                hook,
                ?id,
                attempts,
                error = failure.cause(),
                "a hook after a save failed"
            );
        }
    }
}

impl fmt::Debug for AfterSaves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AfterSaves").field(&self.tasks).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Mutex;

    use super::*;
    use crate::store::BoxFuture;

    /// What the tests' hooks end in, by their documents' members.
    fn run(past: Past) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move {
            match past.after.get_str("ends") {
                Ok("well") => Ok(()),
                Ok("never") => std::future::pending().await,
                _ => Err(Error::internal("badly")),
            }
        })
    }

    fn ends(how: &str) -> Past {
        Past::of(bson::rawdoc! { "ends": how })
    }

    fn task(past: &Past, hook: AfterHook) -> Task {
        Task { entity: "Post", hook, past: past.clone() }
    }

    /// A place for hooks, and the attempts of those that it has reported.
    fn place() -> (AfterSaves, Arc<Mutex<Vec<u32>>>) {
        let told = Arc::<Mutex<Vec<u32>>>::default();
        let tell = told.clone();
        let report: Report = Arc::new(move |failure| tell.lock().unwrap().push(failure.attempts));
        (AfterSaves::new(Arc::default(), Some(report), Duration::from_secs(60)), told)
    }

    #[tokio::test]
    async fn those_that_wait_for_another_attempt_keep_nobody_waiting() {
        let (after_saves, told) = place();
        let hook = AfterHook::new("run", run).retry(1, 60_000);
        let badly = ends("badly");
        for _ in 0..2 * AT_ONCE {
            after_saves.start(task(&badly, hook));
        }
        after_saves.start(task(&ends("well"), hook));
        let mut under_way = after_saves.tasks.under_way.subscribe();
        let ended = under_way.wait_for(|under_way| *under_way == 2 * AT_ONCE);
        timeout(Duration::from_secs(20), ended).await.unwrap().unwrap();
        assert!(told.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_is_beyond_the_bound_is_told_and_not_kept() {
        let (after_saves, told) = place();
        let hook = AfterHook::new("run", run);
        let never = ends("never");
        for _ in 0..UNDER_WAY + 2 {
            after_saves.start(task(&never, hook));
        }
        assert_eq!(after_saves.tasks.count(), UNDER_WAY);
        assert_eq!(*told.lock().unwrap(), [0, 0]);
    }
}
