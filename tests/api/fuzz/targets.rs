//! Whatever is sent beside a target, no other document changes.

use std::collections::BTreeSet;

use bson::{RawDocumentBuf, doc, oid::ObjectId};
use dynamic_api::query::{Filter, Find};
use http::Method;
use serde_json::{Map, Value, json};
use test_support::{TestStore, both_stores};

use super::{data::id, items::builder, random::Random, wire::Wire};
use crate::{http::Http, server::Server};

/// Calls on each store.
const CALLS: usize = 1000;
/// Documents, of which every other one is deleted.
const DOCUMENTS: usize = 8;

fn document(number: usize) -> RawDocumentBuf {
    let mut item = doc! { "_id": id("items", number), "title": "t", "code": format!("c{number}"), "price": 1.0, "__v": 0 };
    if number % 2 == 1 {
        item.extend(doc! { "isDeleted": true, "deletedAt": bson::DateTime::from_millis(0) });
    }
    RawDocumentBuf::try_from(&item).unwrap()
}

async fn stored(store: &TestStore) -> Vec<(ObjectId, RawDocumentBuf)> {
    let rows = store.find("items", &Find::new(Filter::All)).await.unwrap();
    rows.into_iter().map(|row| (row.get_object_id("_id").unwrap(), row)).collect()
}

/// A call, and which documents it may change or make.
#[derive(Debug)]
struct Call {
    event: &'static str,
    /// The request, where the call goes over HTTP.
    http: Option<(Method, String)>,
    payload: Value,
    targets: BTreeSet<ObjectId>,
    makes: usize,
}

/// A generator of calls.
struct Calls(Random);

impl Calls {
    fn number(&mut self) -> usize {
        self.0.below(DOCUMENTS)
    }

    fn hex(&mut self) -> String {
        id("items", self.number()).to_hex()
    }

    /// What names a document where none may be named.
    fn stray(&mut self) -> Value {
        let hex = self.hex();
        self.0.pick(&[
            json!(hex),
            json!([hex]),
            json!({ "$ne": hex }),
            json!({ "$in": [hex] }),
            json!({ "$gt": "" }),
            json!({ "ne": hex }),
            json!({ "in": hex }),
            json!({ "exists": true }),
            json!({ "$oid": hex }),
            json!(true),
            json!(0),
            json!({}),
            json!([[hex]]),
            json!(null),
            json!("*"),
            json!(""),
        ])
    }

    /// Members that name documents, by names that mean nothing here.
    fn strays(&mut self, names: &[&str]) -> Map<String, Value> {
        (0..self.0.below(3)).map(|_| (self.0.pick(names).to_owned(), self.stray())).collect()
    }

    /// What stands behind the path of a request.
    fn query(&mut self) -> String {
        let hex = self.hex();
        let names = [
            "id",
            "_id",
            "_id[$ne]",
            "ids[$ne]",
            "ids[ne]",
            "ids[gt]",
            "$where",
            "filter",
            "or[0][id]",
            "id[]",
        ];
        // Most of them are refused by name: enough of the calls are to get behind that.
        let count = if self.0.percent(50) { 0 } else { 1 + self.0.below(2) };
        let pairs =
            (0..count).map(|_| format!("{}={}", self.0.pick(&names), self.0.pick(&[&*hex, "", "*", "1"])));
        pairs.collect::<Vec<_>>().join("&")
    }

    fn members(&mut self) -> Map<String, Value> {
        let mut members = self.strays(&["_id", "$set", "filter", "where", "or", "Id", "$or", "_id.$ne"]);
        members.insert("title".to_owned(), json!("changed"));
        members
    }

    fn next(&mut self) -> Call {
        match self.0.below(10) {
            0..4 => self.of_one(),
            4..7 => self.of_many(),
            7 | 8 => self.upsert(),
            _ => self.batch(),
        }
    }

    fn of_one(&mut self) -> Call {
        let (event, method, front) = self.0.pick(&[
            ("update-one-item", Method::PATCH, ""),
            ("replace-one-item", Method::PUT, ""),
            ("delete-one-item", Method::DELETE, ""),
            ("restore-one-item", Method::POST, "/restore"),
            ("purge-one-item", Method::DELETE, "/purge"),
        ]);
        let target = id("items", self.number());
        let mut payload = self.members();
        if event == "replace-one-item" {
            payload.extend([("code".to_owned(), json!("replaced")), ("price".to_owned(), json!(2))]);
        }
        payload.extend(self.strays(&["ids", "id"]));
        let mut targets = BTreeSet::from([target]);
        let http = self
            .0
            .percent(50)
            .then(|| (method, format!("/items{front}/{}?{}", target.to_hex(), self.query())));
        if http.is_none() && self.0.percent(70) {
            payload.insert("id".to_owned(), json!(target.to_hex()));
        } else if http.is_none() {
            // What is no text is no id.
            targets = payload
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| id.parse().ok())
                .into_iter()
                .collect();
        }
        Call { event, http, payload: payload.into(), targets, makes: 0 }
    }

    fn of_many(&mut self) -> Call {
        let (event, method, front) = self.0.pick(&[
            ("update-many-item", Method::PATCH, ""),
            ("delete-many-item", Method::DELETE, ""),
            ("restore-many-item", Method::POST, "/restore"),
        ]);
        let targets: BTreeSet<ObjectId> =
            (0..1 + self.0.below(2)).map(|_| id("items", self.number())).collect();
        let ids: Vec<String> = targets.iter().map(|id| id.to_hex()).collect();
        let mut payload = self.members();
        payload.extend(self.strays(&["id"]));
        if self.0.percent(50) {
            let path = format!("/items{front}?ids={}&{}", ids.join(","), self.query());
            return Call { event, http: Some((method, path)), payload: payload.into(), targets, makes: 0 };
        }
        if self.0.percent(60) {
            payload.insert("ids".to_owned(), json!(ids));
            return Call { event, http: None, payload: payload.into(), targets, makes: 0 };
        }
        let stray = self.stray();
        // A text and a list of texts are ids.
        let named = stray
            .as_str()
            .into_iter()
            .chain(stray.as_array().into_iter().flatten().filter_map(Value::as_str));
        let targets = named.filter_map(|id| id.parse().ok()).collect();
        payload.insert("ids".to_owned(), stray);
        Call { event, http: None, payload: payload.into(), targets, makes: 0 }
    }

    fn upsert(&mut self) -> Call {
        let number = self.0.below(DOCUMENTS + 2);
        let mut payload = self.members();
        payload.extend(self.strays(&["id", "ids"]));
        payload.extend([("code".to_owned(), json!(format!("c{number}"))), ("price".to_owned(), json!(2))]);
        if self.0.percent(20) {
            payload.insert("code".to_owned(), self.stray());
        }
        let code = payload["code"]
            .as_str()
            .and_then(|code| code.strip_prefix('c'))
            .and_then(|code| code.parse().ok());
        // A deleted document is none, so that another one is made.
        let target = code.filter(|number: &usize| *number < DOCUMENTS && number.is_multiple_of(2));
        let http = self.0.percent(50).then(|| (Method::PUT, format!("/items?{}", self.query())));
        let targets = target.map(|number| id("items", number)).into_iter().collect();
        Call {
            event: "upsert-one-item",
            http,
            payload: payload.into(),
            targets,
            makes: usize::from(target.is_none()),
        }
    }

    fn batch(&mut self) -> Call {
        let mut targets = BTreeSet::new();
        let list: Vec<Value> = (0..1 + self.0.below(3))
            .map(|_| {
                let verb = self.0.pick(&["update", "replace", "delete"]);
                let mut members = if verb == "delete" { Map::new() } else { self.members() };
                if verb == "replace" {
                    members.extend([("code".to_owned(), json!("replaced")), ("price".to_owned(), json!(2))]);
                }
                members.extend(self.strays(&["ids", "_id"]));
                let named = if self.0.percent(60) { json!(self.hex()) } else { self.stray() };
                targets.extend(named.as_str().and_then(|id| id.parse::<ObjectId>().ok()));
                members.insert("id".to_owned(), named);
                json!({ verb: members })
            })
            .collect();
        let payload = json!({ "list": list, "atomic": self.0.percent(50) });
        let http = self.0.percent(50).then(|| (Method::POST, "/items/batch".to_owned()));
        Call { event: "batch-item", http, payload, targets, makes: 0 }
    }
}

/// How many calls changed a document.
async fn run(store: &TestStore, seed: u64) -> usize {
    let api = Http(builder(store).build().await.unwrap());
    let server = Server::of(builder(store)).await;
    let mut wire = Wire::to(&server).await;
    let (mut calls, mut changed) = (Calls(Random(seed)), 0);
    let documents: Vec<RawDocumentBuf> = (0..DOCUMENTS).map(document).collect();
    store.insert("items", &documents).await.unwrap();
    for number in 0..CALLS {
        let call = calls.next();
        let about = format!("{} seed {seed:#x} call {number}: {call:?}", store.name());
        let status = match &call.http {
            Some((method, path)) => {
                api.text(method.clone(), path, call.payload.to_string()).await.status.as_u16().into()
            }
            None => {
                let ack = wire.call(call.event, &call.payload.to_string()).await;
                serde_json::from_str::<Value>(&ack).unwrap()["statusCode"].as_u64().unwrap_or(200)
            }
        };
        assert!(status < 500, "{about}: {status}");
        let after = stored(store).await;
        for (id, before) in
            documents.iter().map(|document| (document.get_object_id("_id").unwrap(), document))
        {
            let now = after.iter().find(|(other, _)| *other == id).map(|(_, document)| document);
            assert!(now == Some(before) || call.targets.contains(&id), "{about}: {now:?}");
        }
        let made = after
            .iter()
            .filter(|(id, _)| documents.iter().all(|one| one.get_object_id("_id").unwrap() != *id));
        assert!(made.count() <= call.makes, "{about}");
        if after.iter().map(|(_, document)| document).ne(&documents) {
            changed += 1;
            store.delete_many("items", &Filter::All).await.unwrap();
            store.insert("items", &documents).await.unwrap();
        }
    }
    changed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_target_of_a_call_changes() {
    for store in both_stores().await {
        let changed = run(&store, 0x7A_5EED).await;
        assert!(changed > CALLS / 5, "{}: {changed}", store.name());
    }
}
