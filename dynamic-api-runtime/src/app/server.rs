//! Connections accepted and served, from the first to the graceful end of all. It knows of no route.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Extension, Router, extract::ConnectInfo};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::sleep,
};

use tower::Layer;

use super::connection::{Connection, Patience};

/// How long the headers of a request may take, and how long a connection is kept for the next request.
const HEADERS: Duration = Duration::from_secs(10);
/// How long a client may take nothing in while there is something for it.
const TAKES_NOTHING: Duration = Duration::from_secs(20);
/// How often an HTTP/2 client is asked whether it is still there, and how long it has to answer.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// The pause after a connection could not be accepted for want of file descriptors, for example.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves at most `most` connections at once until `stop` is ready, then lets the requests that are under way finish. All
/// connections but those that became WebSockets are cut off with this future.
pub(super) async fn run(listener: TcpListener, router: Router, most: usize, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(most));
    let (graceful, mut connections) = (GracefulShutdown::new(), JoinSet::new());
    let patience = Patience { begin: HEADERS, take: TAKES_NOTHING };
    let accepting = async {
        while let Ok(place) = places.clone().acquire_owned().await {
            let (stream, peer) = accept(&listener).await;
            let connection = Connection::new(stream, place, patience);
            connections.spawn(serve(connection, peer, router.clone(), graceful.watcher()));
            while connections.try_join_next().is_some() {}
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps small packets back");
                }
                return (stream, peer);
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Whether it was the client that gave up.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn serve(connection: Connection, peer: SocketAddr, router: Router, end: Watcher) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        // For WebSockets over HTTP/2.
        .enable_connect_protocol();
    // Where a request comes from, for handlers that ask axum and for accounts.
    let service = TowerToHyperService::new(Extension(ConnectInfo(peer)).layer(router));
    let served = builder.serve_connection_with_upgrades(TokioIo::new(connection), service);
    if let Err(error) = end.watch(served.into_owned()).await {
        tracing::debug!(error, "a connection ended early");
    }
}
