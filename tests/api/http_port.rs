//! HTTP on a real connection: what a request in process does not show.

use std::{
    net::SocketAddr,
    pin::pin,
    time::{Duration, Instant},
};

use dynamic_api::Limits;
use serde_json::json;
use test_support::both_stores;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{http::builder, server::Server};

/// Writes a text, and reads until the server closes the connection.
async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut text = vec![];
    stream.read_to_end(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n{body}").into_bytes()
}

fn json_of(length: usize) -> String {
    format!("content-type: application/json\r\ncontent-length: {length}\r\n")
}

#[tokio::test]
async fn a_call_over_a_connection() {
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let user = json!({ "name": "ada", "email": "e" }).to_string();
        let created = exchange(server.address, &request("POST", "/users", &json_of(user.len()), &user)).await;
        assert!(created.starts_with("HTTP/1.1 201 Created\r\n"), "{created}");
        assert!(created.contains("\r\nlocation: /users/"), "{created}");
        let listed = exchange(server.address, &request("GET", "/users", "", "")).await;
        assert!(listed.contains(r#""name":"ada""#), "{listed}");
        let head = exchange(server.address, &request("HEAD", "/users", "", "")).await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        let nowhere = exchange(server.address, &request("GET", "/nowhere?x=1", "", "")).await;
        assert!(nowhere.starts_with("HTTP/1.1 404 Not Found\r\n"), "{nowhere}");
        assert!(
            nowhere.contains("application/problem+json") && nowhere.contains("x-request-id"),
            "{nowhere}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_before_the_connection_closes() {
    let [store, _] = both_stores().await;
    let server = Server::of(builder(&store)).await;
    let large = "x".repeat(2 << 20);
    let whole = exchange(server.address, &request("POST", "/users", &json_of(large.len()), &large)).await;
    assert!(whole.starts_with("HTTP/1.1 413 "), "{whole}");

    let chunk = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let headers = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let chunked = exchange(server.address, &request("POST", "/users", headers, &chunk)).await;
    assert!(chunked.starts_with("HTTP/1.1 413 "), "{chunked}");

    // A client that asks first is told before it sends.
    let headers = format!("{}expect: 100-continue\r\n", json_of(large.len()));
    let asked = exchange(server.address, &request("POST", "/users", &headers, "")).await;
    assert!(asked.starts_with("HTTP/1.1 413 "), "{asked}");
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let [store, _] = both_stores().await;
    let server = Server::of(builder(&store)).await;
    for path in ["/users/\u{ff}\u{fe}", "/users?name=\u{7}", "users"] {
        let refused = exchange(server.address, &request("GET", path, "", "")).await;
        assert!(refused.starts_with("HTTP/1.1 4"), "{path:?}: {refused}");
    }
    // A client that goes away in mid-body leaves nothing behind.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&request("POST", "/users", &json_of(1000), "{\"name\":")).await.unwrap();
    drop(stream);
    let listed = exchange(server.address, &request("GET", "/users", "", "")).await;
    assert!(listed.ends_with("[]"), "{listed}");
}

#[tokio::test]
async fn a_body_that_does_not_come_in_is_not_waited_for() {
    let [store, _] = both_stores().await;
    let mut limits = Limits::default();
    limits.call_time = Duration::from_millis(200);
    let server = Server::of(builder(&store).limits(limits)).await;
    let slow = exchange(server.address, &request("POST", "/users", &json_of(1000), "{\"name\":")).await;
    assert!(slow.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{slow}");
}

#[tokio::test]
async fn a_connection_that_does_not_come_to_a_request_is_closed() {
    let [store, _] = both_stores().await;
    let server = Server::of(builder(&store)).await;
    let halves = ["", "P", "PRI * HT", "GET /users HTTP/1.1\r\nhost: x\r\nx-half"];
    let closed = halves.map(async |half| {
        let began = Instant::now();
        exchange(server.address, half.as_bytes()).await;
        let took = began.elapsed();
        assert!(took > Duration::from_secs(8) && took < Duration::from_secs(20), "{half:?}: {took:?}");
    });
    futures_util::future::join_all(closed).await;
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_until_one_ends() {
    let [store, _] = both_stores().await;
    let mut limits = Limits::default();
    limits.connections = 1;
    let server = Server::of(builder(&store).limits(limits)).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(b"GET /users HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(first.read(&mut [0; 1024]).await.unwrap() > 0);
    let request = request("GET", "/users", "", "");
    let mut second = pin!(exchange(server.address, &request));
    assert!(timeout(Duration::from_millis(200), &mut second).await.is_err(), "both are served");
    drop(first);
    assert!(second.await.ends_with("[]"));
}
