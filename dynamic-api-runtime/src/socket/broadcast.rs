//! Broadcasts on their way to sockets: one after the other, each to those that are meant as it is sent. It knows of no call.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use serde_json::value::{RawValue, to_raw_value};
use socketioxide::{SocketIo, extract::SocketRef};
use tokio::{sync::mpsc::Receiver, task::yield_now, time::timeout};

use super::identity::Identity;
use crate::{
    broadcast::{Addressed, Audience, BroadcastShape, Item},
    entrance::{cause, said},
    error::Error,
};

/// How long it may take to make the items of one: those behind it wait.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many sockets are sent a broadcast before others get to work.
const AT_ONCE: usize = 64;

/// Sends what comes, until no more can come.
pub(super) async fn send(io: SocketIo, mut queue: Receiver<Addressed>) {
    while let Some(addressed) = queue.recv().await {
        let Addressed { broadcast, namespace, except } = addressed;
        let event = broadcast.event.as_str();
        let items = timeout(PATIENCE, AssertUnwindSafe((broadcast.items)()).catch_unwind()).await;
        let items = match items {
            Ok(Ok(items)) => items,
            Ok(Err(panic)) => Err(Error::internal(said(&*panic))),
            Err(_) => Err(Error::Unavailable),
        };
        let items = match items {
            Ok(items) => items,
            Err(error) => {
                tracing::error!(event, error = cause(&error), "a broadcast failed");
                continue;
            }
        };
        let Some(sockets) = io.of(&*namespace).filter(|_| !items.is_empty()) else { continue };
        let mut messages = Messages::new(items, broadcast.shape);
        for some in sockets.sockets().chunks(AT_ONCE) {
            for socket in some.iter().filter(|socket| except.as_deref() != Some(socket.id.as_str())) {
                if hears(socket, broadcast.audience) {
                    messages.emit(socket, event);
                }
            }
            yield_now().await;
        }
    }
}

/// Whether a socket is of the audience now: one that was a user and is nobody any more is not.
fn hears(socket: &SocketRef, audience: Audience) -> bool {
    let identity = socket.extensions.get::<Arc<Identity>>();
    identity.is_some_and(|identity| identity.is_of(audience))
}

/// What each socket is sent of the items.
struct Messages {
    items: Vec<Item>,
    shape: BroadcastShape,
    /// The items that the last socket heard of, and what it was sent: mostly, the next one hears of the same.
    last: (Vec<usize>, Vec<Box<RawValue>>),
}

impl Messages {
    fn new(items: Vec<Item>, shape: BroadcastShape) -> Self {
        Self { items, shape, last: Default::default() }
    }

    fn emit(&mut self, socket: &SocketRef, event: &str) {
        let heard = self.heard(socket);
        if heard != self.last.0 {
            let messages = self.messages(&heard);
            self.last = (heard, messages);
        }
        for message in &self.last.1 {
            if let Err(error) = socket.emit(event, message) {
                // Who doesn't take in what it is sent loses it.
                tracing::debug!(%error, event, "a socket could not be sent a broadcast");
            }
        }
    }

    fn heard(&self, socket: &SocketRef) -> Vec<usize> {
        let rooms = if self.items.iter().any(|item| item.rooms.is_some()) { socket.rooms() } else { vec![] };
        let is_in = |name: &String| rooms.iter().any(|room| **room == **name);
        let is_heard = |item: &Item| item.rooms.as_ref().is_none_or(|names| names.iter().any(is_in));
        self.items.iter().enumerate().filter(|(_, item)| is_heard(item)).map(|(index, _)| index).collect()
    }

    fn messages(&self, heard: &[usize]) -> Vec<Box<RawValue>> {
        let items = heard.iter().filter_map(|index| self.items.get(*index));
        let made = match self.shape {
            BroadcastShape::List if heard.is_empty() => Ok(vec![]),
            BroadcastShape::List => {
                to_raw_value(&items.map(|item| &item.json).collect::<Vec<_>>()).map(|list| vec![list])
            }
            BroadcastShape::Item => Ok(items.map(|item| item.json.clone()).collect()),
            BroadcastShape::Id => items.map(|item| to_raw_value(&item.id)).collect(),
        };
        made.unwrap_or_else(|error| {
            tracing::error!(%error, "a broadcast can't be written");
            vec![]
        })
    }
}
