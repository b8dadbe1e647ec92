//! What sockets are told of what a call has done: an event, items, an audience. It knows no transport: the entrance of every call
//! hands it over, and whoever holds the sockets takes it from the queue.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::{error::Error, store::BoxFuture, types::Id};

/// How many broadcasts may wait; those beyond are lost, and the log says so.
const WAITING: usize = 1024;

/// What an event of a broadcast holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum BroadcastShape {
    /// An array of the items.
    #[default]
    List,
    /// One item: there is an event for each.
    Item,
    /// The id of one item: there is an event for each.
    Id,
}

/// Who hears of something, unless the rooms of an item say less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Audience {
    /// Sockets that are users; every socket where the application has no accounts.
    #[default]
    Users,
    /// Every socket.
    Everybody,
}

/// Something that is told.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) id: Id,
    /// What is told of it.
    pub(crate) json: Box<RawValue>,
    /// The rooms whose sockets alone hear of it, where it has some: an empty list is nobody.
    pub(crate) rooms: Option<Vec<String>>,
}

/// What is told of a call that has succeeded.
pub(crate) struct Broadcast {
    pub(crate) event: String,
    pub(crate) audience: Audience,
    pub(crate) shape: BroadcastShape,
    pub(crate) items: MakeItems,
}

/// Makes the items of a broadcast, beside the call that it is of: neither its failure nor its time is the caller's.
pub(crate) type MakeItems = Box<dyn FnOnce() -> BoxFuture<'static, Result<Vec<Item>, Error>> + Send + Sync>;

/// A broadcast on its way.
pub(crate) struct Addressed {
    pub(crate) broadcast: Broadcast,
    /// The namespace whose sockets hear it.
    pub(crate) namespace: Arc<str>,
    /// The connection that does not: that of the call.
    pub(crate) except: Option<Arc<str>>,
}

/// The broadcasts of an application, in the order of the calls that they are of. A clone shares the queue.
#[derive(Debug, Clone, Default)]
pub(crate) struct Broadcasts(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    taken: OnceLock<()>,
    sender: Mutex<Option<mpsc::Sender<Addressed>>>,
}

impl Broadcasts {
    /// Takes what is told from now on; the first who asks, and nobody after.
    pub(crate) fn receive(&self) -> Option<mpsc::Receiver<Addressed>> {
        self.0.taken.set(()).ok()?;
        let (sender, receiver) = mpsc::channel(WAITING);
        *self.sender() = Some(sender);
        Some(receiver)
    }

    /// Hands a broadcast over, and waits for nothing. Where nobody takes them there is nobody to hear it.
    pub(crate) fn tell(&self, addressed: Addressed) {
        let Some(sender) = self.sender().clone() else { return };
        if let Err(mpsc::error::TrySendError::Full(lost)) = sender.try_send(addressed) {
            tracing::warn!(event = lost.broadcast.event, "a broadcast is lost: {WAITING} wait already");
        }
    }

    /// Takes no further broadcasts; who receives them ends with those that wait.
    pub(crate) fn close(&self) {
        self.sender().take();
    }

    fn sender(&self) -> MutexGuard<'_, Option<mpsc::Sender<Addressed>>> {
        self.0.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Item {
    /// An item of its JSON.
    ///
    /// # Errors
    /// There is no JSON of it.
    pub(crate) fn new(
        id: Id,
        shown: &impl serde::Serialize,
        rooms: Option<Vec<String>>,
    ) -> Result<Self, Error> {
        let json = serde_json::value::to_raw_value(shown).map_err(Error::internal)?;
        Ok(Self { id, json, rooms })
    }
}

impl fmt::Debug for Broadcast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcast")
            .field("event", &self.event)
            .field("audience", &self.audience)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}
