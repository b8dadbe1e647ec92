//! Two applications over one database, as two processes have it: what one ends, sockets of the other learn.

use std::time::{Duration, Instant};

use ::http::Method;
use serde_json::{Value, json};
use test_support::{NodeClient, Socket, mongo_store};
use tokio::sync::mpsc;

use super::{Outbox, PASSWORD, api, config, credentials, get, register, send, text};
use crate::{
    http::Http,
    server::{Server, data},
};

/// How long it takes until a socket is told that it is nobody.
async fn until_told(socket: &Socket) -> Duration {
    let start = Instant::now();
    let told = socket.wait_for("unauthorized").await;
    assert_eq!(told[0]["message"], "Unauthorized: the session has ended");
    let ack = socket.call("auth-get-account", Value::Null).await;
    assert_eq!(ack["statusCode"], 401);
    start.elapsed()
}

#[tokio::test]
async fn sessions_that_another_process_ends_are_over_within_a_second() {
    let store = mongo_store().await;
    let (outbox, mut inbox) = mpsc::unbounded_channel();
    let config = config().deliver(Outbox(outbox));
    let here = Server::of(api(&store, config.clone())).await;
    let other = api(&store, config);
    let handle = other.handle();
    let there = Http(other.build().await.unwrap());
    let node = NodeClient::start().await;
    let user = async |name: &str| {
        let (access, refresh) = register(&there, name).await;
        let options = json!({ "transports": ["websocket"], "auth": { "token": access } });
        (node.connect(&here.url(), options).await.unwrap(), access, refresh)
    };
    let mut times = vec![];

    // Nobody was there to be looked after before this one.
    let (socket, _, refresh) = user("ada").await;
    let (still, ..) = user("bea").await;
    let done = there.post("/auth/logout", json!({ "refreshToken": refresh })).await;
    assert_eq!(done.status.as_u16(), 204);
    times.push(until_told(&socket).await);

    // Who becomes a user later is looked after as well.
    data("auth-login", socket.call("auth-login", credentials("ada")).await);
    there.post("/auth/reset-password", json!({ "email": "ada@example.com" })).await;
    let change = json!({ "resetPasswordToken": inbox.recv().await, "newPassword": PASSWORD });
    send(&there, Method::PATCH, "/auth/change-password", &[], change).await;
    times.push(until_told(&socket).await);

    let (socket, access, _) = user("cleo").await;
    let id = text(&get(&there, "/auth/account", &access).await.json(200), "id");
    handle.accounts().unwrap().end_sessions(id.parse().unwrap()).await.unwrap();
    times.push(until_told(&socket).await);

    assert!(times.iter().min().unwrap() < &Duration::from_secs(1), "{times:?}");
    let account = data("auth-get-account", still.call("auth-get-account", Value::Null).await);
    assert_eq!(account["email"], "bea@example.com");
    assert_eq!(still.received("unauthorized").await, Vec::<Vec<Value>>::new());
}
