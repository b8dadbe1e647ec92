//! Applications on a port of their own.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use dynamic_api::{DynamicApiBuilder, ServeError};
use serde_json::{Value, json};
use test_support::{NodeClient, Socket};
use tokio::{
    net::TcpListener,
    sync::oneshot,
    task::{AbortHandle, JoinHandle},
};

/// How long a test waits for what it is sure will come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A served application. It is cut off with this value, unless it was asked to end before.
#[derive(Debug)]
pub struct Server {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<Result<(), ServeError>>>,
    abort: AbortHandle,
}

impl Server {
    /// Serves what a builder builds, as `serve` does.
    pub async fn of(api: DynamicApiBuilder) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(api.serve_with(listener, async {
            let _ = stopped.await;
        }));
        let abort = task.abort_handle();
        Self { address, stop: Some(stop), task: Some(task), abort }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks the application to end, as a signal does.
    pub fn stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }

    /// Waits until the application has ended.
    pub async fn ended(mut self) {
        self.task.take().unwrap().await.unwrap().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

/// Serves a host's own router.
pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, router).into_future());
    format!("http://{address}")
}

/// A socket over WebSocket.
pub async fn connect(node: &NodeClient, url: &str) -> Socket {
    node.connect(url, json!({ "transports": ["websocket"] })).await.unwrap()
}

/// The data of a call that succeeds.
#[track_caller]
pub fn data(event: &str, ack: Value) -> Value {
    assert_eq!(ack["event"], event, "{ack}");
    ack["data"].clone()
}

/// Checks the acknowledgement of a call that failed, and takes the `exception` that comes with it.
pub async fn failed(
    socket: &Socket,
    event: &str,
    ack: Value,
    status: u16,
    message: impl Into<Value>,
) -> Value {
    assert_eq!(ack.get("event"), None, "{ack}");
    assert_eq!((&ack["statusCode"], &ack["message"]), (&status.into(), &message.into()), "{ack}");
    assert_eq!(ack["instance"], event);
    let mut told = socket.wait_for("exception").await.remove(0);
    assert_eq!(told["event"], event, "{told}");
    told.as_object_mut().unwrap().shift_remove("event");
    assert_eq!(told, ack);
    ack
}
