//! What an application sets of its sockets: replies, origins, path, its own handlers; and a plain user's script.

use dynamic_api::{Cors, ReplyMode, WebSocketConfig};
use http::{Request, header};
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, Data, SocketRef};
use test_support::{NodeClient, both_stores, embedded_store, node_script};

use crate::{
    http::{Http, builder},
    server::{PATIENCE, Server, connect, data},
};

const NOTHING: Vec<Vec<Value>> = vec![];

#[tokio::test]
async fn replies_by_emit_and_by_both() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store).reply(ReplyMode::Both)).await;
        let socket = connect(&node, &server.url()).await;
        assert_eq!(data("get-many-user", socket.call("get-many-user", json!({})).await), json!([]));
        assert_eq!(socket.wait_for("get-many-user").await, [json!([])]);

        let server = Server::of(builder(&store).reply(ReplyMode::Emit)).await;
        let socket = connect(&node, &server.url()).await;
        let ignored =
            socket.emit_with_ack("get-many-user", [json!({})], std::time::Duration::from_millis(300));
        assert_eq!(ignored.await, None);
        assert_eq!(socket.wait_for("get-many-user").await, [json!([])]);
        // A failure is acknowledged all the same.
        assert_eq!(socket.call("get-one-user", json!({ "id": "1" })).await["statusCode"], 404);
        socket.wait_for("exception").await;

        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        socket.call("get-many-user", json!({})).await;
        socket.call("get-many-user", json!({})).await;
        assert_eq!(socket.received("get-many-user").await, NOTHING);
    }
}

#[tokio::test]
async fn pages_of_other_origins_connect_where_cors_says_so() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let closed = Server::of(builder(&store)).await;
    let open = Server::of(builder(&store).cors(Cors::origins(["https://app.example.com"]))).await;
    for transport in ["websocket", "polling"] {
        let connect = async |server: &Server, origin: &str| {
            let options = json!({ "transports": [transport], "extraHeaders": { "origin": origin } });
            node.connect(&server.url(), options).await
        };
        for (server, origin) in [
            (&closed, "https://app.example.com"),
            (&closed, "null"),
            (&open, "https://evil.example.com"),
            (&open, ""),
        ] {
            let refused = connect(server, origin).await.unwrap_err();
            assert_eq!(refused.message, "Origin not allowed", "{origin:?} over {transport}");
        }
        for (server, origin) in [(&open, "https://app.example.com".to_owned()), (&closed, closed.url())] {
            let socket = connect(server, &origin).await.unwrap();
            assert_eq!(data("get-many-user", socket.call("get-many-user", json!({})).await), json!([]));
        }
    }
    let api = Http(builder(&store).cors(Cors::origins(["https://app.example.com"])).build().await.unwrap());
    let polling =
        Request::get("/socket.io/?EIO=4&transport=polling").header("origin", "https://app.example.com");
    let opened = api.send(polling.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(opened.header(header::ACCESS_CONTROL_ALLOW_ORIGIN.as_str()), "https://app.example.com");
}

#[tokio::test]
async fn the_handshake_has_the_path_and_the_namespace_that_are_set() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let config = WebSocketConfig::default().path("/live").namespace("/api");
    let server = Server::of(builder(&store).web_socket(config)).await;
    let options = json!({ "path": "/live" });
    let socket = node.connect(&format!("{}/api", server.url()), options.clone()).await.unwrap();
    data("get-many-user", socket.call("get-many-user", json!({})).await);
    assert_eq!(node.connect(&server.url(), options).await.unwrap_err().message, "Invalid namespace");
}

#[tokio::test]
async fn a_program_registers_handlers_and_emits_of_its_own() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let api = builder(&store).on_connect(|socket: &SocketRef| {
        socket.emit("welcome", "hello").unwrap();
        socket.on("chat", async |Data(text): Data<String>, ack: AckSender| {
            ack.send(&format!("heard {text}")).unwrap();
        });
    });
    let handle = api.handle();
    let server = Server::of(api).await;
    let socket = connect(&node, &server.url()).await;
    assert_eq!(socket.wait_for("welcome").await, [json!("hello")]);
    assert_eq!(socket.call("chat", json!("you")).await, "heard you");
    data("get-many-user", socket.call("get-many-user", json!({})).await);
    handle.emit("/", "news", &json!({ "version": 2 })).await;
    assert_eq!(socket.wait_for("news").await, [json!({ "version": 2 })]);
    handle.emit("/nowhere", "news", &1).await;
}

#[tokio::test]
async fn two_applications_do_not_hear_each_other() {
    let node = NodeClient::start().await;
    let [one, other] = both_stores().await;
    let servers = [Server::of(builder(&one)).await, Server::of(builder(&other)).await];
    let sockets = [connect(&node, &servers[0].url()).await, connect(&node, &servers[1].url()).await];
    sockets[0].emit("create-one-user", [json!({ "name": "ada", "email": "e" })]).await;
    sockets[0].wait_for("create-one-user").await;
    assert_eq!(data("get-many-user", sockets[1].call("get-many-user", json!({})).await), json!([]));
}

#[tokio::test]
async fn a_connection_that_is_dropped_comes_back() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let socket = connect(&node, &server.url()).await;
    socket.drop_connection().await;
    socket.wait_for("disconnect").await;
    socket.reconnect().await;
    assert!(socket.emit_with_ack("get-many-user", [json!({})], PATIENCE).await.is_some());
}

#[tokio::test]
async fn the_script_of_a_plain_javascript_user_works() {
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let printed = node_script("plain.mjs", &[&server.url()]).await;
        let lines: Vec<&str> = printed.lines().collect();
        assert_eq!(
            lines,
            [
                "connected",
                "created: Ada string",
                "users: 1",
                "updated: Ada Lovelace",
                "exception: create-one-user 409 email 'ada@example.com' is already used",
                "refused: 409 email 'ada@example.com' is already used",
                "found: Ada Lovelace",
                "deleted: 1",
                "disconnected: io client disconnect",
            ]
        );
    }
}
