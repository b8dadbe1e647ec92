//! The bytes that a socket's messages and answers may hold, together with those of all other sockets of the application.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is left for a socket.
#[derive(Debug)]
pub(super) struct Memory {
    own: Arc<Semaphore>,
    all: Arc<Semaphore>,
    /// For one answer that has no room among the socket's own bytes.
    beyond: Arc<Semaphore>,
}

/// Bytes that are in use until this is dropped.
#[derive(Debug)]
pub(super) struct Held {
    _own: OwnedSemaphorePermit,
    _all: Option<OwnedSemaphorePermit>,
}

impl Memory {
    /// A socket with `own` bytes of its own, within what all sockets share.
    pub(super) fn new(own: usize, all: Arc<Semaphore>) -> Self {
        Self { own: Arc::new(Semaphore::new(own)), all, beyond: Arc::new(Semaphore::new(1)) }
    }

    /// Takes some bytes; `None` where so many are not left.
    pub(super) fn hold(&self, bytes: usize) -> Option<Held> {
        let bytes = u32::try_from(bytes).ok()?;
        let own = self.own.clone().try_acquire_many_owned(bytes).ok()?;
        let all = self.all.clone().try_acquire_many_owned(bytes).ok()?;
        Some(Held { _own: own, _all: Some(all) })
    }

    /// Takes bytes for an answer, one of which at a time may be beyond the socket's own: else one that is larger than all of
    /// them could never be given.
    pub(super) fn hold_answer(&self, bytes: usize) -> Option<Held> {
        let beyond = || {
            let own = self.beyond.clone().try_acquire_owned().ok()?;
            let all = self.all.clone().try_acquire_many_owned(u32::try_from(bytes).ok()?).ok()?;
            Some(Held { _own: own, _all: Some(all) })
        };
        self.hold(bytes).or_else(beyond)
    }

    /// Waits until no other answer is beyond the socket's own bytes, for one that has to be given whatever it takes.
    pub(super) async fn hold_beyond(&self) -> Option<Held> {
        let own = self.beyond.clone().acquire_owned().await.ok()?;
        Some(Held { _own: own, _all: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_bounded_for_a_socket_and_for_all() {
        let all = Arc::new(Semaphore::new(150));
        let (one, other) = (Memory::new(100, all.clone()), Memory::new(100, all));
        let held = one.hold(100);
        assert!(held.is_some() && one.hold(1).is_none());
        let rest = other.hold(50);
        assert!(rest.is_some() && other.hold(1).is_none(), "all have 150");
        drop(held);
        assert!(other.hold(50).is_some() && one.hold(101).is_none() && one.hold(100).is_some());
        assert!(one.hold(usize::MAX).is_none());
    }

    #[tokio::test]
    async fn one_answer_at_a_time_may_be_beyond_what_a_socket_has() {
        let memory = Memory::new(100, Arc::new(Semaphore::new(1000)));
        let large = memory.hold_answer(500);
        assert!(large.is_some() && memory.hold_answer(101).is_none() && memory.hold_answer(100).is_some());
        drop(large);
        assert!(memory.hold_answer(2000).is_none(), "all have 1000");
        let written = memory.hold_beyond().await;
        assert!(written.is_some() && memory.hold_answer(500).is_none());
    }
}
