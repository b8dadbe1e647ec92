//! A MongoDB whose commands are written down as they leave the driver.

use std::sync::{Arc, Mutex};

use bson::Document;
use dynamic_api_runtime::store::{
    Database, MongoStore,
    mongo::mongodb::{
        event::{EventHandler, command::CommandEvent},
        options::ClientOptions,
    },
};
use test_support::TestStore;

/// A store whose commands are written down.
pub(crate) struct Watched {
    pub(crate) test: TestStore,
    commands: Arc<Mutex<Vec<Document>>>,
}

impl Watched {
    /// An empty database on the MongoDB of this process.
    pub(crate) async fn new() -> Self {
        let uri = tokio::task::spawn_blocking(test_support::mongod).await.unwrap();
        let (server, commands) = watched(uri).await;
        Self { test: TestStore::of_mongo(&server), commands }
    }

    pub(crate) fn store(&self) -> &dyn Database {
        &**self.test
    }

    pub(crate) fn mongo(&self) -> &MongoStore {
        self.test.mongo().unwrap()
    }

    /// The names of the commands since the last call.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.commands().iter().map(|command| command.keys().next().unwrap().clone()).collect()
    }

    /// The commands since the last call.
    pub(crate) fn commands(&self) -> Vec<Document> {
        std::mem::take(&mut *self.commands.lock().unwrap())
    }
}

/// A store on a server, and its commands.
pub(crate) async fn watched(uri: &str) -> (MongoStore, Arc<Mutex<Vec<Document>>>) {
    let commands = Arc::new(Mutex::new(Vec::new()));
    let mut options = ClientOptions::parse(uri).await.unwrap();
    let log = Arc::clone(&commands);
    options.command_event_handler = Some(EventHandler::callback(move |event| {
        if let CommandEvent::Started(started) = event {
            log.lock().unwrap().push(started.command);
        }
    }));
    (MongoStore::connect_with(options).await.unwrap(), commands)
}
