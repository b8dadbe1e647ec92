//! From a reply or an error to an acknowledgement and events. Whatever was sent, the caller gets an answer.

use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::{
    SendError,
    extract::{AckSender, SocketRef},
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

/// Answers a call that succeeded: by the acknowledgement where the caller waits for one, else by the event.
pub(super) fn success(
    event: &str,
    reply: &RawReply,
    mode: ReplyMode,
    socket: &SocketRef,
    ack: Option<AckSender>,
) {
    let data: &RawValue = match serde_json::from_slice(&reply.json) {
        Ok(data) => data,
        Err(error) => return failure(event, &Error::internal(error), socket, ack),
    };
    let emits = ack.is_none() || mode != ReplyMode::Ack;
    if let Some(ack) = ack.filter(|_| mode != ReplyMode::Emit) {
        delivered(ack.send(&Acknowledgement { event, data, meta: reply.page.as_ref() }));
    }
    if emits {
        delivered(socket.emit(event, data));
    }
}

/// Answers a call that failed: by the acknowledgement where the caller waits for one, and by [`EXCEPTION`].
pub(super) fn failure(event: &str, error: &Error, socket: &SocketRef, ack: Option<AckSender>) {
    let problem = error.problem(event);
    if let Some(ack) = ack {
        delivered(ack.send(&problem));
    }
    delivered(socket.emit(EXCEPTION, &Exception { event, problem: &problem }));
}

/// A caller that is gone, or takes nothing in, gets no answer.
fn delivered(sent: Result<(), SendError>) {
    if let Err(error) = sent {
        tracing::debug!(%error, "an answer could not be delivered");
    }
}
