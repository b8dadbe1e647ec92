//! Writes at once: each holds, or is refused as a whole.

use std::{future::Future, sync::Arc};

use axum::body::Body;
use futures_util::future::join_all;
use http::{Method, Request};
use serde_json::{Value, json};
use test_support::{TestStore, both_stores};
use tokio::sync::Barrier;

use super::items::builder;
use crate::http::{Http, Reply};

/// Calls at once.
const CALLS: usize = 30;

/// Runs a test on both stores.
async fn on_both(test: impl AsyncFn(&Http, &TestStore)) {
    for store in both_stores().await {
        test(&Http(builder(&store).build().await.unwrap()), &store).await;
    }
}

/// Makes calls, none of which begins before all are about to: their replies.
async fn at_once<F>(calls: usize, call: impl Fn(usize) -> F) -> Vec<Reply>
where
    F: Future<Output = Reply> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(calls));
    let tasks = (0..calls).map(|number| {
        let (barrier, call) = (barrier.clone(), call(number));
        tokio::spawn(async move {
            barrier.wait().await;
            call.await
        })
    });
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

async fn item(api: &Http, code: &str, more: Value) -> String {
    let mut body = json!({ "title": "t", "code": code, "price": 1 });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.post("/items", body).await.json(201)["id"].as_str().unwrap().to_owned()
}

fn patch(api: &Http, path: String, form: &str, patch: &Value) -> impl Future<Output = Reply> + Send + use<> {
    let request = Request::builder().method(Method::PATCH).uri(path);
    let request = request.header("content-type", format!("application/{form}+json"));
    let (api, request) = (api.clone(), request.body(Body::from(patch.to_string())).unwrap());
    async move { api.send(request).await }
}

/// How many replies are of this status; all others must be of the other one.
#[track_caller]
fn count(store: &TestStore, replies: &[Reply], status: u16, otherwise: u16) -> usize {
    let is = |reply: &&Reply, status| reply.status.as_u16() == status;
    let stray = replies.iter().find(|reply| !is(reply, status) && !is(reply, otherwise));
    assert!(stray.is_none(), "{}: {stray:?}", store.name());
    replies.iter().filter(|reply| is(reply, status)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_additions_to_a_list_are_there() {
    on_both(async |api, store| {
        let one = format!("/items/{}", item(api, "c", json!({ "tags": [] })).await);
        let replies = at_once(CALLS, |number| {
            let addition = json!([{ "op": "add", "path": "/tags/-", "value": format!("t{number:02}") }]);
            patch(api, one.clone(), "json-patch", &addition)
        });
        assert_eq!(count(store, &replies.await, 200, 200), CALLS, "{}", store.name());
        let mut tags: Vec<String> =
            serde_json::from_value(api.get(&one).await.json(200)["tags"].clone()).unwrap();
        tags.sort();
        assert_eq!(
            tags,
            (0..CALLS).map(|number| format!("t{number:02}")).collect::<Vec<_>>(),
            "{}",
            store.name()
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_swaps_wins() {
    on_both(async |api, store| {
        for path in ["/stock", "/address/zip", "/sizes/0"] {
            let more = json!({ "stock": 5, "address": { "city": "Ulm", "zip": 5 }, "sizes": [5] });
            let id = item(api, path, more).await;
            let swap = |number: usize| {
                let swap = json!([
                    { "op": "test", "path": path, "value": 5 },
                    { "op": "replace", "path": path, "value": 100 + number },
                ]);
                // Half of them by the route of many.
                let path = if number.is_multiple_of(2) {
                    format!("/items/{id}")
                } else {
                    format!("/items?ids={id}")
                };
                patch(api, path, "json-patch", &swap)
            };
            let replies = at_once(CALLS, swap).await;
            assert_eq!(count(store, &replies, 200, 409), 1, "{} {path}", store.name());
            let won = replies.iter().position(|reply| reply.status == 200).unwrap();
            let now = api.get(&format!("/items/{id}")).await.json(200);
            assert_eq!(now.pointer(path), Some(&json!(100 + won)), "{}", store.name());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn merges_of_different_members_all_hold() {
    on_both(async |api, store| {
        let one = format!("/items/{}", item(api, "c", json!({ "address": { "city": "Ulm" } })).await);
        let parts = [
            json!({ "title": "new" }),
            json!({ "stock": 7 }),
            json!({ "address": { "city": "Bonn" } }),
            json!({ "address": { "zip": 1 } }),
            json!({ "address": { "geo": { "lat": 1.5 } } }),
            json!({ "tags": ["a"] }),
        ];
        let label = |number: usize| json!({ "labels": { format!("l{number:02}"): number } });
        let replies = at_once(CALLS, |number| {
            let merge = parts.get(number).cloned().unwrap_or_else(|| label(number));
            patch(api, one.clone(), "merge-patch", &merge)
        });
        assert_eq!(count(store, &replies.await, 200, 200), CALLS, "{}", store.name());
        let now = api.get(&one).await.json(200);
        let address = json!({ "city": "Bonn", "zip": 1, "geo": { "lat": 1.5 } });
        for (name, value) in
            [("title", json!("new")), ("stock", json!(7)), ("address", address), ("tags", json!(["a"]))]
        {
            assert_eq!(now[name], value, "{} {name}", store.name());
        }
        for number in parts.len()..CALLS {
            assert_eq!(now["labels"][format!("l{number:02}")], json!(number), "{}", store.name());
        }
    })
    .await;
}

/// Titles of the living items, by code.
async fn titles(api: &Http) -> Vec<(String, String)> {
    let rows = api.get("/items?limit=100&sort=code&fields=code,title").await.json(200);
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(|row| (text(row, "code"), text(row, "title"))).collect()
}

/// How many calls at once want what one can have.
const RIVALS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_update_of_many_takes_a_code_and_the_others_change_nothing() {
    on_both(async |api, store| {
        let mut ids = vec![];
        for number in 0..RIVALS {
            ids.push(item(api, &format!("c{number}"), json!({})).await);
        }
        let replies = at_once(RIVALS, |number| {
            let (api, path) = (api.clone(), format!("/items?ids={}", ids[number]));
            async move { api.patch(&path, json!({ "title": "new", "code": "taken" })).await }
        });
        assert_eq!(count(store, &replies.await, 200, 409), 1, "{}", store.name());
        // Of two documents neither takes it, and the first is not left with it.
        let both = format!("/items?ids={},{}", ids[0], ids[1]);
        let twice = at_once(RIVALS, |number| {
            let (api, path) = (api.clone(), both.clone());
            async move { api.patch(&path, json!({ "title": "twice", "code": format!("twice{number}") })).await }
        });
        assert_eq!(count(store, &twice.await, 409, 409), RIVALS, "{}", store.name());
        let titles = titles(api).await;
        assert_eq!(titles.iter().filter(|(_, title)| title == "t").count(), RIVALS - 1, "{titles:?}");
        assert!(titles.contains(&("taken".to_owned(), "new".to_owned())), "{} {titles:?}", store.name());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_restore_of_many_takes_a_code_and_the_others_restore_nothing() {
    on_both(async |api, store| {
        let mut groups = vec![];
        for number in 0..RIVALS {
            // Among deleted rows a code can stand more than once.
            let group =
                [item(api, "taken", json!({})).await, item(api, &format!("c{number}"), json!({})).await];
            api.delete(&format!("/items?ids={}", group.join(","))).await.json(200);
            groups.push(group);
        }
        let replies = at_once(RIVALS, |number| {
            let mut group = groups[number].clone();
            group.rotate_left(number % 2);
            let (api, path) = (api.clone(), format!("/items/restore?ids={}", group.join(",")));
            async move { api.bare(Method::POST, &path).await }
        });
        let replies = replies.await;
        assert_eq!(count(store, &replies, 200, 409), 1, "{}", store.name());
        let won = replies.iter().position(|reply| reply.status == 200).unwrap();
        let codes: Vec<String> = titles(api).await.into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, [format!("c{won}"), "taken".to_owned()], "{}", store.name());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_batch_of_many_takes_a_code_and_the_others_do_nothing() {
    on_both(async |api, store| {
        let mut ids = vec![];
        for number in 0..RIVALS {
            ids.push(item(api, &format!("c{number}"), json!({})).await);
        }
        let replies = at_once(RIVALS, |number| {
            let list = json!([
                { "create": { "title": "made", "code": format!("made{number}"), "price": 1 } },
                { "update": { "id": ids[number], "title": "new" } },
                { "create": { "title": "made", "code": "taken", "price": 1 } },
                { "update": { "id": ids[number], "stock": 1 } },
            ]);
            let api = api.clone();
            async move { api.post("/items/batch", json!({ "list": list })).await }
        });
        let replies = replies.await;
        assert_eq!(count(store, &replies, 200, 409), 1, "{}", store.name());
        let won = replies.iter().position(|reply| reply.status == 200).unwrap();
        let mut expected: Vec<(String, String)> = (0..RIVALS)
            .map(|number| (format!("c{number}"), if number == won { "new" } else { "t" }.to_owned()))
            .chain([format!("made{won}"), "taken".to_owned()].map(|code| (code, "made".to_owned())))
            .collect();
        expected.sort();
        assert_eq!(titles(api).await, expected, "{}", store.name());
    })
    .await;
}
