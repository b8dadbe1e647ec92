//! The sessions of users, one for each device: where they are kept, and how they begin, go on and end.
//!
//! A session knows its refresh tokens by hash. Each is good for one refresh; one that comes a second time was stolen, or its
//! successor was, so that the session ends (RFC 9700, section 4.14.2).

use std::{collections::HashSet, net::IpAddr, sync::OnceLock, time::Duration};

use bson::{Bson, RawDocumentBuf};
use serde::{Deserialize, Serialize};

use super::code::token_digest;
use crate::{
    call::RawCall,
    error::Error,
    query::{
        Direction::{Ascending, Descending},
        Filter, Find, Op, Projection, Sort, Update,
    },
    server_fields::ID,
    store::{CollectionSpec, IndexKind, IndexSpec, Store},
    types::{DateTime, Id},
};

const USER: &str = "user";
const TOKENS: &str = "tokens";
const SPENT: &str = "spent";
const SPENT_AT: &str = "spentAt";
const LAST_USED_AT: &str = "lastUsedAt";
const EXPIRES_AT: &str = "expiresAt";

/// How often a change of a session is tried that other changes were faster than.
const ATTEMPTS: u32 = 16;
/// How many tokens of one session are good at a time: more than one only where a grace window let a second client refresh.
const MAX_TOKENS: usize = 4;
/// How much of what a client calls itself is kept.
const DEVICE_CHARS: usize = 200;

/// The sessions of an application.
pub(crate) struct Sessions {
    store: Store,
    collection: String,
    cap: usize,
    grace: Duration,
    lifetime: Duration,
    watcher: OnceLock<Watcher>,
}

/// What is told of sessions that have ended before their time.
pub(crate) type Watcher = Box<dyn Fn(&[Id]) + Send + Sync>;

/// Where a session is used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client {
    device: Option<String>,
    address: Option<String>,
}

impl Client {
    pub(crate) fn of(call: &RawCall) -> Self {
        Self::new(call.device.as_deref(), call.address)
    }

    pub(crate) fn new(device: Option<&str>, address: Option<IpAddr>) -> Self {
        let device = device.map(|device| device.chars().take(DEVICE_CHARS).collect());
        Self { device, address: address.map(|address| address.to_string()) }
    }
}

/// A session as it is stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(rename = "_id")]
    id: Id,
    user: Id,
    /// Hashes of the refresh tokens that are good.
    tokens: Vec<String>,
    /// The hash of the one that was used last.
    spent: Option<String>,
    spent_at: Option<DateTime>,
    device: Option<String>,
    address: Option<String>,
    created_at: DateTime,
    last_used_at: DateTime,
    expires_at: DateTime,
}

/// A session as its user gets to see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    id: Id,
    device: Option<String>,
    address: Option<String>,
    created_at: DateTime,
    last_used_at: DateTime,
    expires_at: DateTime,
    /// Whether it is that of the call.
    current: bool,
}

impl Sessions {
    pub(super) fn new(store: Store, users: &str, cap: usize, grace: Duration, lifetime: Duration) -> Self {
        Self { store, collection: collection(users), cap, grace, lifetime, watcher: OnceLock::new() }
    }

    /// Tells this one, and no second, of sessions that end from now on: within the call that ends them, so that whatever comes
    /// after them finds them ended.
    pub(super) fn watch(&self, watcher: Watcher) {
        let _ = self.watcher.set(watcher);
    }

    /// Begins a session with a refresh token of this name; the ones that were unused longest end where the user has too many.
    pub(super) async fn begin(&self, id: Id, user: Id, token: &str, client: &Client) -> Result<(), Error> {
        let now = DateTime::now();
        let row = Row {
            id,
            user,
            tokens: vec![token_digest(token)],
            spent: None,
            spent_at: None,
            device: client.device.clone(),
            address: client.address.clone(),
            created_at: now,
            last_used_at: now,
            expires_at: later(now, self.lifetime),
        };
        let document = bson::serialize_to_raw_document_buf(&row).map_err(Error::internal)?;
        self.store.insert(&self.collection, std::slice::from_ref(&document)).await?;
        let unused_longest = Sort(vec![(LAST_USED_AT.to_owned(), Descending), (ID.to_owned(), Descending)]);
        let others = Filter::eq(USER, user).and(Filter::field(ID, Op::Ne(id.into())));
        let beyond = Find::new(others).sort(unused_longest).skip(self.cap.saturating_sub(1) as u64);
        self.end_found(beyond).await.map(drop)
    }

    /// Puts another refresh token in the place of the one that was used.
    ///
    /// # Errors
    /// [`Error::InvalidRefreshToken`] where the session has ended, or the token was used before; that ends the session.
    pub(super) async fn rotate(
        &self,
        id: Id,
        user: Id,
        used: &str,
        next: &str,
        client: &Client,
    ) -> Result<(), Error> {
        let (used, next) = (token_digest(used), token_digest(next));
        for _ in 0..ATTEMPTS {
            let Some(row) = self.read(id, user).await? else { return Err(Error::InvalidRefreshToken) };
            let Some(update) = self.next(&row, &used, &next, client) else {
                self.end(user, id).await?;
                tracing::warn!(%user, session = %id, "a refresh token was used twice: its session has ended");
                return Err(Error::InvalidRefreshToken);
            };
            let spent = row.spent.map_or(Bson::Null, Bson::String);
            let unchanged = owned(id, user).and(Filter::eq(TOKENS, row.tokens)).and(Filter::eq(SPENT, spent));
            if self.store.update_one(&self.collection, &unchanged, &update).await?.is_some() {
                return Ok(());
            }
        }
        Err(Error::Unavailable)
    }

    /// What becomes of a session in which a token is used; `None` where the token is not good.
    fn next(&self, row: &Row, used: &str, next: &str, client: &Client) -> Option<Update> {
        let now = DateTime::now();
        let is_good = row.tokens.iter().any(|token| token == used);
        let is_in_grace = !self.grace.is_zero()
            && row.spent.as_deref() == Some(used)
            && row.spent_at.is_some_and(|at| now <= later(at, self.grace));
        if !is_good && !is_in_grace {
            return None;
        }
        let mut tokens: Vec<String> = row.tokens.iter().filter(|token| *token != used).cloned().collect();
        tokens.push(next.to_owned());
        let surplus = tokens.len().saturating_sub(MAX_TOKENS);
        tokens.drain(..surplus);
        let text = |text: &Option<String>| text.clone().map_or(Bson::Null, Bson::String);
        let update = Update::default()
            .set(TOKENS, tokens)
            .set(LAST_USED_AT, now)
            .set(EXPIRES_AT, later(now, self.lifetime))
            .set("device", text(&client.device))
            .set("address", text(&client.address));
        Some(if is_good { update.set(SPENT, used).set(SPENT_AT, now) } else { update })
    }

    /// Whether a session still is.
    pub(crate) async fn is_alive(&self, id: Id, user: Id) -> Result<bool, Error> {
        Ok(self.read(id, user).await?.is_some())
    }

    /// Ends a session of a user; whether there was one.
    pub(super) async fn end(&self, user: Id, id: Id) -> Result<bool, Error> {
        Ok(self.end_found(Find::new(owned(id, user))).await? > 0)
    }

    /// Ends all sessions of users; how many there were.
    pub(super) async fn end_all(&self, users: &[Id]) -> Result<u64, Error> {
        self.end_found(Find::new(Filter::is_in(USER, users.iter().copied()))).await
    }

    async fn end_found(&self, find: Find) -> Result<u64, Error> {
        let rows =
            self.store.find(&self.collection, &find.project(Projection::Only(vec![USER.to_owned()]))).await?;
        let ids: Vec<Id> = rows.iter().filter_map(|row| row.get_object_id(ID).ok()).map(Id::from).collect();
        if ids.is_empty() {
            return Ok(0);
        }
        let ended = self.store.delete_many(&self.collection, &Filter::is_in(ID, ids.iter().copied())).await?;
        if let Some(told) = self.watcher.get() {
            told(&ids);
        }
        Ok(ended)
    }

    /// Whether other processes may end sessions too.
    pub(super) fn are_shared(&self) -> bool {
        self.store.is_shared()
    }

    /// Those of the sessions that are no more.
    pub(super) async fn ended_of(&self, sessions: &[Id]) -> Result<Vec<Id>, Error> {
        let among = Find::new(Filter::is_in(ID, sessions.iter().copied()));
        let rows = self
            .store
            .find(&self.collection, &among.project(Projection::Only(vec![EXPIRES_AT.to_owned()])))
            .await?;
        let now = DateTime::now().into();
        let alive: HashSet<Id> = rows
            .iter()
            .filter(|row| row.get_datetime(EXPIRES_AT).is_ok_and(|end| end > now))
            .filter_map(|row| row.get_object_id(ID).ok())
            .map(Id::from)
            .collect();
        Ok(sessions.iter().copied().filter(|session| !alive.contains(session)).collect())
    }

    /// The sessions of a user, the one used last first.
    pub(super) async fn list(&self, user: Id, current: Id) -> Result<Vec<SessionView>, Error> {
        let unexpired = Filter::eq(USER, user).and(Filter::field(EXPIRES_AT, Op::Gt(DateTime::now().into())));
        let order = Sort(vec![(LAST_USED_AT.to_owned(), Descending), (ID.to_owned(), Descending)]);
        let rows = self.store.find(&self.collection, &Find::new(unexpired).sort(order)).await?;
        rows.iter().map(|row| read_row(row).map(|row| row.shown(current))).collect()
    }

    /// A session that has not expired.
    async fn read(&self, id: Id, user: Id) -> Result<Option<Row>, Error> {
        let find = Find::new(owned(id, user)).limit(1);
        let row = self.store.find(&self.collection, &find).await?.pop();
        let row = row.map(|row| read_row(&row)).transpose()?;
        Ok(row.filter(|row| row.expires_at > DateTime::now()))
    }
}

impl Row {
    fn shown(self, current: Id) -> SessionView {
        SessionView {
            id: self.id,
            device: self.device,
            address: self.address,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            current: self.id == current,
        }
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").field("collection", &self.collection).finish_non_exhaustive()
    }
}

/// The collection of the sessions of users that are in another one, and its indexes: expired sessions are removed.
pub(super) fn collection_spec(users: &str) -> CollectionSpec {
    let index = |keys: &[(&str, _)], kind| IndexSpec {
        keys: keys.iter().map(|(name, direction)| ((*name).to_owned(), *direction)).collect(),
        kind,
        only_types: vec![],
        only_null: vec![],
    };
    let of_user = index(&[(USER, Ascending), (LAST_USED_AT, Descending)], IndexKind::Plain);
    let expired = index(&[(EXPIRES_AT, Ascending)], IndexKind::Ttl { seconds: 0 });
    CollectionSpec { name: collection(users), indexes: vec![of_user, expired] }
}

pub(super) fn collection(users: &str) -> String {
    format!("{users}_sessions")
}

fn owned(id: Id, user: Id) -> Filter {
    Filter::eq(ID, id).and(Filter::eq(USER, user))
}

fn read_row(row: &RawDocumentBuf) -> Result<Row, Error> {
    bson::deserialize_from_slice(row.as_bytes()).map_err(Error::internal)
}

/// The instant so long after another.
pub(super) fn later(instant: DateTime, time: Duration) -> DateTime {
    let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    DateTime::from_millis(instant.timestamp_millis().saturating_add(millis))
}
