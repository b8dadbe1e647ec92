//! Many sockets at once of what may succeed once. Over HTTP that is tested beside.

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use test_support::{NodeClient, Socket, both_stores};

use super::{api, config, registration};
use crate::server::{Server, connect, data};

const SOCKETS: usize = 50;

/// How many of as many calls as there are sockets ended in which status; 0 is success.
async fn at_once(sockets: &[Socket], event: &str, payload: &Value) -> BTreeMap<u64, usize> {
    let calls =
        sockets.iter().map(|socket| socket.emit_with_ack(event, [payload.clone()], Duration::from_secs(60)));
    let mut outcomes = BTreeMap::new();
    for ack in join_all(calls).await {
        let ack = ack.unwrap().remove(0);
        *outcomes.entry(ack["statusCode"].as_u64().unwrap_or(0)).or_default() += 1;
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn one_registration_and_one_refresh_succeed() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(api(&store, config())).await;
        let mut sockets = vec![];
        for _ in 0..SOCKETS {
            sockets.push(connect(&node, &server.url()).await);
        }
        let others = SOCKETS - 1;
        let outcomes = at_once(&sockets, "auth-register", &registration("ada")).await;
        assert_eq!(outcomes, BTreeMap::from([(0, 1), (409, others)]), "{}", store.name());

        let pair = data("auth-register", sockets[0].call("auth-register", registration("bea")).await);
        let refresh = json!({ "refreshToken": pair["refreshToken"] });
        let outcomes = at_once(&sockets, "auth-refresh-token", &refresh).await;
        assert_eq!(outcomes, BTreeMap::from([(0, 1), (401, others)]), "{}", store.name());
    }
}
