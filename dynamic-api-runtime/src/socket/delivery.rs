//! How packets get to a socket whose buffer may be full, and when they have left it. It knows of no call.
//!
//! The buffer of the library tells nobody when there is room again, so that it has to be looked at. One packet of a socket
//! does that, and the others wait for it without a timer. A client that takes nothing in is given up after a while.
//!
//! Packets leave the buffer in the order in which they came into it: those that are not among the last so many, as many as
//! there are in it, have left.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use socketioxide::{SendError, SocketError};
use tokio::{
    sync::Mutex,
    task::yield_now,
    time::{Instant, sleep},
};

use super::packet::Caller;

/// Packets that the buffer of a server of the application's own holds for a client at most: no more than can be counted by a look.
pub(super) const BUFFER: usize = 256;
/// How long a socket may take in nothing while a packet waits for it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How soon it is looked again at first, and how often at least whether there is room for the packet that is next.
const LOOKS: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(10));
/// How often at least it is looked whether a packet has left.
const LAST_LOOKS: Duration = Duration::from_millis(200);

/// The packets of a socket on their way into the buffer and out of it.
#[derive(Debug)]
pub(super) struct Delivery {
    /// What the buffer of the library holds.
    buffer: usize,
    /// Held by the packet that is next. The lock is fair: packets go in the order in which they came to wait.
    next: Mutex<()>,
    /// Packets that came into the buffer.
    sent: AtomicU64,
    /// Those of them that are known to have left it.
    left: AtomicU64,
    /// Held by the one who looks whether his packet has left.
    last: Mutex<()>,
    is_given_up: AtomicBool,
}

/// There is no room for the packet now.
#[derive(Debug)]
pub(super) struct Full;

impl Delivery {
    /// Over a buffer of so many packets.
    pub(super) fn new(buffer: usize) -> Self {
        Self {
            buffer,
            next: Mutex::default(),
            sent: AtomicU64::new(0),
            left: AtomicU64::new(0),
            last: Mutex::default(),
            is_given_up: AtomicBool::new(false),
        }
    }

    /// Sends a packet if there is room for it and none waits.
    pub(super) fn at_once(
        &self,
        caller: &Caller,
        send: &impl Fn() -> Result<(), SendError>,
    ) -> Result<(), Full> {
        let _next = self.next.try_lock().map_err(|_| Full)?;
        self.attempt(caller, send)
    }

    /// Sends a packet after those that wait already. A client that is gone or given up gets none.
    pub(super) async fn wait(&self, caller: &Caller, send: &impl Fn() -> Result<(), SendError>) {
        let _next = self.next.lock().await;
        let deadline = Instant::now() + PATIENCE;
        let mut pause = LOOKS.0;
        while !self.is_given_up() && self.attempt(caller, send).is_err() && caller.is_connected() {
            if Instant::now() > deadline {
                return self.give_up(caller);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LOOKS.1);
        }
    }

    /// Waits until all that came into the buffer so far has left it, or the connection is gone.
    pub(super) async fn taken(&self, caller: &Caller) {
        let awaited = self.sent.load(Ordering::SeqCst);
        let _last = self.last.lock().await;
        let mut pause = LOOKS.0;
        // The library's own task comes next.
        yield_now().await;
        while self.left.load(Ordering::SeqCst) < awaited {
            self.look(caller);
            if self.left.load(Ordering::SeqCst) < awaited {
                sleep(pause).await;
                pause = (pause * 2).min(LAST_LOOKS);
            }
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
                sleep(LOOKS.1).await;
            }
        });
    }

    /// Sends a packet, where there is room. A quarter of the buffer is for pings and for events of the program's own.
    fn attempt(&self, caller: &Caller, send: &impl Fn() -> Result<(), SendError>) -> Result<(), Full> {
        let room = (self.buffer - self.buffer / 4) as u64;
        if self.within() >= room {
            self.look(caller);
            if self.within() >= room {
                return Err(Full);
            }
        }
        match send() {
            Err(SendError::Socket(SocketError::InternalChannelFull)) => return Err(Full),
            Err(error) => tracing::debug!(%error, "a packet could not be delivered"),
            Ok(()) => {
                self.sent.fetch_add(1, Ordering::SeqCst);
            }
        }
        Ok(())
    }

    /// How many packets are in the buffer at most.
    fn within(&self) -> u64 {
        let left = self.left.load(Ordering::SeqCst);
        self.sent.load(Ordering::SeqCst).saturating_sub(left)
    }

    /// Looks how many packets have left. Others than these may be in the buffer as well, and are taken for these.
    fn look(&self, caller: &Caller) {
        // What is sent from here on makes fewer of those before seem to have left, and never more.
        let sent = self.sent.load(Ordering::SeqCst);
        let most = self.buffer.min(BUFFER);
        let within = match caller.places(most) {
            // The buffer of a program's own server may be too large to be counted: it is taken for empty then.
            Some(places) if places < most => self.buffer - places,
            _ => 0,
        };
        self.left.fetch_max(sent.saturating_sub(within as u64), Ordering::SeqCst);
    }
}
