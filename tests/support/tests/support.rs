//! That the tests' own support does what the tests rely on.

#![allow(clippy::unwrap_used, missing_docs)]

use std::time::Duration;

use axum::Router;
use dynamic_api_runtime::{query::Filter, store::MongoStore};
use serde_json::{Value, json};
use socketioxide::{
    SocketIo,
    extract::{AckSender, Event, SocketRef, TryData},
};
use test_support::{Mongod, NodeClient, Topology, binary, mongo_store};

/// A server that acknowledges every event with its payload, and sends it back by `heard`.
async fn echo_server() -> String {
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", async |socket: SocketRef| {
        socket.on_fallback(
            async |socket: SocketRef, Event(event): Event, TryData(data): TryData<Value>, ack: AckSender| {
                let data = data.unwrap_or(Value::Null);
                socket.emit("heard", &json!({ "event": event, "data": data })).unwrap();
                if event != "silent" {
                    ack.send(&data).unwrap();
                }
            },
        );
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().layer(layer)).await.unwrap() });
    url
}

#[tokio::test]
async fn the_socket_client_emits_and_hears() {
    let url = echo_server().await;
    let node = NodeClient::start().await;
    for transport in ["polling", "websocket"] {
        let socket = node.connect(&url, json!({ "transports": [transport] })).await.unwrap();
        assert_eq!(socket.state().await["transport"], transport);
        assert_eq!(socket.call("greet", json!({ "name": "Ada" })).await, json!({ "name": "Ada" }));
        assert_eq!(socket.wait_for("heard").await, [json!({ "event": "greet", "data": { "name": "Ada" } })]);
        assert_eq!(socket.emit_with_ack("silent", [json!(1)], Duration::from_millis(300)).await, None);
        let (called, _) =
            socket.emit_with_two_callbacks("two", [json!(1)], Duration::from_secs(5)).await.unwrap();
        assert_eq!(called, 2, "the client takes the last function as the callback");
        socket.emit("bare", []).await;
        socket.emit("bytes", [binary("AAEC")]).await;
        assert_eq!(socket.wait_for("heard").await[0]["event"], "silent");

        socket.disconnect().await;
        assert_eq!(socket.wait_for("disconnect").await, [json!("io client disconnect")]);
        socket.reconnect().await;
        assert_eq!(socket.call("greet", json!(2)).await, json!(2));
    }
}

#[tokio::test]
async fn a_refused_connection_is_an_error() {
    let url = echo_server().await;
    let node = NodeClient::start().await;
    let refused = node.connect(&format!("{url}/nowhere"), json!({})).await.unwrap_err();
    assert_eq!(refused.message, "Invalid namespace");
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own_which_goes_with_it() {
    let (one, other) = (mongo_store().await, mongo_store().await);
    let mongo = one.mongo().unwrap().clone();
    one.insert("things", &[bson::rawdoc! { "_id": 1 }]).await.unwrap();
    assert_eq!(other.count("things", &Filter::All).await.unwrap(), 0);
    drop(one);
    let names = mongo.database().client().list_database_names().await.unwrap();
    assert!(!names.iter().any(|name| name == mongo.database().name()), "{names:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_its_own_can_be_killed_and_comes_back() {
    let server = tokio::task::spawn_blocking(|| Mongod::start(Topology::Standalone)).await.unwrap();
    let store: dynamic_api_runtime::store::Store = MongoStore::connect(&server.uri()).await.unwrap().into();
    assert!(!store.is_transactional());
    store.insert("things", &[bson::rawdoc! { "_id": 1 }]).await.unwrap();
    server.kill();
    assert!(store.count("things", &Filter::All).await.is_err());
    server.restart();
    assert_eq!(store.count("things", &Filter::All).await.unwrap(), 1);
}
