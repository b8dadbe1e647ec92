//! A MongoDB store whose commands are written down.

use std::sync::{Arc, Mutex};

use dynamic_api_runtime::store::{
    MongoStore,
    mongo::mongodb::{
        event::{EventHandler, command::CommandEvent},
        options::ClientOptions,
    },
};
use test_support::TestStore;

pub struct Watched {
    pub test: TestStore,
    commands: Arc<Mutex<Vec<String>>>,
}

impl Watched {
    pub async fn new() -> Self {
        let uri = tokio::task::spawn_blocking(test_support::mongod).await.unwrap();
        let commands = Arc::new(Mutex::new(Vec::new()));
        let mut options = ClientOptions::parse(uri).await.unwrap();
        let log = Arc::clone(&commands);
        options.command_event_handler = Some(EventHandler::callback(move |event| {
            if let CommandEvent::Started(started) = event {
                log.lock().unwrap().push(started.command_name);
            }
        }));
        let server = MongoStore::connect_with(options).await.unwrap();
        Self { test: TestStore::of_mongo(&server), commands }
    }

    /// The names of the commands since the last call.
    pub fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.commands.lock().unwrap())
    }
}
