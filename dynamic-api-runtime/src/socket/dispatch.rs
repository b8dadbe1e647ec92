//! The events of a namespace: from an event that came in to its answer.
//!
//! What a client sends is bounded in number and in bytes before anything is done with it. A call beyond the bounds keeps only
//! what its 503 needs, and there is a bound to those too: a client that goes beyond it sends without taking anything in, and
//! is disconnected.

use std::{borrow::Cow, collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use serde::Serialize;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    call,
    delivery::Delivery,
    handshake::Origin,
    identity::Identity,
    memory::{Held, Memory},
    packet::{Caller, Packet},
    reply::{Reply, Terms},
    server::Settings,
    writes::{Turn, Writes},
};
use crate::{
    app::{Mounted, ReplyMode, Shared},
    call::{RawReply, SessionChange, Success},
    entrance::{RequestIds, enter},
    error::Error,
    input::shown,
    types::{DateTime, Id},
};

/// The event by which a socket becomes a user.
const AUTHENTICATE: &str = "authenticate";

/// What a socket is told that has become a user.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Authenticated {
    id: Id,
    /// When the socket is nobody again.
    expires_at: DateTime,
}

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
    identity: Arc<Identity>,
    origin: Origin,
    /// Calls that may be under way at once: no more than there is room for answers.
    room: Arc<Semaphore>,
    /// Refusals that may wait to be told.
    refusals: Arc<Semaphore>,
    memory: Memory,
    writes: Writes,
    delivery: Delivery,
}

/// What is to be done with an event.
enum Work {
    Call(Accepted),
    /// A call beyond the bounds: a 503.
    Refusal(OwnedSemaphorePermit),
    /// A client that was given up.
    Nothing,
}

/// A call within the bounds.
struct Accepted {
    payload: Result<Option<Bytes>, Error>,
    /// Where the call is a write.
    turn: Option<Turn>,
    _permits: (OwnedSemaphorePermit, OwnedSemaphorePermit, Held),
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

    /// The name of an event, which may be the most of a message where it is unknown.
    fn name(&self, event: &str) -> Cow<'static, str> {
        match self.events.get_key_value(event) {
            Some((name, _)) => Cow::Borrowed(name),
            None => Cow::Owned(shown(event).into_owned()),
        }
    }
}

impl Session {
    /// A socket that may have `room` calls under way at once, over a buffer of so many packets.
    pub(super) fn new(
        dispatcher: Arc<Dispatcher>,
        identity: Arc<Identity>,
        origin: Origin,
        room: usize,
        buffer: usize,
        memory: Memory,
    ) -> Self {
        Self {
            dispatcher,
            identity,
            origin,
            room: Arc::new(Semaphore::new(room)),
            // Each waits with two packets, so that the buffer was taken in twice when they are told.
            refusals: Arc::new(Semaphore::new(room.saturating_mul(2))),
            memory,
            writes: Writes::default(),
            delivery: Delivery::new(buffer),
        }
    }

    /// Answers an event. What is done before the returned future is done in the order in which the events came in.
    pub(super) fn receive(self: Arc<Self>, packet: Packet) -> impl Future<Output = ()> + Send {
        let (event, work) = self.admit(&packet);
        // The text of the message goes here, unless its payload is to be read.
        let caller = packet.caller;
        async move {
            match work {
                Work::Call(call) => self.answer(&event, call, &caller).await,
                Work::Refusal(_place) => self.reply(&event, &caller).failure(&Error::Unavailable).await,
                Work::Nothing => {}
            }
        }
    }

    fn admit(&self, packet: &Packet) -> (Cow<'static, str>, Work) {
        if self.delivery.is_given_up() {
            return (Cow::Borrowed(""), Work::Nothing);
        }
        let (event, payload) = packet.read();
        let mounted = self.dispatcher.events.get(&*event);
        let event = self.dispatcher.name(&event);
        let permits = self.permits(packet.bytes());
        let work = match (permits, self.refusals.clone().try_acquire_owned()) {
            (Some(permits), _) => {
                // What is sent after a token is the user's who sent it.
                let is_write = mounted.map_or(event == AUTHENTICATE, |mounted| !mounted.route.kind.is_read());
                let turn = is_write.then(|| self.writes.join());
                Work::Call(Accepted { payload, turn, _permits: permits })
            }
            (None, Ok(place)) => Work::Refusal(place),
            (None, Err(_)) => {
                self.delivery.give_up(&packet.caller);
                Work::Nothing
            }
        };
        (event, work)
    }

    fn permits(&self, bytes: usize) -> Option<(OwnedSemaphorePermit, OwnedSemaphorePermit, Held)> {
        let call = self.dispatcher.shared.calls.start()?;
        let room = self.room.clone().try_acquire_owned().ok()?;
        Some((call, room, self.memory.hold(bytes)?))
    }

    async fn answer(&self, event: &str, accepted: Accepted, caller: &Caller) {
        let Accepted { payload, mut turn, _permits } = accepted;
        let call = self.call(event, payload);
        let outcome = match &mut turn {
            None => call.await,
            // The time that a call may take includes that of the writes before it.
            Some(turn) => {
                timeout(self.dispatcher.call_time, turn.take(call)).await.unwrap_or(Err(Error::Unavailable))
            }
        };
        let reply = self.reply(event, caller);
        match outcome {
            // What was written is told, whatever memory it takes: the next write waits for that.
            Ok(done) => {
                let terms = if turn.is_some() { Terms::Waits } else { Terms::Refuses };
                reply.success(done, self.dispatcher.mode, terms).await;
            }
            Err(error) => reply.failure(&error).await,
        }
    }

    fn reply<'a>(&'a self, event: &'a str, caller: &'a Caller) -> Reply<'a> {
        Reply { event, caller, delivery: &self.delivery, memory: &self.memory }
    }

    async fn call(&self, event: &str, payload: Result<Option<Bytes>, Error>) -> Result<RawReply, Error> {
        let Some(mounted) = self.dispatcher.events.get(event) else {
            if event == AUTHENTICATE && self.identity.presence().is_some() {
                return self.authenticate(&call::token(payload?)?).await;
            }
            return Err(Error::RouteNotFound(format!("event {event}")));
        };
        let call = call::read(mounted, self.identity.principal(), &self.origin, payload?)?;
        let mut reply = enter(call, self.dispatcher.ids.next()).await?;
        match reply.session.take() {
            Some(SessionChange::Promoted { principal, .. }) => {
                // The call has succeeded, and is told so, as over HTTP. What ended its session meanwhile is told besides.
                if let Err(refusal) = self.identity.become_user(principal).await {
                    self.identity.tell(&refusal.to_string());
                }
            }
            Some(SessionChange::Ended) => self.identity.end_any(),
            None => {}
        }
        Ok(reply)
    }

    /// Makes the socket the user of a token that it got elsewhere.
    async fn authenticate(&self, token: &str) -> Result<RawReply, Error> {
        let principal = self.identity.authenticate(token).await?;
        let said =
            principal.user().map(|user| Authenticated { id: user.id(), expires_at: user.expires_at() });
        let json = serde_json::to_vec(&said).map_err(Error::internal)?;
        Ok(RawReply::new(Success::Ok, json))
    }
}
