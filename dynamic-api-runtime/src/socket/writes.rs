//! The order of one socket's writes.
//!
//! Events of a socket are tasks of their own, which run side by side. A client that sends an update after a create expects
//! them to happen in that order, so writes of a socket wait for the one before; reads wait for nothing. Over HTTP there is
//! no such order, since requests are independent there.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

/// The writes of a socket, in the order they came in.
#[derive(Debug, Default)]
pub(super) struct Writes(Mutex<Option<oneshot::Receiver<()>>>);

/// The place of a write among its socket's; the next one's turn comes when it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    before: Option<oneshot::Receiver<()>>,
    _done: oneshot::Sender<()>,
}

impl Writes {
    /// Takes the next place. To be called in the order in which the events came in.
    pub(super) fn join(&self) -> Turn {
        let (done, next) = oneshot::channel();
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(next);
        Turn { before, _done: done }
    }
}

impl Turn {
    /// Does the work of this turn, after that of the one before. The turn lasts until it is dropped.
    pub(super) async fn take<T>(&mut self, work: impl Future<Output = T>) -> T {
        if let Some(before) = self.before.take() {
            // The sender is dropped without a word: that it is gone is the message.
            let _ = before.await;
        }
        work.await
    }
}
