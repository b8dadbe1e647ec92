//! Patches: the same one of the same document comes to the same on both stores, whichever route it goes by.

use std::sync::Arc;

use axum::body::Body;
use bson::{Document, RawDocumentBuf, oid::ObjectId};
use dynamic_api::query::{Filter, Find};
use futures_util::future::join_all;
use http::{Method, Request};
use serde_json::{Map, Value, json};
use test_support::TestStore;

use super::{
    data::{id, plain_item},
    pair::Pair,
    random::Random,
};
use crate::http::Http;

/// Patches in all.
const PATCHES: usize = 20_000;
/// Tasks that send them, each to documents of its own.
const TASKS: usize = 8;
/// After how many patches a task begins with new documents.
const ROUND: usize = 25;

const PATHS: [&str; 46] = [
    "/title",
    "/title",
    "/code",
    "/price",
    "/price",
    "/stock",
    "/stock",
    "/small",
    "/active",
    "/kind",
    "/soldAt",
    "/amount",
    "/serial",
    "/owner",
    "/friends",
    "/friends/0",
    "/friends/-",
    "/parent",
    "/tags",
    "/tags/0",
    "/tags/1",
    "/tags/-",
    "/sizes",
    "/sizes/-",
    "/sizes/01",
    "/address",
    "/address/city",
    "/address/zip",
    "/address/geo",
    "/address/geo/lat",
    "/comments",
    "/comments/0",
    "/comments/0/likes",
    "/comments/-",
    "/labels",
    "/labels/en",
    "/labels/x~1y",
    "/page",
    "/note",
    "/secret",
    "/vault/city",
    "/pin",
    "/length",
    "/id",
    "/_id",
    "",
];

/// How a patch is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Members,
    Merge,
    Operations,
}

impl Form {
    fn content_type(self) -> &'static str {
        match self {
            Self::Members => "application/json",
            Self::Merge => "application/merge-patch+json",
            Self::Operations => "application/json-patch+json",
        }
    }
}

/// Which route a patch goes by.
#[derive(Debug, Clone, Copy)]
enum Route {
    One,
    Many,
    Batch,
}

impl Random {
    fn patch_value(&mut self, path: &str, codes: &[String]) -> Value {
        if self.percent(15) {
            return self.pick(&[
                json!(null),
                json!("x"),
                json!(1),
                json!(1.5),
                json!(true),
                json!([]),
                json!({}),
                json!({ "$set": 1 }),
                json!({ "a.b": 1 }),
                json!(u64::MAX),
                json!({ "city": "Ulm", "vault": "z" }),
            ]);
        }
        let address = json!({ "city": "Bonn", "zip": 1, "geo": { "lat": 1.5 } });
        match path {
            "/code" => json!(self.pick(codes)),
            "/price" | "/address/geo/lat" => self.pick(&[json!(1.5), json!(2), json!(-0.0)]),
            "/stock" | "/small" | "/page" | "/address/zip" | "/labels/en" | "/labels/x~1y"
            | "/comments/0/likes" | "/sizes/-" | "/sizes/01" => {
                self.pick(&[json!(1), json!(5), json!(2.0), json!(null)])
            }
            "/active" => json!(self.percent(50)),
            "/kind" => json!(self.pick(&["draft", "public", "nope"])),
            "/soldAt" => json!(self.pick(&["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z", "never"])),
            "/amount" => json!(self.pick(&["1.1", "1.10", "NaN"])),
            "/serial" => json!("01010101-0101-0101-0101-010101010101"),
            "/owner" | "/parent" | "/friends/0" | "/friends/-" => json!(id("owners", 1).to_hex()),
            "/friends" => json!([id("owners", 1).to_hex()]),
            "/tags" => json!(self.pick(&[vec![], vec!["a"], vec!["a", "b"]])),
            "/sizes" => json!([1, 5]),
            "/address" => address,
            "/address/geo" => json!({ "lat": 1.5, "at": "2026-01-02T03:04:05Z" }),
            "/comments" => json!([{ "text": "x", "likes": 1 }]),
            "/comments/0" | "/comments/-" => json!({ "text": "Ada", "marks": ["red"] }),
            "/labels" => json!({ "en": 1 }),
            "/vault/city" => json!("Ada"),
            _ => json!(self.pick(&["Ada", "z1", "x", ""])),
        }
    }

    fn operations(&mut self, codes: &[String]) -> Value {
        let count = self.pick(&[1, 1, 1, 2, 3]);
        let operation = |_| {
            let op = self.pick(&[
                "add", "add", "replace", "replace", "remove", "test", "test", "copy", "move", "nope",
            ]);
            let (path, from) = (self.pick(&PATHS), self.pick(&PATHS));
            json!({ "op": op, "path": path, "from": from, "value": self.patch_value(path, codes) })
        };
        (0..count).map(operation).collect()
    }

    fn merge(&mut self, codes: &[String]) -> Map<String, Value> {
        let mut merge = Map::new();
        for _ in 0..1 + self.below(2) {
            let path = self.pick(&PATHS[..PATHS.len() - 1]);
            let value = if self.percent(15) { Value::Null } else { self.patch_value(path, codes) };
            let nested = path.split('/').skip(1).collect::<Vec<_>>();
            let nested =
                nested.iter().rev().fold(value, |value, name| json!({ name.replace("~1", "-"): value }));
            merge.extend(nested.as_object().cloned().unwrap_or_default());
        }
        merge
    }

    fn patch(&mut self, codes: &[String]) -> (Form, Value) {
        match self.below(3) {
            0 => (Form::Members, self.merge(codes).into()),
            1 => (Form::Merge, self.merge(codes).into()),
            _ => (Form::Operations, self.operations(codes)),
        }
    }
}

/// What a patch came to, the same for all routes.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    /// The document, or what is said against the patch.
    body: Value,
}

async fn send(api: &Http, route: Route, id: ObjectId, form: Form, patch: &Value) -> Answer {
    let id = id.to_hex();
    let (method, path, body) = match route {
        Route::One => (Method::PATCH, format!("/items/{id}"), patch.to_string()),
        Route::Many => (Method::PATCH, format!("/items?ids={id}"), patch.to_string()),
        Route::Batch => {
            let mut members = patch.clone();
            members["id"] = id.into();
            let body = json!({ "list": [{ "update": members }], "atomic": false });
            (Method::POST, "/items/batch".to_owned(), body.to_string())
        }
    };
    let request = Request::builder().method(method).uri(path).header("content-type", form.content_type());
    let reply = api.send(request.body(Body::from(body)).unwrap()).await;
    let (mut status, mut body) = (reply.status.as_u16(), serde_json::from_str::<Value>(&reply.text).unwrap());
    if matches!(route, Route::Batch) && status == 200 {
        status = u16::try_from(body[0]["status"].as_u64().unwrap()).unwrap();
        let member = if status == 200 { "data" } else { "error" };
        body = body[0][member].take();
    }
    if matches!(route, Route::Many) && status == 200 {
        body = body[0].take();
    }
    let text = body.to_string();
    assert!(!text.contains("hidden-") && !text.contains("secret\":"), "{patch}: {text}");
    if status == 200 {
        body.as_object_mut().unwrap().shift_remove("updatedAt");
        return Answer { status, body };
    }
    // Pointers of a batch begin elsewhere.
    Answer { status, body: if matches!(route, Route::Batch) { json!({}) } else { body["errors"].take() } }
}

async fn stored(store: &TestStore, ids: &[ObjectId]) -> Vec<Document> {
    let rows = store.find("items", &Find::new(Filter::is_in("_id", ids.iter().copied()))).await.unwrap();
    let mut rows: Vec<Document> = rows.iter().map(|row| Document::try_from(&**row).unwrap()).collect();
    rows.sort_by_key(|row| row.get_object_id("_id").unwrap());
    for row in &mut rows {
        row.remove("updatedAt");
    }
    rows
}

/// Documents without what their stores hold differently, and their members in one order.
fn comparable(mut rows: Vec<Document>) -> Vec<Document> {
    for row in &mut rows {
        // The time of a deletion is not that of the other store's.
        let is_deleted = row.get_datetime("deletedAt").is_ok();
        ["secret", "pin", "deletedAt"].iter().for_each(|name| drop(row.remove(name)));
        row.insert("deletedAt", is_deleted);
        let mut members: Vec<_> = std::mem::take(row).into_iter().collect();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        row.extend(members);
    }
    rows
}

/// One task, with documents of its own.
struct Task {
    pair: Arc<Pair>,
    random: Random,
    codes: Vec<String>,
    ids: Vec<ObjectId>,
    done: usize,
}

impl Task {
    fn new(pair: Arc<Pair>, number: usize) -> Self {
        let codes: Vec<String> = (0..4).map(|code| format!("t{number}-{code}")).collect();
        let ids = (0..3).map(|place| id("items", number * 3 + place)).collect();
        Self { pair, random: Random(0xAC_5EED + number as u64), codes, ids, done: 0 }
    }

    /// Puts new documents in the place of the old ones, which differ in what is hidden.
    async fn begin(&mut self) {
        let documents: Vec<Document> = self
            .ids
            .iter()
            .zip(&self.codes)
            .map(|(id, code)| {
                let mut document = plain_item(&mut self.random, code);
                document.insert("_id", id);
                document
            })
            .collect();
        for (store, hidden) in self.pair.stores.iter().zip([Some("hidden-one"), None]) {
            let mut documents = documents.clone();
            if let Some(hidden) = hidden {
                documents.iter_mut().for_each(|row| {
                    row.extend(["secret", "pin"].map(|name| (name.to_owned(), hidden.into())))
                });
            }
            let rows: Vec<_> = documents.iter().map(|row| RawDocumentBuf::try_from(row).unwrap()).collect();
            store.delete_many("items", &Filter::is_in("_id", self.ids.iter().copied())).await.unwrap();
            store.insert("items", &rows).await.unwrap();
        }
    }

    fn route(&mut self, form: Form, patch: &Value) -> Route {
        let is_batch =
            form == Form::Members && patch.as_object().is_some_and(|members| !members.contains_key("id"));
        match self.random.below(4) {
            0 | 1 => Route::One,
            2 if is_batch => Route::Batch,
            _ => Route::Many,
        }
    }

    async fn patch(&mut self) {
        let (form, patch) = self.random.patch(&self.codes);
        let id = self.random.pick(&self.ids);
        let routes = [self.route(form, &patch), self.route(form, &patch)];
        let [one, other] = &self.pair.apis;
        let (mut answers, about) = (
            tokio::join!(send(one, routes[0], id, form, &patch), send(other, routes[1], id, form, &patch)),
            format!("{id} {form:?} {patch} {routes:?}"),
        );
        assert!(answers.0.status < 500, "{about}: {answers:?}");
        if answers.0.body == json!({}) || answers.1.body == json!({}) {
            (answers.0.body, answers.1.body) = (json!({}), json!({}));
        }
        assert_eq!(answers.0, answers.1, "{about}");
        self.done += usize::from(answers.0.status == 200);
        let (one, other) =
            tokio::join!(stored(&self.pair.stores[0], &self.ids), stored(&self.pair.stores[1], &self.ids));
        assert_eq!(comparable(one), comparable(other), "{about}");
    }

    async fn run(mut self) -> usize {
        for number in 0..PATCHES / TASKS {
            if number % ROUND == 0 {
                self.begin().await;
            }
            self.patch().await;
        }
        self.done
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patch_comes_to_the_same_everywhere() {
    let pair = Arc::new(Pair::empty().await);
    let tasks: Vec<_> =
        (0..TASKS).map(|number| tokio::spawn(Task::new(pair.clone(), number).run())).collect();
    let outcomes = join_all(tasks).await;
    let failures: Vec<String> =
        outcomes.iter().filter_map(|done| done.as_ref().err()).map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let done: usize = outcomes.into_iter().map(Result::unwrap).sum();
    assert!(done > PATCHES / 4, "{done} were applied");
}

/// Batches in all.
const BATCHES: usize = 500;

impl Task {
    /// Changes of documents, each an item of a batch.
    fn items(&mut self) -> Vec<(&'static str, ObjectId, Value)> {
        let count = 1 + self.random.below(3);
        let item = |_| {
            let (verb, id) =
                (self.random.pick(&["update", "update", "replace", "delete"]), self.random.pick(&self.ids));
            let mut members = if verb == "delete" { Map::new() } else { self.random.merge(&self.codes) };
            members.shift_remove("id");
            if verb == "replace" {
                members.extend([("title".to_owned(), json!("new")), ("price".to_owned(), json!(1))]);
                members.insert("code".to_owned(), json!(self.random.pick(&self.codes)));
            }
            (verb, id, Value::Object(members))
        };
        (0..count).map(item).collect()
    }

    /// Does the same as a batch on one store and one by one on the other.
    async fn batch(&mut self) {
        let items = self.items();
        let (batch, single) = self.random.pick(&[(0, 1), (1, 0)]);
        let (is_atomic, before) =
            (self.random.percent(50), stored(&self.pair.stores[batch], &self.ids).await);
        let list = items.iter().map(|(verb, id, members)| {
            let mut members = members.clone();
            members["id"] = id.to_hex().into();
            json!({ *verb: members })
        });
        let body = json!({ "list": list.collect::<Vec<_>>(), "atomic": is_atomic });
        let about = format!("batch on {}: {body}", self.pair.stores[batch].name());
        let reply = self.pair.apis[batch].post("/items/batch", body).await;
        assert!(reply.status.as_u16() < 500, "{about}: {reply:?}");
        let mut expected = vec![];
        for (verb, id, members) in &items {
            let (api, path) = (&self.pair.apis[single], format!("/items/{}", id.to_hex()));
            let reply = match *verb {
                "update" => api.patch(&path, members.clone()).await,
                "replace" => api.put(&path, members.clone()).await,
                _ => api.delete(&path).await,
            };
            expected.push(reply.status.as_u16());
        }
        let all_done = expected.iter().all(|status| *status == 200);
        if is_atomic && !all_done {
            // What can't be read is told before what can't be done.
            let is_told = expected.contains(&reply.status.as_u16()) && reply.status != 200;
            assert!(is_told, "{about}: {expected:?} {reply:?}");
            assert_eq!(stored(&self.pair.stores[batch], &self.ids).await, before, "{about}");
            return self.begin().await;
        }
        let done: Vec<Value> = serde_json::from_str(&reply.json(200).to_string()).unwrap();
        let statuses: Vec<u64> = done.iter().map(|item| item["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, expected.iter().copied().map(u64::from).collect::<Vec<_>>(), "{about} {done:?}");
        self.done += usize::from(all_done);
        let [one, other] = &self.pair.stores;
        let (one, other) = tokio::join!(stored(one, &self.ids), stored(other, &self.ids));
        assert_eq!(comparable(one), comparable(other), "{about}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_comes_to_the_same_as_its_items_one_by_one() {
    let mut task = Task::new(Arc::new(Pair::empty().await), 0);
    for number in 0..BATCHES {
        if number % ROUND == 0 {
            task.begin().await;
        }
        task.batch().await;
    }
    assert!(task.done > BATCHES / 20, "{} were done as a whole", task.done);
}
