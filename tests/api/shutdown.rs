//! How an application ends: calls that are under way finish, sockets are told, and it does not take long.

use std::time::{Duration, Instant};

use serde_json::json;
use test_support::{NodeClient, embedded_store};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    time::timeout,
};

use crate::{
    entities::{BEGUN_CALLS, SLOW_CALLS},
    http::builder,
    server::{PATIENCE, Server, connect, data},
};

/// What process managers wait before they kill.
const BOUND: Duration = Duration::from_secs(10);

/// A GET on a connection of its own: all that comes back.
async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

// One test, since both parts hold back the calls of one route.
#[tokio::test]
async fn calls_finish_and_sockets_are_told_or_all_is_cut_off_in_time() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let mut server = Server::of(builder(&store)).await;
    let address = server.address;
    let idle = connect(&node, &server.url()).await;
    let calling = connect(&node, &server.url()).await;
    let polling = node.connect(&server.url(), json!({ "transports": ["polling"] })).await.unwrap();
    let over_http = tokio::spawn(get(address, "/troubles"));
    let over_sockets =
        async { tokio::join!(calling.call("slow", json!({})), polling.call("slow", json!({}))) };
    let end = async {
        BEGUN_CALLS.acquire_many(3).await.unwrap().forget();
        let began = Instant::now();
        server.stop();
        SLOW_CALLS.add_permits(3);
        server.ended().await;
        began.elapsed()
    };
    let ((one, other), took) = tokio::join!(over_sockets, end);
    assert_eq!((data("slow", one), data("slow", other)), (json!([]), json!([])));
    let response = over_http.await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK") && response.ends_with("[]"), "{response}");
    for socket in [&idle, &calling, &polling] {
        socket.wait_for("disconnect").await;
    }
    assert!(took < Duration::from_secs(3), "it took {took:?}");
    assert!(TcpStream::connect(address).await.is_err(), "it still listens");

    let mut server = Server::of(builder(&store)).await;
    let address = server.address;
    let socket = connect(&node, &server.url()).await;
    socket.emit("slow", []).await;
    let cut_off = tokio::spawn(async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /troubles HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        stream
    });
    BEGUN_CALLS.acquire_many(2).await.unwrap().forget();
    let began = Instant::now();
    server.stop();
    server.ended().await;
    assert!(began.elapsed() < BOUND, "it took {:?}", began.elapsed());
    socket.wait_for("disconnect").await;
    drop(cut_off);
    SLOW_CALLS.add_permits(2);
}

#[tokio::test]
async fn a_signal_ends_the_process_gracefully() {
    // With this listener the signal ends no other test.
    let _listening = signal(SignalKind::terminate()).unwrap();
    let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let store = embedded_store();
    let mut serving = tokio::spawn(builder(&store).serve(free));
    let answered = async {
        while TcpStream::connect(free).await.is_err() {
            tokio::task::yield_now().await;
        }
        let mut stream = TcpStream::connect(free).await.unwrap();
        stream.write_all(b"GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    let text = timeout(PATIENCE, answered).await.unwrap();
    assert!(
        text.starts_with("HTTP/1.1 404") && text.contains(r#""message":"Cannot find /nowhere""#),
        "{text}"
    );
    let process = std::process::id().to_string();
    let kill = tokio::process::Command::new("kill").args(["-TERM", &process]).status().await.unwrap();
    assert!(kill.success());
    timeout(BOUND, &mut serving).await.unwrap().unwrap().unwrap();
}
