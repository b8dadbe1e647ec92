//! A MongoDB that dies or freezes with calls in flight, and comes back; and one that was never there.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bson::doc;
use dynamic_api_runtime::{
    query::{Filter, Find, Update},
    store::{MongoStore, Store, StoreError, StoreResult, transact},
};
use test_support::{Mongod, Topology};

use crate::{ITEMS, insert};

/// No call may take longer, whatever the server does: the store's own limit is 10 seconds.
const BOUND: Duration = Duration::from_secs(15);

async fn server_and_store() -> (Arc<Mongod>, Store) {
    let server = tokio::task::spawn_blocking(|| Mongod::start(Topology::ReplicaSet)).await.unwrap();
    let store: Store = MongoStore::connect(&server.uri()).await.unwrap().into();
    insert(&*store, (0..20).map(|n| doc! { "_id": n, "n": 0 })).await.unwrap();
    (Arc::new(server), store)
}

async fn call(store: &Store, n: i32) -> StoreResult<()> {
    let filter = Filter::eq("_id", n);
    match n % 5 {
        0 => store.find(ITEMS, &Find::new(filter).time_limit(Duration::from_secs(2))).await.map(drop),
        1 => store.update_one(ITEMS, &filter, &Update::default().set("n", 1)).await.map(drop),
        2 => insert(&**store, [doc! { "_id": 1000 + n }]).await,
        3 => store.aggregate(ITEMS, &[doc! { "$match": {} }]).await.map(drop),
        _ => {
            transact(&**store, |transaction, _| {
                let filter = filter.clone();
                Box::pin(async move {
                    transaction.update_one(ITEMS, &filter, &Update::default().set("n", 1)).await?;
                    insert(transaction, [doc! { "_id": 2000 + n }]).await
                })
            })
            .await
        }
    }
}

/// Starts 20 calls, waits until all of them were polled once, and returns their outcomes with the time that each took.
async fn twenty_calls(
    store: &Store,
    meanwhile: impl FnOnce() + Send + 'static,
) -> Vec<(StoreResult<()>, Duration)> {
    let calls: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            let began = Instant::now();
            tokio::spawn(async move { (call(&store, n).await, began.elapsed()) })
        })
        .collect();
    tokio::task::spawn_blocking(meanwhile).await.unwrap();
    let mut outcomes = Vec::new();
    for call in calls {
        outcomes.push(call.await.unwrap());
    }
    outcomes
}

fn assert_answered(outcomes: &[(StoreResult<()>, Duration)]) {
    for (outcome, took) in outcomes {
        assert!(*took < BOUND, "{outcome:?} took {took:?}");
        let known = matches!(outcome, Ok(()) | Err(StoreError::Unavailable(_) | StoreError::TimedOut));
        assert!(known, "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_answered_when_the_server_is_killed_and_work_when_it_is_back() {
    let (server, store) = server_and_store().await;
    let killed = Arc::clone(&server);
    assert_answered(&twenty_calls(&store, move || killed.kill()).await);

    let down = twenty_calls(&store, || {}).await;
    assert_answered(&down);
    assert!(down.iter().all(|(outcome, _)| outcome.is_err()), "{down:?}");

    let restarted = Arc::clone(&server);
    tokio::task::spawn_blocking(move || restarted.restart()).await.unwrap();
    store.update_one(ITEMS, &Filter::eq("_id", 1), &Update::default().set("n", 2)).await.unwrap().unwrap();
    assert_eq!(
        store.count(ITEMS, &Filter::is_in("_id", 0..20)).await.unwrap(),
        20,
        "nothing that was there is lost"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_answered_when_the_server_freezes_and_work_when_it_thaws() {
    let (server, store) = server_and_store().await;
    server.freeze();
    let frozen = twenty_calls(&store, || {}).await;
    assert_answered(&frozen);
    assert!(frozen.iter().all(|(outcome, _)| outcome.is_err()), "{frozen:?}");

    server.thaw();
    // The frozen server may still be about to carry out what it was sent; whatever it does, it takes new calls.
    let found = store.find(ITEMS, &Find::new(Filter::eq("_id", 3))).await.unwrap();
    assert_eq!(found.len(), 1);
    transact::<_, StoreError, _>(&*store, |transaction, _| {
        Box::pin(async move { insert(transaction, [doc! { "_id": 5000 }]).await })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let began = Instant::now();
    let error = MongoStore::connect(&format!("mongodb://user:secret@{closed}/shop")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
    let text = error.to_string();
    assert!(text.contains(&closed.to_string()), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_uri_that_is_none_is_refused() {
    for uri in
        ["", "localhost:27017", "http://localhost", "mongodb://", "mongodb://h/?serverSelectionTimeoutMS=x"]
    {
        let error = MongoStore::connect(uri).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid(_)), "{uri}: {error:?}");
    }
}

#[tokio::test]
async fn a_store_says_where_it_is() {
    let uri = tokio::task::spawn_blocking(test_support::mongod).await.unwrap();
    let store = MongoStore::connect(uri).await.unwrap();
    let host = uri.trim_start_matches("mongodb://").split(['/', '?']).next().unwrap();
    let host = host.rsplit('@').next().unwrap();
    use dynamic_api_runtime::store::Database;
    assert_eq!(store.describe(), format!("MongoDB at {host}, database {}", store.database().name()));
    assert_eq!(store.with_database("shop").describe(), format!("MongoDB at {host}, database shop"));
}
