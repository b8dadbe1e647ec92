//! The Socket.IO server: its bounds, and what a socket that connects is given.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::Router;
use serde_json::Value;
use socketioxide::{
    ParserConfig, SocketIo,
    extract::{SocketRef, TryData},
    handler::ConnectHandler,
};
use tokio::{sync::Semaphore, time::timeout};

use super::{
    broadcast,
    delivery::BUFFER,
    dispatch::{Dispatcher, Session},
    handshake::{self, Ignored},
    identity::{Identity, Newcomer},
    memory::Memory,
    presence::Presence,
};
use crate::{
    app::{Cors, InvalidToken, Mounted, ReplyMode, Shared, WebSocketConfig},
    entrance::RequestIds,
};

/// What the program does with a socket that connects.
pub(crate) type OnConnect = Arc<dyn Fn(&SocketRef) + Send + Sync>;

/// What all namespaces of an application have in common.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) reply: ReplyMode,
    pub(crate) call_time: Duration,
    /// Packets that wait for a socket at most.
    pub(crate) packets: usize,
    /// Bytes that a socket's messages and answers hold at most.
    pub(crate) socket_bytes: usize,
    /// The same for all sockets together.
    pub(crate) all_bytes: usize,
    pub(crate) cors: Option<Cors>,
    pub(crate) invalid_token: InvalidToken,
    pub(crate) on_connect: Option<OnConnect>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) ids: Arc<RequestIds>,
}

/// Puts a Socket.IO server on a router. A message has `max_bytes` at most, whatever the transport.
pub(crate) fn mount(router: Router, config: &WebSocketConfig, max_bytes: usize) -> (Router, SocketIo) {
    let (service, io) = SocketIo::builder()
        .req_path(config.path.clone())
        .ping_interval(config.ping_interval)
        .ping_timeout(config.ping_timeout)
        .max_buffer_size(config.buffer.min(BUFFER))
        .max_payload(max_bytes as u64)
        .ws_max_message_size(max_bytes)
        .ws_max_frame_size(max_bytes)
        .with_parser(ParserConfig::common().max_incoming_binary_buf_size(max_bytes))
        .build_svc();
    let path = &config.path;
    let router = router.route_service(path, service.clone()).route_service(&format!("{path}/"), service);
    (router, io)
}

/// Registers the namespaces of an application, each with its events.
pub(crate) fn register(io: &SocketIo, namespaces: BTreeMap<&str, Vec<Mounted>>, settings: &Settings) {
    // A call is answered by two packets at most.
    let room = (settings.packets / 2).max(1);
    let buffer = io.config().engine_config.max_buffer_size;
    let (own, all) = (settings.socket_bytes, Arc::new(Semaphore::new(settings.all_bytes)));
    if let Some(queue) = settings.shared.broadcasts.receive() {
        tokio::spawn(broadcast::send(io.clone(), queue));
    }
    let presence = settings.shared.accounts.get().cloned().map(Presence::start);
    for (namespace, events) in namespaces {
        let dispatcher = Arc::new(Dispatcher::new(events, settings));
        let all = all.clone();
        let (cors, invalid) = (settings.cors.clone(), settings.invalid_token);
        let (presence, call_time) = (presence.clone(), settings.call_time);
        let on_connect = settings.on_connect.clone();
        // The event handler is there before the client hears that it is connected: an event that it sends right then would be
        // lost without an answer otherwise.
        let admit = async move |socket: SocketRef, newcomer: Newcomer, TryData(auth): TryData<Value>| {
            handshake::admit(&socket, cors.as_ref())?;
            let identity = Identity::new(newcomer, presence.clone());
            let auth = auth.ok();
            let ignored = timeout(call_time, handshake::identify(&identity, auth.as_ref(), invalid));
            let ignored = ignored.await.unwrap_or(Err(handshake::Refused::Unavailable))?;
            if let Some(ignored) = ignored {
                socket.extensions.insert(ignored);
            }
            socket.extensions.insert(identity.clone());
            let origin = handshake::origin(&socket, &identity);
            let memory = Memory::new(own, all.clone());
            let session = Arc::new(Session::new(dispatcher.clone(), identity, origin, room, buffer, memory));
            socket.on_fallback(move |packet| session.clone().receive(packet));
            Ok::<(), handshake::Refused>(())
        };
        let connected = move |socket: SocketRef| {
            if let Some(register) = &on_connect {
                register(&socket);
            }
            let ignored = socket.extensions.remove::<Ignored>().zip(socket.extensions.get::<Arc<Identity>>());
            if let Some((Ignored(reason), identity)) = ignored {
                identity.tell(&reason);
            }
            std::future::ready(())
        };
        io.ns(namespace.to_owned(), connected.with(admit));
    }
}
