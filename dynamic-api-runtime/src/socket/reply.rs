//! From a reply or an error to an acknowledgement and events. Whatever was sent, the caller gets an answer.

use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::SendError;

use super::{delivery::Delivery, memory::Memory, packet::Caller};
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

/// The answer to an event in the making.
pub(super) struct Reply<'a> {
    pub(super) event: &'a str,
    pub(super) caller: &'a Caller,
    pub(super) delivery: &'a Delivery,
}

impl Reply<'_> {
    /// Answers a call that succeeded: by the acknowledgement where the caller waits for one, else by the event. Where a memory
    /// is given and has no room for an answer that has to wait, the call failed.
    pub(super) async fn success(&self, reply: RawReply, mode: ReplyMode, memory: Option<&Memory>) {
        if let Err(error) = self.succeed(&reply, mode, memory).await {
            drop(reply);
            self.failure(&error).await;
        }
    }

    async fn succeed(&self, reply: &RawReply, mode: ReplyMode, memory: Option<&Memory>) -> Result<(), Error> {
        let data: &RawValue = serde_json::from_slice(&reply.json).map_err(Error::internal)?;
        let memory = memory.map(|memory| (memory, reply.json.len()));
        let waits = self.caller.waits();
        if waits && mode != ReplyMode::Emit {
            let acknowledgement = Acknowledgement { event: self.event, data, meta: reply.page.as_ref() };
            self.deliver(|| self.caller.acknowledge(&acknowledgement), memory).await?;
        }
        if !waits || mode != ReplyMode::Ack {
            let emitted = self.deliver(|| self.caller.emit(self.event, &data), memory).await;
            // What was acknowledged is no failure any more.
            return if waits && mode == ReplyMode::Both { Ok(()) } else { Ok(emitted?) };
        }
        Ok(())
    }

    /// Answers a call that failed: by the acknowledgement where the caller waits for one, and by [`EXCEPTION`].
    pub(super) async fn failure(&self, error: &Error) {
        let problem = error.problem(self.event);
        if self.caller.waits() {
            let _ = self.deliver(|| self.caller.acknowledge(&problem), None).await;
        }
        let exception = Exception { event: self.event, problem: &problem };
        let _ = self.deliver(|| self.caller.emit(EXCEPTION, &exception), None).await;
    }

    /// Sends a packet, waiting where those before it are still to be taken in: with so many bytes of a memory, where it says so.
    async fn deliver(
        &self,
        send: impl Fn() -> Result<(), SendError>,
        memory: Option<(&Memory, usize)>,
    ) -> Result<(), NoMemory> {
        if self.delivery.at_once(&send).is_ok() {
            return Ok(());
        }
        let _held = match memory {
            Some((memory, bytes)) => Some(memory.hold(bytes).ok_or(NoMemory)?),
            None => None,
        };
        self.delivery.wait(self.caller, &send).await;
        Ok(())
    }
}

/// An answer would have to wait, and there is no memory for that.
struct NoMemory;

impl From<NoMemory> for Error {
    fn from(_: NoMemory) -> Self {
        Self::Unavailable
    }
}
