//! The events of a namespace: from an event that came in to its answer.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;

use super::{
    call,
    packet::Packet,
    reply,
    server::Settings,
    writes::{Turn, Writes, is_write},
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
    shared: Arc<Shared>,
    ids: Arc<RequestIds>,
}

/// A socket in a namespace.
pub(super) struct Session {
    dispatcher: Arc<Dispatcher>,
    principal: Principal,
    writes: Writes,
}

impl Dispatcher {
    pub(super) fn new(events: Vec<Mounted>, settings: &Settings) -> Self {
        Self {
            events: events.into_iter().map(|mounted| (mounted.route.event, mounted)).collect(),
            mode: settings.reply,
            shared: settings.shared.clone(),
            ids: settings.ids.clone(),
        }
    }
}

impl Session {
    pub(super) fn new(dispatcher: Arc<Dispatcher>, principal: Principal) -> Self {
        Self { dispatcher, principal, writes: Writes::default() }
    }

    /// Answers an event. What is done before the returned future is done in the order in which the events came in.
    pub(super) fn receive(self: Arc<Self>, packet: Packet) -> impl Future<Output = ()> + Send {
        let (event, payload) = packet.read();
        let mounted = self.dispatcher.events.get(&*event);
        let turn = mounted.filter(|mounted| is_write(mounted.route.kind)).map(|_| self.writes.join());
        async move {
            let permit = self.dispatcher.shared.calls.start();
            let outcome = match permit {
                Some(_) => self.call(&event, payload, turn).await,
                None => Err(Error::Unavailable),
            };
            let Packet { socket, ack, .. } = packet;
            match outcome {
                Ok(reply) => reply::success(&event, &reply, self.dispatcher.mode, &socket, ack),
                Err(error) => reply::failure(&event, &error, &socket, ack),
            }
        }
    }

    async fn call(
        &self,
        event: &str,
        payload: Result<Option<Bytes>, Error>,
        turn: Option<Turn>,
    ) -> Result<RawReply, Error> {
        let Some(mounted) = self.dispatcher.events.get(event) else {
            return Err(Error::RouteNotFound(format!("event {event}")));
        };
        let call = call::read(mounted, self.principal.clone(), payload?)?;
        let mut turn = turn;
        if let Some(turn) = &mut turn {
            turn.wait(mounted.resource.limits.call_time).await?;
        }
        enter(call, &self.dispatcher.ids.next()).await
    }
}
