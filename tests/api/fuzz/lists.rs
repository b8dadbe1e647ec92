//! Lists: 100,000 queries, half of them as query strings and half as payloads of sockets.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use http::Uri;
use serde_json::{Map, Value, value::RawValue};

use super::{
    items::builder,
    pair::Pair,
    query::{OPERATORS, OTHERS, Query},
    random::Random,
    wire::Wire,
};
use crate::{http::Http, server::Server};

/// Queries of one test.
const QUERIES: usize = 50_000;
/// Tasks that they are sent by.
const TASKS: usize = 8;
/// What is sent goes into an address of at most this length.
const ADDRESS: usize = 8000;

/// What both applications answered.
struct Answer {
    status: u16,
    next: Option<String>,
    rows: usize,
}

/// What came of the queries.
#[derive(Default)]
struct Outcome {
    valid: usize,
    found: usize,
    followed: usize,
    used: BTreeMap<&'static str, usize>,
}

impl Outcome {
    fn add(&mut self, answer: &Answer, query: &Query) {
        if answer.status != 200 {
            return;
        }
        self.valid += 1;
        self.found += usize::from(answer.rows > 0);
        query.used.iter().for_each(|name| *self.used.entry(name).or_default() += 1);
    }

    fn merge(&mut self, other: Self) {
        self.valid += other.valid;
        self.found += other.found;
        self.followed += other.followed;
        other.used.into_iter().for_each(|(name, times)| *self.used.entry(name).or_default() += times);
    }

    /// Everything that a query can hold was in many of those that were answered.
    fn check(&self) {
        assert!(self.valid > QUERIES / 2 && self.found > self.valid / 4, "{} {}", self.valid, self.found);
        for name in OPERATORS.iter().chain(&OTHERS) {
            let times = self.used.get(name).copied().unwrap_or_default();
            assert!(times * 100 >= self.valid, "{name} is in {times} of {} queries", self.valid);
        }
    }
}

/// How the applications are asked.
enum Way {
    Http([Http; 2]),
    Sockets(Box<[Wire; 2]>),
}

impl Way {
    /// Sends a query to both; `None` where this way can't carry it.
    async fn ask(
        &mut self,
        random: &mut Random,
        members: &Map<String, Value>,
        is_mutated: bool,
    ) -> Option<(String, Answer)> {
        match self {
            Self::Http(apis) => {
                let mut query = random.query_text(members);
                if is_mutated {
                    query = random.mutated(&query);
                }
                let uri = format!("/items?{query}");
                if uri.len() > ADDRESS || uri.parse::<Uri>().is_err() {
                    return None;
                }
                let [one, other] = &*apis;
                let (one, other) = tokio::join!(one.get(&uri), other.get(&uri));
                let seen = |reply: &crate::http::Reply| {
                    let names = ["x-total-count", "x-next-cursor", "x-skipped", "link", "content-type"];
                    (reply.status, names.map(|name| reply.header(name).to_owned()), reply.text.clone())
                };
                assert_eq!(seen(&one), seen(&other), "the stores differ in {uri}");
                let status = one.status.as_u16();
                assert!(status == 200 || status == 400, "{uri}: {one:?}");
                let next = Some(one.header("x-next-cursor").to_owned()).filter(|cursor| !cursor.is_empty());
                Some((uri, Answer { status, next, rows: rows(&one.text) }))
            }
            Self::Sockets(wires) => {
                let mut payload = Value::Object(members.clone()).to_string();
                if is_mutated {
                    payload = random.mutated(&payload);
                    serde_json::from_str::<&RawValue>(&payload).ok()?;
                }
                let [one, other] = &mut **wires;
                let event = "get-many-item";
                let (one, other) = tokio::join!(one.call(event, &payload), other.call(event, &payload));
                assert_eq!(one, other, "the stores differ in {payload}");
                let ack: Value = serde_json::from_str(&one).unwrap();
                let status = ack["statusCode"].as_u64().unwrap_or(200);
                assert!(status == 200 || status == 400, "{payload}: {one}");
                assert_eq!(status == 200, ack["event"] == event, "{payload}: {one}");
                let next = ack["meta"]["nextCursor"].as_str().map(str::to_owned);
                let rows = ack["data"].as_array().map_or(0, Vec::len);
                Some((payload, Answer { status: u16::try_from(status).unwrap(), next, rows }))
            }
        }
    }
}

fn rows(json: &str) -> usize {
    serde_json::from_str::<Vec<&RawValue>>(json).map_or(0, |rows| rows.len())
}

/// Sends queries, and goes on behind some of the pages that they get.
async fn send(mut way: Way, seed: u64, count: usize) -> Outcome {
    let (mut random, mut outcome) = (Random(seed), Outcome::default());
    let mut sent = 0;
    while sent < count {
        let mut query = random.query();
        let is_mutated = random.percent(12);
        if is_mutated {
            query.used.clear();
        }
        let Some((_, mut answer)) = way.ask(&mut random, &query.members, is_mutated).await else { continue };
        sent += 1;
        outcome.add(&answer, &query);
        while let Some(cursor) = answer.next.take().filter(|_| !is_mutated && random.percent(40)) {
            query.members.shift_remove("page");
            query.used.remove("page");
            query.used.insert("after");
            let cut = random.percent(5);
            let cursor = if cut { random.mutated(&cursor) } else { cursor };
            query.members.insert("after".to_owned(), cursor.into());
            let Some((sent_as, next)) = way.ask(&mut random, &query.members, false).await else { break };
            assert!(cut || next.status == 200, "{sent_as} was refused");
            sent += 1;
            outcome.followed += 1;
            outcome.add(&next, &query);
            answer = next;
        }
    }
    outcome
}

/// Runs the tasks and puts together what came of them; a failure is told with the seed that leads to it, once all are done.
async fn all(seed: u64, ways: Vec<Way>) -> Outcome {
    let count = QUERIES / ways.len();
    let tasks: Vec<_> =
        ways.into_iter().zip(seed..).map(|(way, seed)| tokio::spawn(send(way, seed, count))).collect();
    let (mut all, mut failures) = (Outcome::default(), vec![]);
    for (outcome, seed) in join_all(tasks).await.into_iter().zip(seed..) {
        match outcome {
            Ok(outcome) => all.merge(outcome),
            Err(error) => failures.push(format!("seed {seed:#x}: {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn query_strings_are_answered_alike() {
    let pair = Pair::seeded().await;
    let ways = (0..TASKS).map(|_| Way::Http(pair.apis.clone()));
    let outcome = all(0x11_5EED, ways.collect()).await;
    outcome.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payloads_are_answered_alike() {
    let pair = Arc::new(Pair::seeded().await);
    let servers = [Server::of(builder(&pair.stores[0])).await, Server::of(builder(&pair.stores[1])).await];
    let mut ways = vec![];
    for _ in 0..TASKS {
        let wires = [Wire::to(&servers[0]).await, Wire::to(&servers[1]).await];
        ways.push(Way::Sockets(Box::new(wires)));
    }
    let outcome = all(0x50C_5EED, ways).await;
    outcome.check();
}
