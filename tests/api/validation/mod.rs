//! What must be true of what clients send, by every way of writing, over both transports and on both stores.

mod accounts;
mod entities;
mod references;
mod rules;
mod several;
mod unique;
mod ways;
mod words;

use serde_json::{Value, json};

use crate::via::{Answer, Route, Via, route};

fn events(kind: &str) -> Route<'_> {
    route(kind, "events", "event")
}

/// An event without fault.
fn event(code: &str) -> Value {
    json!({
        "code": code, "title": "Talk", "price": 10,
        "starts": "2026-05-01T10:00:00.000Z", "ends": "2026-05-01T11:00:00.000Z",
    })
}

/// An event with other members in the place of some.
fn with(code: &str, members: Value) -> Value {
    let mut event = event(code);
    event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    event
}

/// The id of a new event without fault.
async fn stored(via: &Via, code: &str) -> Value {
    via.call(events("create_one"), event(code)).await.ok()["id"].clone()
}

/// The pointers and codes that a refusal names, in order.
#[track_caller]
fn found(answer: &Answer) -> Vec<(&str, &str)> {
    assert_eq!(answer.status, 400, "{answer:?}");
    let errors = answer.body["errors"].as_array().unwrap();
    errors.iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
}
