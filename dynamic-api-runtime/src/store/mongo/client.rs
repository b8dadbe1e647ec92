//! The connection: from a URI to a server that has answered, and what the whole process shares of it. It knows no operation.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bson::doc;
use mongodb::{
    Client, Collection, Database,
    options::{ClientOptions, DatabaseOptions, ReadPreference, SelectionCriteria, WriteConcern},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{error::DriverError, indexes::KnownIndexes};
use crate::store::{StoreError, StoreResult};

/// The database where neither the URI nor the program names one.
const DEFAULT_DATABASE: &str = "dynamic_api";
/// How long a call looks for a server, and a connection is tried, where the URI says nothing else.
const REACH_LIMIT: Duration = Duration::from_secs(3);
/// How long a command may take in all, where nothing else is said: a server that is frozen must not hold its callers.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// How many connections the driver opens at most, where the URI does not say.
const POOL: u32 = 10;

/// A database on a MongoDB, 5.0 or later.
///
/// All clones share one client and its connections. Where the server is a replica set or a sharded cluster, its transactions
/// are MongoDB's own; on a standalone server they undo by `_id` what was written
/// (see [`is_transactional`](crate::store::Database::is_transactional)).
#[derive(Clone, Debug)]
pub struct MongoStore {
    database: Database,
    hosts: Arc<str>,
    transactional: bool,
    answer_limit: Duration,
    writes: Arc<Semaphore>,
    indexes: KnownIndexes,
}

impl MongoStore {
    /// Connects to the server that a [connection string](https://www.mongodb.com/docs/manual/reference/connection-string/)
    /// names, and waits until it has answered once. Without a database in the URI it is `dynamic_api`; servers are looked for
    /// at most 3 seconds, unless the URI says otherwise with `serverSelectionTimeoutMS`. Of its connections (`maxPoolSize`, 10
    /// where nothing is said; transactions need 2) three quarters write outside of transactions at once.
    ///
    /// # Errors
    /// [`StoreError::Setting`] where the URI can't be read, [`StoreError::Unavailable`] where no server answers.
    pub async fn connect(uri: &str) -> StoreResult<Self> {
        let options = ClientOptions::parse(uri)
            .await
            .map_err(|error| StoreError::Setting(format!("the MongoDB URI can't be used: {}", error.kind)))?;
        Self::connect_with(options).await
    }

    /// Connects as [`MongoStore::connect`] does, with the driver's own options.
    ///
    /// # Errors
    /// As [`MongoStore::connect`].
    pub async fn connect_with(mut options: ClientOptions) -> StoreResult<Self> {
        options.server_selection_timeout.get_or_insert(REACH_LIMIT);
        options.connect_timeout.get_or_insert(REACH_LIMIT);
        options.app_name.get_or_insert_with(|| "dynamic-api".to_owned());
        let hosts = options.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let writes = writes(options.max_pool_size.unwrap_or(POOL));
        let name = options.default_database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());

        let client = Client::with_options(options).map_err(|error| {
            StoreError::Setting(format!("the MongoDB options can't be used: {}", error.kind))
        })?;
        let transactional =
            has_transactions(&client).await.map_err(|reason| unreachable_at(&hosts, &reason))?;
        Ok(Self {
            database: database(&client, &name, transactional),
            hosts: hosts.into(),
            transactional,
            answer_limit: ANSWER_LIMIT,
            writes: Arc::new(Semaphore::new(writes)),
            indexes: KnownIndexes::default(),
        })
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        Self {
            database: database(self.client(), name, self.transactional),
            indexes: KnownIndexes::default(),
            ..self.clone()
        }
    }

    /// Sets how long a command may take before its caller gets [`StoreError::Unavailable`]; 10 seconds by default. A
    /// [`Find`](crate::query::Find) with a time limit of its own has that one.
    #[must_use]
    pub fn with_answer_limit(self, answer_limit: Duration) -> Self {
        Self { answer_limit, ..self }
    }

    /// The driver's database, for what the store does not offer.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The driver's collection, for what the store does not offer.
    pub fn collection<T: Send + Sync>(&self, name: &str) -> Collection<T> {
        self.database.collection(name)
    }

    pub(super) fn client(&self) -> &Client {
        self.database.client()
    }

    pub(super) fn hosts(&self) -> &str {
        &self.hosts
    }

    pub(super) fn has_transactions(&self) -> bool {
        self.transactional
    }

    pub(super) fn answer_limit(&self) -> Duration {
        self.answer_limit
    }

    pub(super) fn indexes(&self) -> &KnownIndexes {
        &self.indexes
    }

    /// Leave to write outside of a transaction, and how much of the limit of a command is left. The server lets such a write
    /// wait, on its connection, for the transaction that wrote the same document first; were all connections taken by such
    /// writes, that transaction had none to end by.
    pub(super) async fn turn_to_write(&self) -> StoreResult<(Option<SemaphorePermit<'_>>, Duration)> {
        let limit = self.answer_limit;
        if !self.transactional {
            return Ok((None, limit));
        }
        let began = Instant::now();
        let turn = tokio::time::timeout(limit, self.writes.acquire()).await.ok().and_then(Result::ok);
        let turn = turn.ok_or_else(|| {
            StoreError::Unavailable(format!("no connection was free to write on within {limit:?}").into())
        })?;
        Ok((Some(turn), limit.saturating_sub(began.elapsed())))
    }
}

/// How many of so many connections may write outside of transactions at once.
fn writes(connections: u32) -> usize {
    let writes = (connections - connections.div_ceil(4)).max(1);
    usize::try_from(writes).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS)
}

/// Whether the server keeps transactions: a member of a replica set, or the router of a sharded cluster.
async fn has_transactions(client: &Client) -> Result<bool, String> {
    let admin = client.database("admin");
    let hello = admin
        .run_command(doc! { "hello": 1 })
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    match tokio::time::timeout(ANSWER_LIMIT, hello).await {
        Err(_) => Err(format!("no answer within {} seconds", ANSWER_LIMIT.as_secs())),
        Ok(Err(error)) => Err(DriverError::from(error).to_string()),
        Ok(Ok(hello)) => {
            Ok(hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid"))
        }
    }
}

/// A standalone server acknowledges a write before its journal has it, a replica set's majority after; so that an acknowledged
/// write is one that survives the server's death on both, the former is told to wait, unless the URI sets a write concern.
fn database(client: &Client, name: &str, transactional: bool) -> Database {
    if transactional || client.write_concern().is_some() {
        return client.database(name);
    }
    let journaled = WriteConcern::builder().journal(true).build();
    client.database_with_options(name, DatabaseOptions::builder().write_concern(journaled).build())
}

fn unreachable_at(hosts: &str, reason: &str) -> StoreError {
    // Behind that, the driver describes its whole state.
    let reason = reason.split(" Topology: ").next().unwrap_or_default();
    StoreError::Unavailable(
        format!("no MongoDB answers at {hosts}: start one there, or correct the URI ({reason})").into(),
    )
}
