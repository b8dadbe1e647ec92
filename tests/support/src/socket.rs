//! The official Socket.IO client in a Node process, as an async Rust API.
//!
//! ```no_run
//! # async fn example() -> Result<(), test_support::ConnectError> {
//! use serde_json::json;
//! use test_support::NodeClient;
//!
//! let node = NodeClient::start().await;
//! let socket = node.connect("http://127.0.0.1:3000", json!({ "transports": ["websocket"] })).await?;
//! let reply = socket.call("create-user", json!({ "name": "Ada" })).await;
//! socket.emit("get-users", [json!({})]).await;
//! let sent_back = socket.wait_for("get-users").await;
//! # Ok(())
//! # }
//! ```

use std::{
    collections::HashMap,
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::oneshot,
};

use crate::install;

/// How long a test waits for what it is sure will come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Node process that holds any number of sockets. It ends with this value and its sockets.
#[derive(Debug, Clone)]
pub struct NodeClient {
    node: Arc<Node>,
}

#[derive(Debug)]
struct Node {
    _process: Child,
    commands: tokio::sync::Mutex<ChildStdin>,
    waiting: Waiting,
    next: AtomicU64,
}

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<Value, String>>>>>;

/// One socket of the client.
#[derive(Debug)]
pub struct Socket {
    node: Arc<Node>,
    number: u64,
}

/// What the client reported as `connect_error`.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectError {
    /// `error.message`
    pub message: String,
    /// `error.data`, `null` where there is none.
    pub data: Value,
}

impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConnectError {}

impl NodeClient {
    /// Starts the process; installs the client by `npm ci` where it isn't yet.
    ///
    /// # Panics
    /// Where Node or npm can't be had, with what failed.
    pub async fn start() -> Self {
        let installed = tokio::task::spawn_blocking(install::npm_client)
            .await
            .expect("the installation of the npm client");
        let directory = installed.unwrap_or_else(|reason| {
            panic!("these tests need Node 18 or later and npm on PATH; what failed: {reason}")
        });
        let mut process = Command::new("node")
            .arg("driver.mjs")
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("these tests need Node 18 or later on PATH: {error}"));
        let commands = process.stdin.take().expect("stdin is piped");
        let answers = process.stdout.take().expect("stdout is piped");
        let waiting = Waiting::default();
        tokio::spawn(dispatch(answers, Arc::clone(&waiting)));
        let node = Node {
            _process: process,
            commands: tokio::sync::Mutex::new(commands),
            waiting,
            next: AtomicU64::new(1),
        };
        Self { node: Arc::new(node) }
    }

    /// Opens a socket to a URL whose path is the namespace, with the options of `io(url, options)`; it does not reconnect by
    /// itself unless they say so.
    ///
    /// # Errors
    /// What the client reports as `connect_error`.
    pub async fn connect(&self, url: &str, options: Value) -> Result<Socket, ConnectError> {
        let socket = Socket { node: Arc::clone(&self.node), number: self.node.number() };
        let outcome = socket
            .command("connect", json!({ "url": url, "options": options, "timeout": millis(PATIENCE) }))
            .await;
        match outcome.get("error") {
            None => Ok(socket),
            Some(error) => Err(ConnectError {
                message: error["message"].as_str().unwrap_or_default().to_owned(),
                data: match &error["data"] {
                    absent if absent.get("$undefined").is_some() => Value::Null,
                    data => data.clone(),
                },
            }),
        }
    }
}

/// A binary argument: it reaches the server as a Buffer would. Answers hold binary data in the same form.
pub fn binary(base64: &str) -> Value {
    json!({ "$binary": base64 })
}

impl Socket {
    /// `socket.emit(event, ...args)`, with no callback. No argument at all is `[]`.
    pub async fn emit(&self, event: &str, args: impl IntoIterator<Item = Value>) {
        self.command("emit", json!({ "event": event, "args": list(args) })).await;
    }

    /// `socket.emit(event, ...args, callback)`: what the callback got, `None` where it was not called within `timeout`.
    pub async fn emit_with_ack(
        &self,
        event: &str,
        args: impl IntoIterator<Item = Value>,
        timeout: Duration,
    ) -> Option<Vec<Value>> {
        let args = json!({ "event": event, "args": list(args), "timeout": millis(timeout) });
        into_list(self.command("emitWithAck", args).await.get("ack")?)
    }

    /// `socket.emit(event, payload, callback)`: the one argument that the callback got.
    ///
    /// # Panics
    /// Where there is no acknowledgement, or one of several arguments.
    pub async fn call(&self, event: &str, payload: Value) -> Value {
        let ack = self.emit_with_ack(event, [payload], PATIENCE).await;
        let mut ack = ack.unwrap_or_else(|| panic!("{event} was not acknowledged within {PATIENCE:?}"));
        assert_eq!(ack.len(), 1, "{event} was acknowledged with {ack:?}");
        ack.remove(0)
    }

    /// `socket.emit(event, ...args, one, two)` with two callbacks: which of them was called (1 or 2), and with what.
    pub async fn emit_with_two_callbacks(
        &self,
        event: &str,
        args: impl IntoIterator<Item = Value>,
        timeout: Duration,
    ) -> Option<(u64, Vec<Value>)> {
        let args = json!({ "event": event, "args": list(args), "timeout": millis(timeout) });
        let outcome = self.command("emitWithTwoCallbacks", args).await;
        Some((outcome.get("callback")?.as_u64()?, into_list(outcome.get("ack")?)?))
    }

    /// The arguments of the next event of this name, received before or after this call. The client's own events are `connect`,
    /// `disconnect` (the reason) and `connect_error` (the message).
    ///
    /// # Panics
    /// Where none comes, with the names of those that did.
    pub async fn wait_for(&self, event: &str) -> Vec<Value> {
        let args = self.command("waitFor", json!({ "event": event, "timeout": millis(PATIENCE) })).await;
        into_list(&args).unwrap_or_default()
    }

    /// The arguments of all events of this name that were received and not waited for. To know that an event does not come, let
    /// the server answer something else first: what it sent before has arrived by then.
    pub async fn received(&self, event: &str) -> Vec<Vec<Value>> {
        let all = self.command("received", json!({ "event": event })).await;
        into_list(&all).unwrap_or_default().iter().filter_map(into_list).collect()
    }

    /// `{id, connected, transport}`, where the transport is `polling` or `websocket`.
    pub async fn state(&self) -> Value {
        self.command("state", json!({})).await
    }

    /// Writes a text into the connection as it is, as no client would.
    pub async fn send_raw(&self, text: &str) {
        self.command("sendRaw", json!({ "text": text })).await;
    }

    /// `socket.disconnect()`
    pub async fn disconnect(&self) {
        self.command("disconnect", json!({})).await;
    }

    /// `socket.connect()` after a disconnection, until it is connected.
    pub async fn reconnect(&self) {
        self.command("reconnect", json!({ "timeout": millis(PATIENCE) })).await;
    }

    /// Cuts the connection without a goodbye.
    pub async fn drop_connection(&self) {
        self.command("dropConnection", json!({})).await;
    }

    async fn command(&self, op: &str, mut arguments: Value) -> Value {
        let call = self.node.number();
        arguments["call"] = call.into();
        arguments["op"] = op.into();
        arguments["socket"] = self.number.into();
        let (answer, answered) = oneshot::channel();
        self.node.waiting.lock().unwrap().insert(call, answer);
        self.node.send(&arguments).await;
        match answered.await {
            Ok(Ok(value)) => value,
            Ok(Err(failure)) => panic!("{op}: {failure}"),
            Err(_) => panic!("{op}: the Node process has ended"),
        }
    }
}

impl Node {
    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    async fn send(&self, command: &Value) {
        let line = format!("{command}\n");
        self.commands.lock().await.write_all(line.as_bytes()).await.expect("the Node process has ended");
    }
}

async fn dispatch(answers: ChildStdout, waiting: Waiting) {
    let mut lines = BufReader::new(answers).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(mut answer) = serde_json::from_str::<Value>(&line) else { continue };
        let waiter = answer["call"].as_u64().and_then(|call| waiting.lock().unwrap().remove(&call));
        let outcome = match answer.get("failure").and_then(Value::as_str) {
            Some(failure) => Err(failure.to_owned()),
            None => Ok(answer["value"].take()),
        };
        if let Some(waiter) = waiter {
            let _ = waiter.send(outcome);
        }
    }
    // Whoever still waits learns that the process has ended.
    waiting.lock().unwrap().clear();
}

fn list(args: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(args.into_iter().collect())
}

fn into_list(value: &Value) -> Option<Vec<Value>> {
    value.as_array().cloned()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
