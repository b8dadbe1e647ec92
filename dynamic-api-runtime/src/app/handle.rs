//! A running application, as the program around it holds it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use serde::Serialize;
use socketioxide::SocketIo;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::table::{RouteInfo, RouteTable};
use crate::{
    auth::Accounts,
    broadcast::Broadcasts,
    entity::Entity,
    error::Error,
    hook::Tasks,
    repo::{Data, Repo, Tx},
    store::BoxFuture,
};

/// An application from outside: its routes, its sockets, its end. Cheap to clone; empty until the application is built.
#[derive(Debug, Clone, Default)]
pub struct ApiHandle(Arc<Shared>);

/// What an application's parts share while it runs.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) routes: OnceLock<RouteTable>,
    pub(crate) sockets: OnceLock<Sockets>,
    pub(crate) calls: Calls,
    pub(crate) accounts: OnceLock<Accounts>,
    pub(crate) data: OnceLock<Data>,
    pub(crate) broadcasts: Broadcasts,
    pub(crate) after_saves: Arc<Tasks>,
}

/// Where an application's sockets are.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(crate) io: SocketIo,
    /// The namespaces of the application, where the server is the program's and has others too.
    pub(crate) among_others: Option<Vec<String>>,
}

/// The calls of sockets that are under way: HTTP's are the server's to count.
#[derive(Debug)]
pub(crate) struct Calls(Arc<Semaphore>);

/// Calls of sockets under way at most; far beyond what the limits of one machine let happen.
const MOST: u32 = 1 << 24;
/// How long [`ApiHandle::close`] waits for calls that are under way.
const CALLS_FINISH: Duration = Duration::from_secs(5);
/// How long it then waits for connections to take their last packets.
const SOCKETS_CLOSE: Duration = Duration::from_secs(2);

impl Default for Calls {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST as usize)))
    }
}

impl Calls {
    /// Counts a call until the permit is dropped; `None` once the application is closing.
    pub(crate) fn start(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }

    /// Lets no further call start, and waits until none is under way. Whoever waits for all permits is next in line, so that a
    /// call that wants one is refused from now on.
    async fn finish(&self) {
        if let Ok(all) = self.0.acquire_many(MOST).await {
            all.forget();
        }
    }
}

impl Sockets {
    async fn close(&self) {
        let Some(namespaces) = &self.among_others else { return self.io.close().await };
        for sockets in namespaces.iter().filter_map(|namespace| self.io.of(namespace)) {
            if let Err(error) = sockets.disconnect().await {
                tracing::debug!(%error, "some sockets could not be disconnected");
            }
        }
    }
}

impl ApiHandle {
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    /// Where every route is reached, in order of declaration.
    pub fn routes(&self) -> &[RouteInfo] {
        self.0.routes.get().map_or(&[], |table| table)
    }

    /// The Socket.IO server, where the application has one.
    pub fn socket_io(&self) -> Option<&SocketIo> {
        self.0.sockets.get().map(|sockets| &sockets.io)
    }

    /// The accounts, where the application has some.
    pub fn accounts(&self) -> Option<&Accounts> {
        self.0.accounts.get()
    }

    /// The documents of an entity, for code of the program's own.
    ///
    /// # Errors
    /// [`Error::NotAvailable`] where the application is not built yet, or does not have the entity.
    pub fn repo<E: Entity>(&self) -> Result<Repo<E>, Error> {
        self.data()?.repo()
    }

    /// Runs `work` in a transaction and commits it; nothing was written where `work` or the commit fails. Where it meets another
    /// writer, all of it runs again: `work` must have no effect outside the transaction.
    ///
    /// ```
    /// # use dynamic_api_runtime::{Error, app::ApiHandle, entity::Entity, types::Id};
    /// async fn move_all<Post: Entity, Comment: Entity>(api: &ApiHandle, post: Id, comment: Id) -> Result<bool, Error> {
    ///     api.transaction(|tx| {
    ///         Box::pin(async move {
    ///             let deleted = tx.repo::<Comment>()?.delete_one(comment).await?;
    ///             Ok(tx.repo::<Post>()?.delete_one(post).await? && deleted)
    ///         })
    ///     })
    ///     .await
    /// }
    /// ```
    ///
    /// # Errors
    /// What `work` returns, or what the commit does; [`Error::NotAvailable`] where the application is not built yet.
    pub async fn transaction<'a, T, F>(&'a self, work: F) -> Result<T, Error>
    where
        F: for<'t> FnMut(Tx<'t, 'a>) -> BoxFuture<'t, Result<T, Error>>,
    {
        self.data()?.transaction(work).await
    }

    fn data(&self) -> Result<&Data, Error> {
        self.0.data.get().ok_or(Error::NotAvailable)
    }

    /// Sends an event to every socket of a namespace. Nothing is sent where nobody can be in it.
    pub async fn emit<T: Serialize + ?Sized>(&self, namespace: &str, event: &str, data: &T) {
        let Some(sockets) = self.socket_io().and_then(|io| io.of(namespace)) else { return };
        if let Err(error) = sockets.emit(event, data).await {
            tracing::debug!(%error, event, namespace, "some sockets could not be sent an event");
        }
    }

    /// Waits until no hook after a save is under way: to be awaited once the server takes no more requests, since what is under way then
    /// ends with the process. [`serve`](super::DynamicApiBuilder::serve) does, within its time.
    pub async fn after_saves(&self) {
        self.0.after_saves.finished().await;
    }

    /// Ends the application's sockets: the calls that are under way finish, new ones are refused with a 503, and every socket
    /// is disconnected. Takes 7 s at most. HTTP is the server's to end: call this first, since polling clients receive their
    /// last packets over HTTP. [`serve`](super::DynamicApiBuilder::serve) does both.
    pub async fn close(&self) {
        if timeout(CALLS_FINISH, self.0.calls.finish()).await.is_err() {
            tracing::warn!("calls of sockets are still under way after {CALLS_FINISH:?}");
        }
        self.0.broadcasts.close();
        let Some(sockets) = self.0.sockets.get() else { return };
        if timeout(SOCKETS_CLOSE, sockets.close()).await.is_err() {
            tracing::warn!("sockets are still connected after {SOCKETS_CLOSE:?}");
        }
    }
}
