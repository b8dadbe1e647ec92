//! An entity within a running application: its metadata, where its documents live, and its limits.

use std::{sync::Arc, time::Duration};

use crate::{
    auth::{Accounts, Sealing},
    broadcast::{Addressed, Broadcast, Broadcasts},
    call::UserPrincipal,
    entity::EntityMeta,
    hook::AfterSaves,
    policy::Sights,
    repo::Data,
    store::Store,
    validate::Messages,
};

/// An entity within a running application.
#[derive(Debug, Clone)]
pub struct Resource {
    /// What is known of the entity at compile time.
    pub meta: &'static EntityMeta,
    /// All entities of the application.
    pub(crate) entities: Arc<[&'static EntityMeta]>,
    /// Those entities as callers see them.
    pub(crate) sights: Arc<Sights>,
    pub(crate) store: Store,
    pub(crate) limits: Limits,
    /// The accounts of the application, where it has some.
    pub(crate) accounts: Option<Accounts>,
    /// Where broadcasts go.
    pub(crate) broadcasts: Broadcasts,
    /// The Socket.IO namespace of the entity, where it has one.
    pub(crate) namespace: Option<Arc<str>>,
    /// How the entity's passwords are hashed, where it has some.
    pub(crate) sealing: Option<Sealing>,
    /// All data of the application, for code of the program's own.
    pub(crate) data: Data,
    /// Where hooks after a save run.
    pub(crate) after_saves: AfterSaves,
    /// What violations are told with, where those are the application's own words.
    pub(crate) messages: Option<Messages>,
}

/// Bounds on what one call can ask for.
///
/// ```
/// use dynamic_api_runtime::resource::Limits;
///
/// let limits = Limits::default().page(20, 200).ids(50);
/// assert_eq!(limits.page_max, 200);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Different ids in one bulk call. Default 100.
    pub ids: usize,
    /// Items of one create of many. Default 1000.
    pub items: usize,
    /// Rows of a page where the client names no limit. Default 100.
    pub page_default: u64,
    /// Rows of a page at most. Default 1000.
    pub page_max: u64,
    /// Bytes of the path and the query of a request. Default 8 KiB.
    pub url_bytes: usize,
    /// Bytes of a body or a socket's message. Default 1 MiB.
    pub body_bytes: usize,
    /// Bytes of the rows that one read brings, and of the reply made of them, where it is a list or a document with what its
    /// references lead to. Default 32 MiB.
    pub reply_bytes: usize,
    /// Time for a read, kept by the database. Default 10 s.
    pub read_time: Duration,
    /// Time for a whole call. Default 20 s.
    pub call_time: Duration,
    /// Documents that go with those that one call deletes, or come back with them, by the cascades of entities, up to 100 000; they may
    /// have the bytes of a reply. Default 10 000.
    pub cascade: usize,
    /// Connections that [`serve`](crate::app::DynamicApiBuilder::serve) has at once, sockets among them; more wait until one
    /// ends. Default 10 000.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ids: 100,
            items: 1000,
            page_default: 100,
            page_max: 1000,
            url_bytes: 8 * 1024,
            body_bytes: 1024 * 1024,
            reply_bytes: 32 * 1024 * 1024,
            read_time: Duration::from_secs(10),
            call_time: Duration::from_secs(20),
            cascade: 10_000,
            connections: 10_000,
        }
    }
}

impl Limits {
    /// Sets how many different ids one bulk call may name.
    #[must_use]
    pub fn ids(mut self, ids: usize) -> Self {
        self.ids = ids;
        self
    }

    /// Sets how many items one create of many may have.
    #[must_use]
    pub fn items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }

    /// Sets how many rows a page has where the client names no limit, and at most.
    #[must_use]
    pub fn page(mut self, default: u64, max: u64) -> Self {
        (self.page_default, self.page_max) = (default, max);
        self
    }

    /// Sets how many bytes the path and the query of a request may have.
    #[must_use]
    pub fn url_bytes(mut self, bytes: usize) -> Self {
        self.url_bytes = bytes;
        self
    }

    /// Sets how many bytes a body or a socket's message may have.
    #[must_use]
    pub fn body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// Sets how many bytes of rows one read brings, and of the reply made of them.
    #[must_use]
    pub fn reply_bytes(mut self, bytes: usize) -> Self {
        self.reply_bytes = bytes;
        self
    }

    /// Sets how many documents go with those that one call deletes.
    #[must_use]
    pub fn cascade(mut self, documents: usize) -> Self {
        self.cascade = documents;
        self
    }

    /// Sets how many connections a server holds.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Sets how long a read and a whole call may take.
    #[must_use]
    pub fn time(mut self, read: Duration, call: Duration) -> Self {
        (self.read_time, self.call_time) = (read, call);
        self
    }
}

impl Resource {
    /// The entity as it was declared, whoever sees it.
    pub(crate) fn declared(&self) -> &'static EntityMeta {
        self.entities.iter().copied().find(|entity| entity.is_same(self.meta)).unwrap_or(self.meta)
    }

    /// The entity as a caller sees it.
    pub(crate) fn seen_by(self: &Arc<Self>, user: Option<&UserPrincipal>) -> Arc<Self> {
        let meta = self.sights.of(self.meta, user);
        if std::ptr::eq(meta, self.meta) { self.clone() } else { Arc::new(Self { meta, ..(**self).clone() }) }
    }

    /// Tells sockets of a call that has succeeded, but for the connection that it came in by.
    pub(crate) fn tell(&self, broadcast: Broadcast, except: Option<Arc<str>>) {
        if let Some(namespace) = self.namespace.clone() {
            self.broadcasts.tell(Addressed { broadcast, namespace, except });
        }
    }
}
