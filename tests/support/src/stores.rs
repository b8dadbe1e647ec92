//! A fresh store for one test, gone when the test is over.

use std::{
    ops::Deref,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    time::{SystemTime, UNIX_EPOCH},
};

use dynamic_api_runtime::store::{EmbeddedStore, MongoStore, Store, mongo::mongodb::Client};

use crate::mongod;

/// What the tests' databases are called: this, the second they were made in, the process, a number.
const PREFIX: &str = "dynamic_api_test";
/// When a database of the tests is a left-over of a process that was killed, in seconds.
const LEFT_OVER: u64 = 3600;

/// An empty store for one test. Its database is dropped with it, also where the test panics.
#[derive(Debug)]
pub struct TestStore {
    name: &'static str,
    store: Store,
    mongo: Option<MongoStore>,
}

/// A fresh embedded store in memory.
pub fn embedded_store() -> TestStore {
    let store = EmbeddedStore::in_memory().expect("an embedded store in memory");
    TestStore { name: "embedded", store: store.into(), mongo: None }
}

/// A fresh database on the MongoDB of this process.
pub async fn mongo_store() -> TestStore {
    let uri = tokio::task::spawn_blocking(mongod)
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let server = MongoStore::connect(uri).await.expect("a connection to the MongoDB of the tests");
    TestStore::of_mongo(&server)
}

/// A fresh store of each kind, for what must hold on both.
pub async fn both_stores() -> [TestStore; 2] {
    [embedded_store(), mongo_store().await]
}

impl TestStore {
    /// A fresh database on this server, which is the one of [`mongod`].
    pub fn of_mongo(server: &MongoStore) -> Self {
        let mongo = server.with_database(&fresh_name());
        Self { name: "mongo", store: mongo.clone().into(), mongo: Some(mongo) }
    }

    /// `embedded` or `mongo`, for messages.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The store, to hand to an application.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// The MongoDB behind it, where it is one.
    pub fn mongo(&self) -> Option<&MongoStore> {
        self.mongo.as_ref()
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if let Some(mongo) = &self.mongo {
            Cleaner::of_process().remove(mongo.database().name());
        }
    }
}

fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}_{}_{}_{number}", now(), std::process::id())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Drops databases on a thread and a runtime of its own: the runtime of the test whose store is dropped may be ending.
struct Cleaner {
    jobs: Mutex<mpsc::Sender<Job>>,
}

struct Job {
    database: String,
    done: mpsc::Sender<()>,
}

impl Cleaner {
    fn of_process() -> &'static Self {
        static CLEANER: OnceLock<Cleaner> = OnceLock::new();
        CLEANER.get_or_init(|| {
            let (jobs, inbox) = mpsc::channel();
            std::thread::spawn(move || clean(&inbox));
            Self { jobs: Mutex::new(jobs) }
        })
    }

    /// Waits until the database is gone, or can't be removed: the next run removes it then.
    fn remove(&self, database: &str) {
        let (done, is_done) = mpsc::channel();
        let Ok(jobs) = self.jobs.lock() else { return };
        if jobs.send(Job { database: database.to_owned(), done }).is_ok() {
            drop(jobs);
            let _ = is_done.recv();
        }
    }
}

fn clean(inbox: &mpsc::Receiver<Job>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime to clean up in");
    let client = runtime.block_on(Client::with_uri_str(mongod())).expect("a client to clean up with");
    runtime.block_on(remove_left_overs(&client));
    for job in inbox {
        if let Err(error) = runtime.block_on(async { client.database(&job.database).drop().await }) {
            eprintln!("the test database {} stays behind: {}", job.database, error.kind);
        }
        let _ = job.done.send(());
    }
}

async fn remove_left_overs(client: &Client) {
    for name in client.list_database_names().await.unwrap_or_default() {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let made: Option<u64> =
            rest.trim_start_matches('_').split('_').next().and_then(|second| second.parse().ok());
        if made.is_some_and(|made| made + LEFT_OVER < now()) {
            let _ = client.database(&name).drop().await;
        }
    }
}
