//! How packets get to a socket whose buffer may be full. It knows of no call.
//!
//! The buffer of the library tells nobody when there is room again, so that it has to be looked at. One packet of a socket
//! does that, and the others wait for it without a timer. A client that takes nothing in is given up after a while.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use socketioxide::{SendError, SocketError};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};

use super::packet::Caller;

/// How long a socket may take in nothing while a packet waits for it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked at whether there is room for the packet that is next.
const LOOK: Duration = Duration::from_millis(10);

/// The packets of a socket that wait for room.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    /// Held by the packet that is next. The lock is fair: packets go in the order in which they came to wait.
    next: Mutex<()>,
    is_given_up: AtomicBool,
}

/// There is no room for the packet now.
#[derive(Debug)]
pub(super) struct Full;

impl Delivery {
    /// Sends a packet if there is room for it and none waits.
    pub(super) fn at_once(&self, send: &impl Fn() -> Result<(), SendError>) -> Result<(), Full> {
        let _next = self.next.try_lock().map_err(|_| Full)?;
        attempt(send)
    }

    /// Sends a packet after those that wait already. A client that is gone or given up gets none.
    pub(super) async fn wait(&self, caller: &Caller, send: &impl Fn() -> Result<(), SendError>) {
        let _next = self.next.lock().await;
        let deadline = Instant::now() + PATIENCE;
        while !self.is_given_up() && attempt(send).is_err() && caller.is_connected() {
            if Instant::now() > deadline {
                return self.give_up(caller);
            }
            sleep(LOOK).await;
        }
    }

    /// Whether the client was given up: what it still sends is not for anyone.
    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed)
    }

    /// Disconnects a client that doesn't take its answers in. Even the packet that says so needs room: the client's own doing,
    /// or the next ping, which finds none either and ends the connection.
    pub(super) fn give_up(&self, caller: &Caller) {
        if self.is_given_up.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::info!("a socket is disconnected: it sends, and doesn't take its answers in");
        let caller = caller.clone();
        tokio::spawn(async move {
            while caller.is_connected() && caller.disconnect().is_err() {
                sleep(LOOK).await;
            }
        });
    }
}

fn attempt(send: &impl Fn() -> Result<(), SendError>) -> Result<(), Full> {
    match send() {
        Err(SendError::Socket(SocketError::InternalChannelFull)) => Err(Full),
        Err(error) => {
            tracing::debug!(%error, "a packet could not be delivered");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
