//! Who a socket is: by its handshake, by a login, until its token ends. By the official client, over both transports.

use std::time::Duration;

use dynamic_api::{InvalidToken, TokenUse, WebSocketConfig};
use serde_json::{Value, json};
use test_support::{ConnectError, NodeClient, Socket, both_stores};
use tokio::sync::mpsc;

use super::{Outbox, api, config, credentials, registration, text};
use crate::server::{Server, connect, data, failed};

const NOTHING: Vec<Vec<Value>> = vec![];

async fn connect_with(
    node: &NodeClient,
    server: &Server,
    transport: &str,
    auth: Value,
) -> Result<Socket, ConnectError> {
    node.connect(&server.url(), json!({ "transports": [transport], "auth": auth })).await
}

async fn as_user(node: &NodeClient, server: &Server, token: &str) -> Socket {
    connect_with(node, server, "websocket", json!({ "token": token })).await.unwrap()
}

/// Checks that a socket is somebody.
async fn is_user(socket: &Socket) {
    let diaries = data("get-many-diary", socket.call("get-many-diary", json!({})).await);
    assert_eq!(diaries, json!([]));
}

/// Checks that a socket is nobody.
async fn is_nobody(socket: &Socket) {
    let ack = socket.call("get-many-diary", json!({})).await;
    failed(socket, "get-many-diary", ack, 401, "Unauthorized").await;
}

/// A socket of its own that registers a member: the socket, and its tokens.
async fn member(node: &NodeClient, server: &Server, name: &str) -> (Socket, String, String) {
    let socket = connect(node, &server.url()).await;
    let pair = data("auth-register", socket.call("auth-register", registration(name)).await);
    let (access, refresh) = (text(&pair, "accessToken"), text(&pair, "refreshToken"));
    (socket, access, refresh)
}

/// The message of the next `unauthorized`.
async fn told(socket: &Socket) -> Value {
    socket.wait_for("unauthorized").await.remove(0)["message"].take()
}

#[tokio::test]
async fn a_socket_without_a_token_is_nobody_until_it_logs_in() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(api(&store, config())).await;
        for (transport, name) in [("websocket", "ada"), ("polling", "bea")] {
            for auth in [json!({}), json!({ "token": null }), json!({ "token": "" }), json!({ "other": 5 })] {
                let socket = connect_with(&node, &server, transport, auth).await.unwrap();
                is_nobody(&socket).await;
                let open = socket.call("get-many-open-diary", json!({})).await;
                assert_eq!(data("get-many-open-diary", open), json!([]));
            }
            let socket = connect_with(&node, &server, transport, Value::Null).await.unwrap();
            let pair = data("auth-register", socket.call("auth-register", registration(name)).await);
            is_user(&socket).await;
            let account = data("auth-get-account", socket.call("auth-get-account", Value::Null).await);
            assert_eq!(account["email"], format!("{name}@example.com"));
            // Those that it was not are still nobody.
            is_nobody(&connect(&node, &server.url()).await).await;

            let with_token = json!({ "token": pair["accessToken"] });
            is_user(&connect_with(&node, &server, transport, with_token).await.unwrap()).await;
            assert_eq!(socket.received("unauthorized").await, NOTHING);
        }
        let socket = connect(&node, &server.url()).await;
        let wrong = json!({ "email": "ada@example.com", "password": "wrong-wrong" });
        let ack = socket.call("auth-login", wrong).await;
        failed(&socket, "auth-login", ack, 401, "Invalid credentials").await;
        is_nobody(&socket).await;
        data("auth-login", socket.call("auth-login", credentials("ada")).await);
        is_user(&socket).await;
    }
}

#[tokio::test]
async fn a_handshake_with_a_token_that_is_none_is_refused() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(api(&store, config())).await;
        let (_, access, refresh) = member(&node, &server, "ada").await;
        let tokens = [
            json!("abc"),
            json!(refresh),
            json!(access[..access.len() - 3]),
            json!("x".repeat(9000)),
            json!(5),
            json!({ "$ne": null }),
            json!([access]),
            json!(true),
        ];
        for transport in ["websocket", "polling"] {
            for token in &tokens {
                let refused =
                    connect_with(&node, &server, transport, json!({ "token": token })).await.unwrap_err();
                assert!(refused.message.starts_with("Unauthorized: the token"), "{}", refused.message);
            }
        }
    }
}

#[tokio::test]
async fn where_an_application_says_so_such_a_socket_is_nobody() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let sockets = WebSocketConfig::default().invalid_token(InvalidToken::Ignore);
        let server = Server::of(api(&store, config()).web_socket(sockets)).await;
        let socket = as_user(&node, &server, "abc").await;
        let event = socket.wait_for("unauthorized").await.remove(0);
        assert_eq!(
            (&event["statusCode"], &event["message"]),
            (&json!(401), &json!("Unauthorized: the token is malformed"))
        );
        is_nobody(&socket).await;
    }
}

#[tokio::test]
async fn a_token_got_elsewhere_makes_a_socket_a_user() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(api(&store, config())).await;
        let (_, access, refresh) = member(&node, &server, "ada").await;
        let socket = connect(&node, &server.url()).await;
        for (payload, status, message) in [
            (json!({ "token": refresh }), 401, "Unauthorized"),
            (json!({ "token": "" }), 400, "Invalid or missing argument"),
            (json!({ "token": { "$ne": null } }), 400, "Invalid or missing argument"),
            (json!({ "token": access, "more": 1 }), 400, "Invalid or missing argument"),
            (Value::Null, 400, "Invalid or missing argument"),
        ] {
            let ack = socket.call("authenticate", payload).await;
            failed(&socket, "authenticate", ack, status, message).await;
            is_nobody(&socket).await;
        }
        let said = data("authenticate", socket.call("authenticate", json!({ "token": access })).await);
        assert!(said["id"].is_string() && said["expiresAt"].is_string(), "{said}");
        is_user(&socket).await;
        // One that is none takes nothing away.
        let ack = socket.call("authenticate", json!({ "token": "abc" })).await;
        failed(&socket, "authenticate", ack, 401, "Unauthorized").await;
        is_user(&socket).await;
    }
}

#[tokio::test]
async fn a_socket_is_nobody_once_its_token_has_expired() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let config = config().lifetime(TokenUse::Access, Duration::from_secs(2)).leeway(Duration::ZERO);
        let server = Server::of(api(&store, config)).await;
        let (socket, access, refresh) = member(&node, &server, "ada").await;
        assert_eq!(told(&socket).await, "Unauthorized: the token has expired");
        is_nobody(&socket).await;
        let refused =
            connect_with(&node, &server, "websocket", json!({ "token": access })).await.unwrap_err();
        assert_eq!(refused.message, "Unauthorized: the token has expired");
        // With the next one it is a user again.
        let renewed = socket.call("auth-refresh-token", json!({ "refreshToken": refresh })).await;
        assert!(data("auth-refresh-token", renewed)["accessToken"].is_string());
        is_user(&socket).await;
    }
}

#[tokio::test]
async fn a_logout_ends_every_socket_of_its_session_and_no_other() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(api(&store, config())).await;
        let (socket, access, refresh) = member(&node, &server, "ada").await;
        let same = as_user(&node, &server, &access).await;
        let other = connect(&node, &server.url()).await;
        data("auth-login", other.call("auth-login", credentials("ada")).await);
        let (stranger, ..) = member(&node, &server, "bea").await;

        let done = socket.call("auth-logout", json!({ "refreshToken": refresh })).await;
        assert_eq!(data("auth-logout", done), Value::Null);
        for ended in [&socket, &same] {
            assert_eq!(told(ended).await, "Unauthorized: the session has ended");
            is_nobody(ended).await;
            assert_eq!(ended.received("unauthorized").await, NOTHING, "once");
        }
        for still in [&other, &stranger] {
            is_user(still).await;
            assert_eq!(still.received("unauthorized").await, NOTHING);
        }
        // The token is valid by itself, and its session is no more.
        let refused =
            connect_with(&node, &server, "websocket", json!({ "token": access })).await.unwrap_err();
        assert_eq!(refused.message, "Unauthorized: the session has ended");
        let ack = same.call("authenticate", json!({ "token": access })).await;
        failed(&same, "authenticate", ack, 401, "Unauthorized").await;

        data("auth-logout-all", other.call("auth-logout-all", Value::Null).await);
        assert_eq!(told(&other).await, "Unauthorized: the session has ended");
        is_user(&stranger).await;
    }
}

#[tokio::test]
async fn a_session_of_a_socket_says_where_it_is_used() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(api(&store, config())).await;
        let headers = json!({ "user-agent": "Test/1.0", "x-forwarded-for": "1.2.3.4" });
        let options = json!({ "transports": ["websocket"], "extraHeaders": headers });
        let socket = node.connect(&server.url(), options).await.unwrap();
        data("auth-register", socket.call("auth-register", registration("ada")).await);
        let sessions = data("auth-list-sessions", socket.call("auth-list-sessions", Value::Null).await);
        assert_eq!(sessions.as_array().unwrap().len(), 1);
        assert_eq!(
            (&sessions[0]["device"], &sessions[0]["address"]),
            (&json!("Test/1.0"), &json!("127.0.0.1"))
        );
    }
}

#[tokio::test]
async fn another_password_ends_every_socket_of_the_user() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let (outbox, mut inbox) = mpsc::unbounded_channel();
        let server = Server::of(api(&store, config().deliver(Outbox(outbox)))).await;
        let (socket, access, _) = member(&node, &server, "ada").await;
        let polling = json!({ "token": access });
        let polling = connect_with(&node, &server, "polling", polling).await.unwrap();
        let (stranger, ..) = member(&node, &server, "bea").await;
        let asked = stranger.call("auth-reset-password", json!({ "email": "ada@example.com" })).await;
        assert_eq!(data("auth-reset-password", asked), Value::Null);
        let change =
            json!({ "resetPasswordToken": inbox.recv().await, "newPassword": "better horse battery" });
        data("auth-change-password", stranger.call("auth-change-password", change).await);
        for ended in [&socket, &polling] {
            assert_eq!(told(ended).await, "Unauthorized: the session has ended");
            is_nobody(ended).await;
        }
        is_user(&stranger).await;
    }
}

#[tokio::test]
async fn without_accounts_a_token_is_not_looked_at() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(crate::http::builder(&store)).await;
        for token in [json!("abc"), json!({ "$ne": null })] {
            let socket = connect_with(&node, &server, "websocket", json!({ "token": token })).await.unwrap();
            assert_eq!(data("get-many-user", socket.call("get-many-user", json!({})).await), json!([]));
            let ack = socket.call("authenticate", json!({ "token": "abc" })).await;
            failed(&socket, "authenticate", ack, 404, "Cannot find event authenticate").await;
        }
    }
}
