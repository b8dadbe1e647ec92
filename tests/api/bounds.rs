//! What one call may ask for at most: of references, of bytes, of time.

use std::{sync::Arc, time::Duration};

use dynamic_api::{DynamicApi, Limits, Ref, dynamic_api};
use serde_json::{Value, json};
use test_support::both_stores;
use tokio::sync::Barrier;

use crate::{http::Http, library};

#[dynamic_api(path = "nodes", routes(get_many(populate(children, children.children)), get_one(populate(children)), create_one, update_one))]
pub struct Node {
    pub name: String,
    #[api(default)]
    pub children: Vec<Ref<Node>>,
}

async fn ids(api: &Http, count: usize) -> Vec<Value> {
    let mut ids = vec![];
    for number in 0..count {
        let body = json!({ "name": format!("{number:0>1000}") });
        ids.push(api.post("/nodes", body).await.json(201)["id"].clone());
    }
    ids
}

#[tokio::test]
async fn references_do_not_multiply_without_end() {
    for store in both_stores().await {
        let limits = Limits::default().reply_bytes(1_000_000);
        let api = DynamicApi::builder().store(store.store()).resource::<Node>().limits(limits);
        let api = Http(api.build().await.unwrap());
        let id = ids(&api, 1).await.remove(0);
        let path = format!("/nodes/{}", id.as_str().unwrap());
        // A document that refers to itself, six hundred times.
        let children = json!({ "children": vec![id.clone(); 600] });
        api.patch(&path, children).await.json(200);
        let message = "The reply would be larger than 1000000 bytes: ask for fewer rows or references";
        for query in ["/nodes?populate=children.children".to_owned(), format!("{path}?populate=children")] {
            api.get(&query).await.problem(400, message);
        }
        assert_eq!(api.get(&path).await.json(200)["children"].as_array().unwrap().len(), 600);
        // What is not asked for is not looked up.
        let part = api.get("/nodes?populate=children.children&fields=name").await.json(200);
        assert_eq!(part[0].as_object().unwrap().len(), 2, "{}", store.name());
    }
}

#[tokio::test]
async fn a_page_has_a_limit_of_bytes() {
    for store in both_stores().await {
        let limits = Limits::default().reply_bytes(10_000);
        let api = DynamicApi::builder().store(store.store()).resource::<Node>().limits(limits);
        let api = Http(api.build().await.unwrap());
        ids(&api, 12).await;
        let message = "The reply would be larger than 10000 bytes: ask for fewer rows or references";
        for query in ["/nodes", "/nodes?sort=name"] {
            api.get(query).await.problem(400, message);
        }
        assert_eq!(api.get("/nodes?limit=5").await.json(200).as_array().unwrap().len(), 5);
    }
}

#[tokio::test]
async fn a_list_goes_on_behind_values_that_no_address_holds() {
    for store in both_stores().await {
        let api = Http(library::builder(&store).build().await.unwrap());
        for title in ["a".to_owned(), format!("b{}", "x".repeat(5000)), "c".to_owned(), "d".to_owned()] {
            api.post("/articles", json!({ "title": title, "price": 1 })).await.json(201);
        }
        let (mut seen, mut path) = (String::new(), "/articles?sort=title&limit=1".to_owned());
        let mut behind_long = None;
        loop {
            let reply = api.get(&path).await;
            seen.push_str(&reply.json(200)[0]["title"].as_str().unwrap()[..1]);
            let cursor = reply.header("x-next-cursor");
            if cursor.is_empty() {
                break;
            }
            path = format!("/articles?sort=title&limit=1&after={cursor}");
            if seen == "ab" {
                behind_long = Some(path.clone());
            }
        }
        assert_eq!(seen, "abcd", "{}", store.name());
        // Such a place is in its row, and gone with it.
        let long = api.get("/articles?title[startsWith]=bx").await.json(200)[0]["id"].clone();
        api.delete(&format!("/articles/{}", long.as_str().unwrap())).await.json(200);
        let gone = "after names a row that is gone: start the list again";
        api.get(&behind_long.unwrap()).await.problem(400, json!([gone]));
    }
}

#[tokio::test]
async fn a_cursor_tells_no_place_of_a_row_that_its_list_does_not_show() {
    for store in both_stores().await {
        let api = Http(library::builder(&store).build().await.unwrap());
        for name in ["a".to_owned(), format!("b{}", "x".repeat(5000)), "c".to_owned()] {
            api.post("/writers", json!({ "name": name })).await.json(201);
        }
        let first = api.get("/writers?sort=name&limit=2").await;
        let cursor = first.header("x-next-cursor").to_owned();
        let long = first.json(200)[1]["id"].as_str().unwrap().to_owned();
        let after = |more: &str| format!("/writers?sort=name{more}&after={cursor}");
        let names = |list: Value| -> Vec<Value> {
            list.as_array().unwrap().iter().map(|row| row["name"].clone()).collect()
        };
        assert_eq!(names(api.get(&after("")).await.json(200)), ["c"], "{}", store.name());
        let gone = "after names a row that is gone: start the list again";
        api.get(&after("&name=a")).await.problem(400, json!([gone]));
        api.delete(&format!("/writers/{long}")).await.json(200);
        api.get(&after("")).await.problem(400, json!([gone]));
        assert_eq!(names(api.get(&after("&trashed=with")).await.json(200)), ["c"], "{}", store.name());
    }
}

#[tokio::test]
async fn writes_that_meet_others_are_made_all_the_same() {
    for store in both_stores().await {
        let api = Http(library::builder(&store).build().await.unwrap());
        let article = api.post("/articles", json!({ "title": "start", "price": 0 })).await.json(201);
        let path = format!("/articles/{}", article["id"].as_str().unwrap());
        let (barrier, mut calls) = (Arc::new(Barrier::new(60)), vec![]);
        for number in 0..60 {
            let (api, barrier, path) = (api.clone(), barrier.clone(), path.clone());
            calls.push(tokio::spawn(async move {
                barrier.wait().await;
                if number % 2 == 0 {
                    api.patch(&path, json!({ "price": number })).await.status.as_u16()
                } else {
                    let body = json!({ "email": "one@x.y", "name": format!("n{number}") });
                    api.put("/writers", body).await.status.as_u16()
                }
            }));
        }
        for status in futures_util::future::join_all(calls).await {
            assert!(matches!(status.unwrap(), 200 | 201), "{}", store.name());
        }
    }
}

#[tokio::test]
async fn a_batch_that_time_does_not_suffice_for_tells_what_it_did() {
    for store in both_stores().await {
        let limits = Limits::default().time(Duration::from_millis(100), Duration::from_millis(250));
        let api = Http(library::builder(&store).limits(limits).build().await.unwrap());
        let list: Vec<Value> =
            (0..1000).map(|number| json!({ "create": { "name": format!("n{number}") } })).collect();
        let done = api.post("/writers/batch?atomic=false", json!({ "list": list })).await.json(200);
        let created = done.as_array().unwrap().iter().filter(|item| item["status"] == 201).count() as u64;
        assert_eq!(done.as_array().unwrap().len(), 1000);
        assert!(done.as_array().unwrap().iter().all(|item| item["status"] == 201 || item["status"] == 503));
        let stored = store.count("writers", &dynamic_api::query::Filter::All).await.unwrap();
        // One may have been under way.
        assert!(stored == created || stored == created + 1, "{}: {created} of {stored}", store.name());
    }
}

#[tokio::test]
async fn what_was_done_is_told_where_it_can_not_be_shown() {
    use bson::{RawDocumentBuf, doc, oid::ObjectId};
    for store in both_stores().await {
        let api = Http(library::builder(&store).build().await.unwrap());
        let id = ObjectId::new();
        let row = RawDocumentBuf::try_from(&doc! { "_id": id, "name": 5 }).unwrap();
        store.insert("writers", &[row]).await.unwrap();
        let list = json!({ "list": [{ "create": { "name": "new" } }, { "update": { "id": id.to_hex(), "email": "e@x.y" } }] });
        let done = api.post("/writers/batch", list).await.json(200);
        assert_eq!((&done[0]["status"], &done[1]["status"]), (&json!(201), &json!(500)), "{}", store.name());
        assert_eq!(api.get("/writers?email=e@x.y").await.header("x-skipped"), "1");
    }
}

#[tokio::test]
async fn an_id_of_no_document_is_told_before_the_body() {
    for store in both_stores().await {
        let api = Http(library::builder(&store).build().await.unwrap());
        for body in [json!({ "nothing": 1 }), json!({}), json!([])] {
            api.patch("/articles/nonsense", body.clone()).await.problem(404, "Article not found");
            api.put("/articles/nonsense", body).await.problem(404, "Article not found");
        }
    }
}
