//! The events of a namespace: from an event that came in to its answer.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{sync::Semaphore, time::timeout};

use super::{
    call,
    packet::Packet,
    reply,
    server::Settings,
    writes::{Writes, is_write},
};
use crate::{
    app::{Mounted, ReplyMode, Shared},
    call::{Principal, RawReply},
    entrance::{RequestIds, enter},
    error::Error,
};

/// The events of a namespace, shared by its sockets.
pub(super) struct Dispatcher {
    events: HashMap<&'static str, Mounted>,
    mode: ReplyMode,
    call_time: Duration,
    shared: Arc<Shared>,
    ids: Arc<RequestIds>,
}

/// A socket in a namespace.
pub(super) struct Session {
    dispatcher: Arc<Dispatcher>,
    principal: Principal,
    /// Calls that may be under way at once: no more than there is room for answers.
    room: Arc<Semaphore>,
    writes: Writes,
}

impl Dispatcher {
    pub(super) fn new(events: Vec<Mounted>, settings: &Settings) -> Self {
        Self {
            events: events.into_iter().map(|mounted| (mounted.route.event, mounted)).collect(),
            mode: settings.reply,
            call_time: settings.call_time,
            shared: settings.shared.clone(),
            ids: settings.ids.clone(),
        }
    }
}

impl Session {
    /// A socket that may have `room` calls under way at once.
    pub(super) fn new(dispatcher: Arc<Dispatcher>, principal: Principal, room: usize) -> Self {
        let room = Arc::new(Semaphore::new(room));
        Self { dispatcher, principal, room, writes: Writes::default() }
    }

    /// Answers an event. What is done before the returned future is done in the order in which the events came in.
    pub(super) fn receive(self: Arc<Self>, packet: Packet) -> impl Future<Output = ()> + Send {
        let (event, payload) = packet.read();
        let permits = self.dispatcher.shared.calls.start().zip(self.room.clone().try_acquire_owned().ok());
        let writes = || self.dispatcher.events.get(&*event).is_some_and(|route| is_write(route.route.kind));
        let turn = (permits.is_some() && writes()).then(|| self.writes.join());
        async move {
            let call = self.call(&event, payload);
            let outcome = match (&permits, turn) {
                (None, _) => Err(Error::Unavailable),
                (Some(_), None) => call.await,
                // The time that a call may take includes that of the writes before it.
                (Some(_), Some(turn)) => timeout(self.dispatcher.call_time, turn.take(call))
                    .await
                    .unwrap_or(Err(Error::Unavailable)),
            };
            match outcome {
                Ok(reply) => reply::success(&event, &reply, self.dispatcher.mode, &packet.caller).await,
                Err(error) => reply::failure(&event, &error, &packet.caller).await,
            }
        }
    }

    async fn call(&self, event: &str, payload: Result<Option<Bytes>, Error>) -> Result<RawReply, Error> {
        let Some(mounted) = self.dispatcher.events.get(event) else {
            return Err(Error::RouteNotFound(format!("event {event}")));
        };
        let call = call::read(mounted, self.principal.clone(), payload?)?;
        enter(call, self.dispatcher.ids.next()).await
    }
}
