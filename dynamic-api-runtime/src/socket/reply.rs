//! From a reply or an error to an acknowledgement and events. Whatever was sent, the caller gets an answer.

use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::{SendError, SocketError};
use tokio::time::{Instant, sleep};

use super::packet::Caller;
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

/// Answers a call that succeeded: by the acknowledgement where the caller waits for one, else by the event.
pub(super) async fn success(event: &str, reply: &RawReply, mode: ReplyMode, caller: &Caller) {
    let data: &RawValue = match serde_json::from_slice(&reply.json) {
        Ok(data) => data,
        Err(error) => return failure(event, &Error::internal(error), caller).await,
    };
    if caller.waits() && mode != ReplyMode::Emit {
        let acknowledgement = Acknowledgement { event, data, meta: reply.page.as_ref() };
        deliver(|| caller.acknowledge(&acknowledgement)).await;
    }
    if !caller.waits() || mode != ReplyMode::Ack {
        deliver(|| caller.emit(event, &data)).await;
    }
}

/// Answers a call that failed: by the acknowledgement where the caller waits for one, and by [`EXCEPTION`].
pub(super) async fn failure(event: &str, error: &Error, caller: &Caller) {
    let problem = error.problem(event);
    if caller.waits() {
        deliver(|| caller.acknowledge(&problem)).await;
    }
    let exception = Exception { event, problem: &problem };
    deliver(|| caller.emit(EXCEPTION, &exception)).await;
}

/// How long a caller that sends faster than it takes in is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked at whether there is room for an answer.
const LOOK: Duration = Duration::from_millis(10);

/// Sends an answer, waiting where the packets before it are still to be taken in. A caller that is gone gets none.
async fn deliver(send: impl Fn() -> Result<(), SendError>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match send() {
            Err(SendError::Socket(SocketError::InternalChannelFull)) if Instant::now() < deadline => {
                sleep(LOOK).await;
            }
            Err(error) => return tracing::debug!(%error, "an answer could not be delivered"),
            Ok(()) => return,
        }
    }
}
