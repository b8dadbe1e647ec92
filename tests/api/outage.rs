//! A MongoDB that is killed or frozen with calls in flight, and comes back.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dynamic_api::Limits;
use dynamic_api_runtime::store::MongoStore;
use serde_json::{Value, json};
use test_support::{Mongod, NodeClient, Socket, TestStore, Topology};

use crate::{
    http::{Http, Reply, builder},
    server::{Server, connect},
};

/// What a call may take in these applications.
const CALL_TIME: Duration = Duration::from_secs(5);
/// No call may take longer, whatever the database does: there is room for a slow machine.
const BOUND: Duration = Duration::from_secs(15);
const SAID: &str = "The service is temporarily unavailable";

async fn call_over_http(api: &Http, number: usize, id: &str) -> Reply {
    let user = json!({ "name": "n", "email": format!("h{number}") });
    match number % 5 {
        0 => api.get("/users").await,
        1 => api.get(&format!("/users/{id}")).await,
        2 => api.post("/users", user).await,
        3 => api.patch(&format!("/users?ids={id}"), json!({ "age": number })).await,
        _ => api.post("/users/many", json!({ "list": [user] })).await,
    }
}

async fn call_over_socket(socket: &Socket, number: usize, id: &str) -> Value {
    let user = json!({ "name": "n", "email": format!("s{number}") });
    let (event, payload) = match number % 5 {
        0 => ("get-many-user", json!({})),
        1 => ("get-one-user", json!({ "id": id })),
        2 => ("create-one-user", user),
        3 => ("update-many-user", json!({ "ids": [id], "age": number })),
        _ => ("create-many-user", json!({ "list": [user] })),
    };
    let ack = socket.emit_with_ack(event, [payload], BOUND).await;
    ack.unwrap_or_else(|| panic!("{event} was not answered in time")).remove(0)
}

/// Has 20 calls in flight, half of them over a socket, while the database goes away; checks every answer.
async fn twenty_calls(api: &Http, socket: &Socket, id: &str, goes_away: impl FnOnce() + Send + 'static) {
    let began = Instant::now();
    let over_http = futures_util::future::join_all((0..10).map(|number| call_over_http(api, number, id)));
    let over_socket =
        futures_util::future::join_all((0..10).map(|number| call_over_socket(socket, number, id)));
    let gone = tokio::task::spawn_blocking(goes_away);
    let (replies, acks, gone) = tokio::join!(over_http, over_socket, gone);
    gone.unwrap();
    assert!(began.elapsed() < BOUND, "it took {:?}", began.elapsed());
    for reply in replies {
        if !reply.status.is_success() {
            reply.problem(503, SAID);
            assert_eq!(reply.header("retry-after"), "1");
        }
    }
    for ack in acks {
        if ack.get("event").is_none() {
            assert_eq!((&ack["statusCode"], &ack["message"]), (&json!(503), &json!(SAID)), "{ack}");
        }
    }
    // With the database gone, no call succeeds.
    call_over_http(api, 0, id).await.problem(503, SAID);
    assert_eq!(call_over_socket(socket, 2, id).await["statusCode"], 503);
}

/// Asks until the database is back, which the driver finds out by itself.
async fn serves_on(api: &Http, socket: &Socket) {
    let began = Instant::now();
    while !api.get("/users").await.status.is_success() {
        assert!(began.elapsed() < BOUND, "the API does not serve on");
    }
    let list = api.get("/users?limit=1000").await.json(200);
    let over_socket = socket.call("get-many-user", json!({ "limit": 1000 })).await;
    assert_eq!(over_socket["data"], list);
    let user = api.post("/users", json!({ "name": "back", "email": format!("{:?}", began) })).await.json(201);
    assert_eq!(user["name"], "back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_answered_by_a_503_and_the_server_serves_on() {
    let node = NodeClient::start().await;
    let mongod = tokio::task::spawn_blocking(|| Mongod::start(Topology::ReplicaSet)).await.unwrap();
    let mongod = Arc::new(mongod);
    let store = TestStore::of_mongo(&MongoStore::connect(&mongod.uri()).await.unwrap());
    let mut limits = Limits::default();
    (limits.call_time, limits.read_time) = (CALL_TIME, CALL_TIME / 2);
    let api = Http(builder(&store).limits(limits.clone()).build().await.unwrap());
    let server = Server::of(builder(&store).limits(limits)).await;
    let socket = connect(&node, &server.url()).await;
    let (_, id) = api.user("ada").await;

    let killed = mongod.clone();
    twenty_calls(&api, &socket, &id, move || killed.kill()).await;
    let restarted = mongod.clone();
    tokio::task::spawn_blocking(move || restarted.restart()).await.unwrap();
    serves_on(&api, &socket).await;

    let frozen = mongod.clone();
    twenty_calls(&api, &socket, &id, move || frozen.freeze()).await;
    let thawed = mongod.clone();
    tokio::task::spawn_blocking(move || thawed.thaw()).await.unwrap();
    serves_on(&api, &socket).await;
}
