//! Where a transport's call enters the pipeline: a panic stays with the call, what only the log may hold is logged, and what others
//! are told of it goes its way.

use std::{
    any::Any,
    error::Error as StdError,
    fmt,
    hash::{BuildHasher, RandomState},
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU64, Ordering},
};

use futures_util::FutureExt;
use tracing::Instrument;

use crate::{
    call::{RawCall, RawReply},
    error::Error,
};

/// Calls a route. `request` is what the log calls the request.
///
/// A read ends with whoever waits for it. What writes goes on to its end, in a task of its own: a client that goes away between a
/// commit and what follows it (sessions that end, hooks, broadcasts) would keep that from happening.
pub(crate) async fn enter(call: RawCall, request: impl fmt::Display) -> Result<RawReply, Error> {
    if call.route.kind.is_read() {
        return answered(call, request).await;
    }
    let work = answered(call, request.to_string()).in_current_span();
    tokio::spawn(work).await.unwrap_or_else(|error| Err(Error::internal(error)))
}

async fn answered(call: RawCall, request: impl fmt::Display) -> Result<RawReply, Error> {
    let (resource, route, connection) = (call.resource.clone(), call.route, call.connection.clone());
    let mut outcome = contained(async move { (route.handler)(call).await }).await;
    if let Err(error) = &outcome
        && error.status() == 500
    {
        tracing::error!(%request, entity = resource.meta.name, route = route.kind.name(), error = cause(error), "a call failed");
    }
    if let Some(broadcast) = outcome.as_mut().ok().and_then(|reply| reply.broadcast.take()) {
        resource.tell(broadcast, connection);
    }
    outcome
}

/// What work comes to. A panic is an error of it, and the text of one is for the log alone.
pub(crate) async fn contained<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|panic| Err(Error::internal(said(&*panic))))
}

/// What is behind an error that clients are told nothing of, also where it is that of an item of a batch.
pub(crate) fn cause(error: &Error) -> &(dyn StdError + 'static) {
    match error {
        Error::Internal(cause) => &**cause,
        Error::Item { error, .. } => cause(error),
        other => other,
    }
}

/// The text of a panic.
pub(crate) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a text"))
}

/// Names for requests, different within an application and hard to confuse with another run's.
#[derive(Debug)]
pub(crate) struct RequestIds(AtomicU64);

impl Default for RequestIds {
    fn default() -> Self {
        Self(AtomicU64::new(RandomState::new().hash_one(std::process::id())))
    }
}

/// The name of a request: 16 hexadecimal digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(u64);

impl RequestIds {
    pub(crate) fn next(&self) -> RequestId {
        /// Odd, so that all 2^64 values come before one comes again; large, so that neighbours look different.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        RequestId(self.0.fetch_add(STEP, Ordering::Relaxed))
    }
}

impl RequestId {
    /// The digits, in ASCII.
    pub(crate) fn digits(self) -> [u8; 16] {
        let mut digits = [0; 16];
        for (place, digit) in digits.iter_mut().rev().enumerate() {
            let value = (self.0 >> (4 * place)) & 0xF;
            *digit = b"0123456789abcdef"[value as usize];
        }
        digits
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_what_clients_are_not_told() {
        let item = Error::Item { index: 1, error: Box::new(Error::internal("the disk is full")) };
        assert_eq!((item.to_string().as_str(), item.status()), ("Internal server error", 500));
        assert_eq!(cause(&item).to_string(), "the disk is full");
    }
}
