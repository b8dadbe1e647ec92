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
use tokio::sync::mpsc;

use crate::{ITEMS, insert};

/// No call may take longer, whatever the server does: the store's own limit is 10 seconds.
const BOUND: Duration = Duration::from_secs(15);

async fn server_and_store() -> (Arc<Mongod>, Store) {
    let server = tokio::task::spawn_blocking(|| Mongod::start(Topology::ReplicaSet)).await.unwrap();
    let store: Store = MongoStore::connect(&server.uri()).await.unwrap().into();
    insert(&*store, (0..20).map(|n| doc! { "_id": n, "n": 0 })).await.unwrap();
    (Arc::new(server), store)
}

async fn call(store: &Store, caller: i32, number: i32) -> StoreResult<()> {
    let filter = Filter::eq("_id", caller);
    let fresh = 1000 + number * 100 + caller;
    match caller % 5 {
        0 => store.find(ITEMS, &Find::new(filter).time_limit(Duration::from_secs(2))).await.map(drop),
        1 => store.update_one(ITEMS, &filter, &Update::default().set("n", number)).await.map(drop),
        2 => insert(&**store, [doc! { "_id": fresh }]).await,
        3 => store.aggregate(ITEMS, &[doc! { "$match": { "_id": { "$lt": 20 } } }]).await.map(drop),
        _ => {
            transact(&**store, |transaction, _| {
                let filter = filter.clone();
                Box::pin(async move {
                    transaction.update_one(ITEMS, &filter, &Update::default().set("n", number)).await?;
                    insert(transaction, [doc! { "_id": fresh }]).await
                })
            })
            .await
        }
    }
}

/// How a caller's calls went until one failed.
struct Calls {
    succeeded: i32,
    failure: StoreError,
    slowest: Duration,
}

/// Calls again and again, and tells `is_calling` after the first call.
async fn call_until_failure(store: Store, caller: i32, is_calling: mpsc::Sender<()>) -> Calls {
    let mut slowest = Duration::ZERO;
    let mut succeeded = 0;
    loop {
        let began = Instant::now();
        let outcome = call(&store, caller, succeeded).await;
        slowest = slowest.max(began.elapsed());
        match outcome {
            Ok(()) => succeeded += 1,
            Err(failure) => return Calls { succeeded, failure, slowest },
        }
        if succeeded == 1 {
            is_calling.send(()).await.unwrap();
        }
    }
}

/// Lets `strike` hit the server while twenty callers are at work, and waits until each has had a failure.
async fn strike_among_twenty_calls(store: &Store, strike: impl FnOnce() + Send + 'static) -> Vec<Calls> {
    let (is_calling, mut calling) = mpsc::channel(20);
    let callers: Vec<_> = (0..20)
        .map(|caller| tokio::spawn(call_until_failure(store.clone(), caller, is_calling.clone())))
        .collect();
    for _ in 0..20 {
        calling.recv().await.unwrap();
    }
    tokio::task::spawn_blocking(strike).await.unwrap();
    let mut all = Vec::new();
    for caller in callers {
        all.push(caller.await.unwrap());
    }
    all
}

fn assert_answered(all: &[Calls]) {
    for Calls { failure, slowest, .. } in all {
        assert!(*slowest < BOUND, "{failure:?} took {slowest:?}");
        assert!(matches!(failure, StoreError::Unavailable(_) | StoreError::TimedOut), "{failure:?}");
    }
}

/// Every insert that was acknowledged is there; a transaction is there with both of its writes or none.
async fn assert_nothing_lost_or_halved(store: &Store, all: &[Calls]) {
    for (caller, calls) in (0..).zip(all) {
        let fresh: Vec<i32> = (0..calls.succeeded).map(|number| 1000 + number * 100 + caller).collect();
        if caller % 5 == 2 || caller % 5 == 4 {
            let found = store.count(ITEMS, &Filter::is_in("_id", fresh.iter().copied())).await.unwrap();
            assert_eq!(found, fresh.len() as u64, "caller {caller}");
        }
        if caller % 5 == 4 {
            let row = store.find(ITEMS, &Find::new(Filter::eq("_id", caller))).await.unwrap().remove(0);
            let last = row.get_i32("n").unwrap();
            let its_insert = Filter::eq("_id", 1000 + last * 100 + caller);
            assert_eq!(store.count(ITEMS, &its_insert).await.unwrap(), 1, "caller {caller}");
            let next_insert = Filter::eq("_id", 1000 + (last + 1) * 100 + caller);
            assert_eq!(store.count(ITEMS, &next_insert).await.unwrap(), 0, "caller {caller}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_answered_when_the_server_is_killed_and_work_when_it_is_back() {
    let (server, store) = server_and_store().await;
    let killed = Arc::clone(&server);
    let calls = strike_among_twenty_calls(&store, move || killed.kill()).await;
    assert_answered(&calls);

    let began = Instant::now();
    let down = call(&store, 1, 0).await;
    assert!(matches!(down, Err(StoreError::Unavailable(_))), "{down:?}");
    assert!(began.elapsed() < BOUND);

    let restarted = Arc::clone(&server);
    tokio::task::spawn_blocking(move || restarted.restart()).await.unwrap();
    assert_nothing_lost_or_halved(&store, &calls).await;
    for caller in 0..20 {
        call(&store, caller, 900_000).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_answered_when_the_server_freezes_and_work_when_it_thaws() {
    let (server, store) = server_and_store().await;
    let frozen = Arc::clone(&server);
    let calls = strike_among_twenty_calls(&store, move || frozen.freeze()).await;
    assert_answered(&calls);

    server.thaw();
    // What the frozen server was sent it may carry out now; it takes new calls beside that. A transaction that nobody waits for
    // any more holds its documents until its client has aborted it, so these callers write others.
    for caller in (0..20).filter(|caller| caller % 5 != 4 && caller % 5 != 1) {
        call(&store, caller, 900_000).await.unwrap();
    }
    transact::<_, StoreError, _>(&*store, |transaction, _| {
        Box::pin(async move { insert(transaction, [doc! { "_id": "after" }]).await })
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
        assert!(matches!(error, StoreError::Setting(_)), "{uri}: {error:?}");
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
