//! Deletions beside other calls, and failures in the middle of them.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use bson::rawdoc;
use dynamic_api::{DynamicApi, Id, MongoStore, Ref, Stored, UserPrincipal, dynamic_api, query::Filter};
use serde_json::{Value, json};
use test_support::{Mongod, TestStore, Topology, both_stores};
use tokio::sync::Semaphore;

use super::cascades::{Comment, Post, builder};
use crate::{
    commands::Watched,
    http::Http,
    via::{Via, route},
};

async fn left(store: &TestStore, post: &str) -> u64 {
    let post: Id = post.parse().unwrap();
    let living = Filter::eq("deletedAt", bson::Bson::Null).and(Filter::eq("post", post));
    store.count("comments", &living).await.unwrap()
}

/// Its deletion waits for the test, once.
#[dynamic_api(path = "threads", cascade(Remark.thread), ability(delete_one = may_go))]
pub struct Thread {
    pub title: String,
}

#[dynamic_api(path = "remarks")]
pub struct Remark {
    #[api(index)]
    pub thread: Ref<Thread>,
}

static ASKED: Semaphore = Semaphore::const_new(0);
static ANSWER: Semaphore = Semaphore::const_new(0);
static WAITS: AtomicBool = AtomicBool::new(false);

async fn may_go(_: &Stored<Thread>, _: Option<&UserPrincipal>) -> bool {
    if WAITS.swap(false, Ordering::SeqCst) {
        ASKED.add_permits(1);
        ANSWER.acquire().await.unwrap().forget();
    }
    true
}

#[tokio::test]
async fn what_comes_to_refer_to_a_document_while_that_is_deleted_goes_with_it() {
    for store in both_stores().await {
        let api = DynamicApi::builder().store(store.store()).resource::<Thread>().resource::<Remark>();
        let via = Via::Http(Http(api.build().await.unwrap()));
        let thread = via.call(route("create_one", "threads", "thread"), json!({ "title": "a" })).await.ok();
        let id = &thread["id"];
        WAITS.store(true, Ordering::SeqCst);
        // The deletion has read the thread, and sees the collections as they are in this moment.
        let beside = async {
            ASKED.acquire().await.unwrap().forget();
            via.call(route("create_one", "remarks", "remark"), json!({ "thread": id })).await.ok();
            ANSWER.add_permits(1);
        };
        let delete = via.call(route("delete_one", "threads", "thread"), json!({ "id": id }));
        let (deleted, ()) = tokio::join!(delete, beside);
        assert_eq!(deleted.ok(), json!({ "deletedCount": 1 }), "{}", store.name());
        assert_eq!(store.count("remarks", &Filter::All).await.unwrap(), 0, "{}", store.name());
    }
}

#[tokio::test]
async fn an_order_in_the_same_moment_keeps_its_customer_or_comes_too_late() {
    for store in both_stores().await {
        let via = Via::Http(Http(builder(&store).build().await.unwrap()));
        for _ in 0..10 {
            let customer =
                via.call(route("create_one", "customers", "customer"), json!({ "name": "a" })).await.ok();
            let id = &customer["id"];
            via.call(route("create_one", "visits", "visit"), json!({ "customer": id })).await.ok();
            let (order, deleted) = tokio::join!(
                via.call(route("create_one", "orders", "order"), json!({ "customer": id })),
                via.call(route("delete_one", "customers", "customer"), json!({ "id": id })),
            );
            order.ok();
            let of_customer = Filter::eq("customer", id.as_str().unwrap().parse::<Id>().unwrap());
            let visits = store.count("visits", &of_customer).await.unwrap();
            // All of it or nothing.
            match deleted.status {
                200 => assert_eq!(visits, 0, "{}", store.name()),
                409 => assert_eq!(visits, 1, "{}", store.name()),
                _ => panic!("{deleted:?}"),
            }
        }
    }
}

#[tokio::test]
async fn ten_thousand_go_in_one_call() {
    for store in both_stores().await {
        let builder = builder(&store).limits(dynamic_api::Limits::default());
        let via = Via::Http(Http(builder.build().await.unwrap()));
        let post = via.call(route("create_one", "posts", "post"), json!({ "title": "a" })).await.ok();
        let id: Id = post["id"].as_str().unwrap().parse().unwrap();
        for thousand in 0..10 {
            let comments: Vec<_> = (0..1000)
                .map(|index| {
                    let text = format!("{thousand} {index}");
                    rawdoc! { "_id": Id::new().object_id(), "post": id.object_id(), "words": text, "isDeleted": false }
                })
                .collect();
            store.insert("comments", &comments).await.unwrap();
        }
        let begun = Instant::now();
        via.call(route("delete_one", "posts", "post"), json!({ "id": id })).await.ok();
        println!("{}: 10,000 comments deleted with their post in {:?}", store.name(), begun.elapsed());
        assert_eq!(left(&store, &id.to_string()).await, 0, "{}", store.name());
    }
}

/// Without a batch, which a server without transactions can't promise.
#[dynamic_api(
    path = "topics",
    soft_delete,
    cascade(Note.topic),
    routes(create_one, get_one, delete_one, delete_many, restore_one, restore_many)
)]
pub struct Topic {
    pub title: String,
}

#[dynamic_api(path = "notes", soft_delete, routes(create_one))]
pub struct Note {
    #[api(index)]
    pub topic: Ref<Topic>,
    #[api(unique)]
    pub text: String,
}

#[tokio::test]
async fn without_transactions_it_is_done_in_order_and_undone_where_it_fails() {
    let server = tokio::task::spawn_blocking(|| Mongod::start(Topology::Standalone)).await.unwrap();
    let store = TestStore::of_mongo(&MongoStore::connect(&server.uri()).await.unwrap());
    let api = DynamicApi::builder().store(store.store()).resource::<Topic>().resource::<Note>();
    let via = Via::Http(Http(api.build().await.unwrap()));
    let topics = |kind| route(kind, "topics", "topic");
    let note = async |topic: &Value, text: &str| {
        via.call(route("create_one", "notes", "note"), json!({ "topic": topic, "text": text })).await.ok()
    };
    let living = async || store.count("notes", &Filter::eq("deletedAt", bson::Bson::Null)).await.unwrap();
    let mut ids = vec![];
    for text in ["a", "b"] {
        let topic = via.call(topics("create_one"), json!({ "title": text })).await.ok()["id"].clone();
        note(&topic, text).await;
        ids.push(topic);
    }
    via.call(topics("delete_one"), json!({ "id": ids[0] })).await.ok();
    assert_eq!(living().await, 1);
    via.call(topics("restore_one"), json!({ "id": ids[0] })).await.ok();
    assert_eq!(living().await, 2);

    via.call(topics("delete_many"), json!({ "ids": ids })).await.ok();
    assert_eq!(living().await, 0);
    note(&ids[0], "b").await;
    let refused = via.call(topics("restore_many"), json!({ "ids": ids })).await;
    refused.refused(409, "text is already used");
    for id in &ids {
        via.call(topics("get_one"), json!({ "id": id })).await.refused(404, "Document not found");
    }
    assert_eq!(living().await, 1);
}

#[tokio::test]
async fn an_entity_without_cascades_is_deleted_in_one_round_trip() {
    let watched = Watched::new().await;
    let api = DynamicApi::builder()
        .store(watched.test.store())
        .resource::<Post>()
        .resource::<Comment>()
        .resource::<super::cascades::Answer>()
        .resource::<super::cascades::Like>()
        .resource::<super::cascades::Reader>();
    let via = Via::Http(Http(api.build().await.unwrap()));
    let post = via.call(route("create_one", "posts", "post"), json!({ "title": "a" })).await.ok();
    let like = via.call(route("create_one", "likes", "like"), json!({ "post": post["id"] })).await.ok();
    watched.taken();
    via.call(route("delete_one", "likes", "like"), json!({ "id": like["id"] })).await.ok();
    assert_eq!(watched.taken(), ["delete"]);
    // A write that deletes nothing is as before, too.
    via.call(route("create_one", "posts", "post"), json!({ "title": "b" })).await.ok();
    assert_eq!(watched.taken(), ["insert"]);
}
