//! Threads that do what keeps a processor busy for long: few, of their own, and behind others in line for a processor.
//!
//! A thread is started where none is free, so that there are no more than work is done at once; the one that was free last gets the
//! next work, whose memory it has already. They end with their owner.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc},
    thread,
};

use thread_priority::{ThreadPriority, set_current_thread_priority};

use super::hashing::HashPriority;

/// How far behind, where the system has a scale of 0 to 100 in mind: niceness 10 on Linux, where a thread gets a tenth of what one
/// of the usual priority gets that it shares a processor with. It waits for that one, and is never starved by it.
const PRIORITY: u8 = 23;

/// Work to do. What it returns is dropped once the thread is free again.
pub(super) type Work<P> = Box<dyn FnOnce() -> P + Send>;

/// The threads. A clone shares them.
pub(super) struct Workers<P> {
    free: Arc<Mutex<Vec<Worker<P>>>>,
    priority: HashPriority,
}

/// A thread, as it is given work: together with the way to give it more.
struct Worker<P>(mpsc::Sender<(Work<P>, Worker<P>)>);

impl<P: Send + 'static> Workers<P> {
    /// None yet.
    pub(super) fn new(priority: HashPriority) -> Self {
        Self { free: Arc::default(), priority }
    }

    /// Does work on a thread that is free, else on a new one.
    ///
    /// # Errors
    /// The system has no further thread.
    pub(super) fn work(&self, work: Work<P>) -> io::Result<()> {
        let free = locked(&self.free).pop();
        let worker = match free {
            Some(worker) => worker,
            None => self.start()?,
        };
        let next = Worker(worker.0.clone());
        // One that is free waits for work, as long as there is a way to give it some.
        worker.0.send((work, next)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn start(&self) -> io::Result<Worker<P>> {
        let (sender, receiver) = mpsc::channel();
        let (free, priority) = (Arc::downgrade(&self.free), self.priority);
        thread::Builder::new().name("password-hash".to_owned()).spawn(move || {
            if priority == HashPriority::BehindOthers {
                step_back();
            }
            run(&receiver, &free);
        })?;
        Ok(Worker(sender))
    }
}

fn run<P>(work: &mpsc::Receiver<(Work<P>, Worker<P>)>, free: &Weak<Mutex<Vec<Worker<P>>>>) {
    while let Ok((work, worker)) = work.recv() {
        let done = work();
        let Some(free) = free.upgrade() else { return };
        locked(&free).push(worker);
        drop(done);
    }
}

/// Lets others go first. Elsewhere than on these systems it may be the whole process that would.
fn step_back() {
    if !cfg!(any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "windows")) {
        return;
    }
    let lowered = ThreadPriority::try_from(PRIORITY).map_or(Ok(()), set_current_thread_priority);
    if let Err(error) = lowered {
        tracing::debug!(%error, "password hashes are computed at the usual priority");
    }
}

fn locked<P>(free: &Mutex<Vec<Worker<P>>>) -> MutexGuard<'_, Vec<Worker<P>>> {
    free.lock().unwrap_or_else(PoisonError::into_inner)
}
