//! From a reply or an error to an acknowledgement and events. Whatever was sent, the caller gets an answer.

use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::SendError;

use super::{
    delivery::Delivery,
    memory::{Held, Memory},
    packet::Caller,
};
use crate::{
    app::ReplyMode,
    call::{PageMeta, RawReply},
    error::{Error, Problem},
};

/// The event that tells a failure.
const EXCEPTION: &str = "exception";

/// The acknowledgement of a call that succeeded.
#[derive(Serialize)]
struct Acknowledgement<'a> {
    event: &'a str,
    data: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<&'a PageMeta>,
}

/// A failure, told by an event of its own.
#[derive(Serialize)]
struct Exception<'a> {
    event: &'a str,
    #[serde(flatten)]
    problem: &'a Problem,
}

/// From this length on, an answer is counted as long as it is in the buffer of the library. What is smaller needs no more than
/// the buffer's packets of this size.
const LARGE: usize = 16 * 1024;

/// What becomes of an answer that has no memory left to wait in.
#[derive(Clone, Copy)]
pub(super) enum Terms {
    /// The call failed.
    Refuses,
    /// It waits until no other such answer is on its way.
    Waits,
}

/// The answer to an event in the making.
pub(super) struct Reply<'a> {
    pub(super) event: &'a str,
    pub(super) caller: &'a Caller,
    pub(super) delivery: &'a Delivery,
    pub(super) memory: &'a Memory,
}

impl Reply<'_> {
    /// Answers a call that succeeded: by the acknowledgement where the caller waits for one, else by the event. It is done when
    /// the answer needs no memory any more, or none that counts.
    pub(super) async fn success(&self, reply: RawReply, mode: ReplyMode, terms: Terms) {
        let is_large = reply.json.len() >= LARGE;
        match self.succeed(&reply, mode, terms).await {
            Ok(_held) => {
                drop(reply);
                if is_large {
                    self.delivery.taken(self.caller).await;
                }
            }
            Err(error) => {
                drop(reply);
                self.failure(&error).await;
            }
        }
    }

    async fn succeed(&self, reply: &RawReply, mode: ReplyMode, terms: Terms) -> Result<Option<Held>, Error> {
        let data: &RawValue = serde_json::from_slice(&reply.json).map_err(Error::internal)?;
        let waits = self.caller.waits();
        let is_acknowledged = waits && mode != ReplyMode::Emit;
        let is_emitted = !waits || mode != ReplyMode::Ack;
        let bytes = reply.json.len() * (usize::from(is_acknowledged) + usize::from(is_emitted));
        let mut held = if reply.json.len() < LARGE { None } else { self.hold(bytes, terms).await? };
        if is_acknowledged {
            let acknowledgement = Acknowledgement { event: self.event, data, meta: reply.page.as_ref() };
            self.deliver(|| self.caller.acknowledge(&acknowledgement), bytes, terms, &mut held).await?;
        }
        if is_emitted {
            let emitted = self.deliver(|| self.caller.emit(self.event, &data), bytes, terms, &mut held).await;
            // What was acknowledged is no failure any more.
            emitted.or_else(|error| if is_acknowledged { Ok(()) } else { Err(error) })?;
        }
        Ok(held)
    }

    /// Answers a call that failed: by the acknowledgement where the caller waits for one, and by [`EXCEPTION`].
    pub(super) async fn failure(&self, error: &Error) {
        let problem = error.problem(self.event);
        if self.caller.waits() {
            self.send(|| self.caller.acknowledge(&problem)).await;
        }
        let exception = Exception { event: self.event, problem: &problem };
        self.send(|| self.caller.emit(EXCEPTION, &exception)).await;
    }

    /// Sends a packet of an answer. One that has to wait holds memory from there on, unless it does so already.
    async fn deliver(
        &self,
        send: impl Fn() -> Result<(), SendError>,
        bytes: usize,
        terms: Terms,
        held: &mut Option<Held>,
    ) -> Result<(), NoMemory> {
        if self.delivery.at_once(self.caller, &send).is_ok() {
            return Ok(());
        }
        if held.is_none() {
            *held = self.hold(bytes, terms).await?;
        }
        self.delivery.wait(self.caller, &send).await;
        Ok(())
    }

    async fn hold(&self, bytes: usize, terms: Terms) -> Result<Option<Held>, NoMemory> {
        match (self.memory.hold_answer(bytes), terms) {
            (None, Terms::Refuses) => Err(NoMemory),
            (None, Terms::Waits) => Ok(self.memory.hold_beyond().await),
            (held, _) => Ok(held),
        }
    }

    /// Sends a packet, waiting where those before it are still to be taken in.
    async fn send(&self, send: impl Fn() -> Result<(), SendError>) {
        if self.delivery.at_once(self.caller, &send).is_err() {
            self.delivery.wait(self.caller, &send).await;
        }
    }
}

/// An answer would have to wait, and there is no memory for that.
struct NoMemory;

impl From<NoMemory> for Error {
    fn from(_: NoMemory) -> Self {
        Self::Unavailable
    }
}
