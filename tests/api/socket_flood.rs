//! Sockets that send more than they take in.

use std::time::Duration;

use dynamic_api::WebSocketConfig;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use test_support::{NodeClient, embedded_store};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use crate::{
    http::builder,
    server::{PATIENCE, Server, connect, data},
};

/// What the flood sends; its answers, which the sockets of the system hold some thousands of, are of about a kilobyte each.
const FLOOD: usize = 20_000;

/// A socket without a library that reads whether it is asked to or not.
async fn raw(server: &Server) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(server.address).await.unwrap();
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", server.address);
    let (mut socket, _) = client_async(url, stream).await.unwrap();
    socket.send(Message::text("40")).await.unwrap();
    while !text(&mut socket).await.unwrap().starts_with("40") {}
    socket
}

async fn text(socket: &mut WebSocketStream<TcpStream>) -> Option<String> {
    let message = timeout(PATIENCE, socket.next()).await.unwrap()?;
    message.ok().and_then(|message| message.into_text().ok()).map(|text| text.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_sends_and_never_reads_is_disconnected_and_others_are_served() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let mut config = WebSocketConfig::default();
    config.buffer = 64;
    let server = Server::of(builder(&store).web_socket(config)).await;
    let bystander = connect(&node, &server.url()).await;
    let mut flooding = raw(&server).await;
    let message = Message::text(format!(r#"42["{}",{{"a":"z"}}]"#, "nope".repeat(100)));
    let flood = async {
        for _ in 0..FLOOD {
            if flooding.feed(message.clone()).await.is_err() {
                return;
            }
        }
        let _ = flooding.flush().await;
    };
    let calls = async {
        for _ in 0..20 {
            let call = timeout(Duration::from_secs(5), bystander.call("get-many-user", json!({})));
            assert_eq!(data("get-many-user", call.await.unwrap()), json!([]));
        }
    };
    tokio::join!(flood, calls);
    let mut answers = 0;
    // The socket is told; and its connection ends with whatever it sends after that.
    while let Some(packet) = text(&mut flooding).await {
        if packet == "41" {
            break;
        }
        assert!(packet.len() < 2000, "an answer repeats what it is for: {packet}");
        answers += usize::from(packet.starts_with("42"));
    }
    assert!(answers < FLOOD, "all {FLOOD} calls were answered");
}

/// Answers that nobody takes in need no more memory than they may, however short the calls are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_answers_that_are_not_taken_in_are_refused_and_given_again_once_they_are() {
    const CALLS: usize = 300;
    let node = NodeClient::start().await;
    let store = embedded_store();
    let config = WebSocketConfig::default().memory(1 << 20, 64 << 20);
    let server = Server::of(builder(&store).web_socket(config)).await;
    let bystander = connect(&node, &server.url()).await;
    let long = json!({ "name": "x".repeat(200_000), "email": "long" });
    bystander.call("create-one-user", long).await;

    let mut greedy = raw(&server).await;
    for number in 0..CALLS {
        greedy.feed(Message::text(format!(r#"42{number}["get-many-user",{{}}]"#))).await.unwrap();
    }
    greedy.flush().await.unwrap();
    // While others are served, nothing of that is taken in.
    for _ in 0..20 {
        let rows = data("get-many-user", bystander.call("get-many-user", json!({})).await);
        assert_eq!(rows.as_array().unwrap().len(), 1);
    }
    let (mut given, mut refused) = (0, 0);
    while given + refused < CALLS {
        let packet = text(&mut greedy).await.unwrap();
        let Some(answer) = packet.strip_prefix("43").and_then(|rest| rest.split_once('[')) else { continue };
        let answer: Value = serde_json::from_str(&format!("[{}", answer.1)).unwrap();
        match answer[0].get("statusCode") {
            None => given += 1,
            Some(status) => {
                assert_eq!(status, 503, "{answer}");
                refused += 1;
            }
        }
    }
    assert!(given >= 5 && refused > CALLS / 2, "{given} given, {refused} refused");

    // An answer larger than all that the socket may hold is given to a client that takes it in.
    bystander.call("create-one-user", json!({ "name": "y".repeat(900_000), "email": "longer" })).await;
    bystander.call("create-one-user", json!({ "name": "z".repeat(900_000), "email": "longest" })).await;
    for number in CALLS.. {
        greedy.send(Message::text(format!(r#"42{number}["get-many-user",{{}}]"#))).await.unwrap();
        let expected = format!("43{number}[");
        let mut packet = String::new();
        while !packet.starts_with(&expected) {
            packet = text(&mut greedy).await.unwrap();
        }
        if packet.len() > 2_000_000 {
            break;
        }
        // What the server's buffer held is not known to have left it yet.
        assert!(packet.contains("503") && number < CALLS + 10_000, "{packet}");
    }
}
