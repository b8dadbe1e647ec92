//! A MongoDB without replica set: what stands in for transactions there.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use bson::{Document, doc, oid::ObjectId};
use dynamic_api::{DynamicApi, dynamic_api};
use dynamic_api_runtime::{
    query::{FieldUpdate, Filter, Find, Replacement, Update},
    store::{
        Collections, MongoStore, Store, StoreError, StoreResult,
        mongo::mongodb::{
            event::{EventHandler, command::CommandEvent},
            options::ClientOptions,
        },
        transact,
    },
};
use http::{Method, Request, StatusCode};
use test_support::{Mongod, Topology};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::{ITEMS, all, insert, raw};

/// How long a test waits for what it is sure will come.
const PATIENCE: Duration = Duration::from_secs(30);

async fn server() -> Mongod {
    tokio::task::spawn_blocking(|| Mongod::start(Topology::Standalone)).await.unwrap()
}

async fn standalone() -> (Arc<Mongod>, Store) {
    let server = server().await;
    let store: Store = MongoStore::connect(&server.uri()).await.unwrap().into();
    insert(&*store, seed()).await.unwrap();
    (Arc::new(server), store)
}

fn seed() -> impl Iterator<Item = Document> {
    (1..6).map(|n| doc! { "_id": n, "n": n, "deep": { "x": [n] } })
}

/// How many commands of each kind a store sent, and how many the server carried out.
#[derive(Debug, Default, Clone, PartialEq)]
struct Seen {
    inserts: usize,
    inserted: usize,
    deletes: usize,
    deleted: usize,
    changes: usize,
}

impl Seen {
    fn note(&mut self, event: &CommandEvent) {
        match event {
            CommandEvent::Started(started) => match started.command_name.as_str() {
                "insert" => self.inserts += 1,
                "delete" => self.deletes += 1,
                "update" | "findAndModify" => self.changes += 1,
                _ => {}
            },
            CommandEvent::Succeeded(done) => match done.command_name.as_str() {
                "insert" => self.inserted += 1,
                "delete" => self.deleted += 1,
                _ => {}
            },
            _ => {}
        }
    }
}

/// A store whose commands are counted.
async fn watched(server: &Mongod) -> (Store, watch::Receiver<Seen>) {
    let (seen, receiver) = watch::channel(Seen::default());
    let mut options = ClientOptions::parse(server.uri()).await.unwrap();
    options.command_event_handler =
        Some(EventHandler::callback(move |event| seen.send_modify(|seen| seen.note(&event))));
    (MongoStore::connect_with(options).await.unwrap().into(), receiver)
}

async fn reaches(seen: &mut watch::Receiver<Seen>, wanted: impl FnMut(&Seen) -> bool) {
    let reached = tokio::time::timeout(PATIENCE, seen.wait_for(wanted)).await;
    reached.unwrap_or_else(|_| panic!("never reached")).unwrap();
}

fn by_id(id: i32) -> Filter {
    Filter::eq("_id", id)
}

async fn write_everything(transaction: &dyn Collections) -> StoreResult<()> {
    insert(transaction, [doc! { "_id": 10 }, doc! { "_id": 11 }]).await?;
    let add = Update::default().with("n", FieldUpdate::Inc(1.into()));
    assert!(transaction.update_one(ITEMS, &by_id(1), &add).await?.is_some());
    assert_eq!(transaction.update_many(ITEMS, &Filter::All, &Update::default().set("mark", true)).await?, 7);
    let replacement = Replacement { document: raw(doc! { "new": true }), keep: vec!["n"] };
    assert!(transaction.replace_one(ITEMS, &by_id(2), &replacement).await?.is_some());
    let each = [
        (by_id(5), Update::default().set("deep", "changed")),
        (by_id(99), Update::default().set("n", 0)),
        (by_id(11), Update::default().set("eleventh", true)),
        (by_id(5), Update::default().set("deep", doc! { "x": [5] })),
    ];
    assert_eq!(transaction.update_each(ITEMS, &each).await?, 3);
    assert_eq!(transaction.delete_one(ITEMS, &by_id(3)).await?, 1);
    assert_eq!(transaction.delete_many(ITEMS, &Filter::is_in("_id", [4, 10])).await?, 2);
    assert!(
        transaction.update_one(ITEMS, &by_id(1), &add).await?.is_some(),
        "a second write to the same document"
    );
    Ok(())
}

/// One server for all of it, since a server of its own is not cheap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_are_undone_by_their_ids() {
    let (_server, store) = standalone().await;
    assert!(!store.is_transactional());
    let before = all(&*store).await;

    let aborted = store.begin().await.unwrap();
    write_everything(&*aborted).await.unwrap();
    aborted.abort().await.unwrap();
    assert_eq!(all(&*store).await, before, "an abort puts everything back");

    let outcome: StoreResult<()> = transact(&*store, |transaction, _| {
        Box::pin(async move {
            write_everything(transaction).await?;
            insert(transaction, [doc! { "_id": 20 }, doc! { "_id": 5 }, doc! { "_id": 21 }]).await
        })
    })
    .await;
    assert!(matches!(outcome, Err(StoreError::Duplicate { .. })), "{outcome:?}");
    assert_eq!(
        all(&*store).await,
        before,
        "a failure puts everything back, and leaves the document that was in the way"
    );

    let committed = store.begin().await.unwrap();
    write_everything(&*committed).await.unwrap();
    committed.commit().await.unwrap();
    let after = all(&*store).await;
    assert_eq!(
        after,
        [
            doc! { "_id": 1, "n": 3, "deep": { "x": [1] }, "mark": true },
            doc! { "_id": 2, "new": true, "n": 2 },
            doc! { "_id": 5, "n": 5, "deep": { "x": [5] }, "mark": true },
            doc! { "_id": 11, "mark": true, "eleventh": true },
        ]
    );

    let invalid = store.begin().await.unwrap();
    let wrong = Update::default().with("deep", FieldUpdate::Inc(1.into()));
    let outcome = invalid.update_one(ITEMS, &by_id(1), &wrong).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
    invalid.abort().await.unwrap();
    assert_eq!(all(&*store).await, after, "what was never written is not undone");
}

/// An acknowledged write is in the journal, whichever command it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_wait_for_the_journal() {
    let server = server().await;
    let (store, commands) = crate::watched::watched(&server.uri()).await;
    insert(&store, seed()).await.unwrap();
    store.update_many(ITEMS, &Filter::All, &add("n")).await.unwrap();
    assert_eq!(store.update_each(ITEMS, &[(by_id(1), add("n")), (by_id(2), add("n"))]).await.unwrap(), 2);
    let commands: Vec<Document> = std::mem::take(&mut *commands.lock().unwrap());
    let journaled = |command: &Document| {
        command.get_document("writeConcern").is_ok_and(|concern| concern.get_bool("j").unwrap_or(false))
    };
    let writes: Vec<_> = commands.iter().filter(|command| !command.contains_key("hello")).collect();
    assert_eq!(writes.len(), 3);
    for write in writes {
        assert!(journaled(write), "{write}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_one_is_undone_soon() {
    let (_server, store) = standalone().await;
    let before = all(&*store).await;
    let dropped = store.begin().await.unwrap();
    write_everything(&*dropped).await.unwrap();
    drop(dropped);
    let undone = async {
        while all(&*store).await != before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), undone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_changes_are_all_counted() {
    let (_server, store) = standalone().await;
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    let outcome = transact::<_, StoreError, _>(&*store, |transaction, _| {
                        let add = Update::default().with("n", FieldUpdate::Inc(1.into()));
                        Box::pin(async move { transaction.update_one(ITEMS, &by_id(1), &add).await })
                    });
                    outcome.await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let found = store.find(ITEMS, &Find::new(by_id(1))).await.unwrap();
    assert_eq!(found[0].get_i32("n").unwrap(), 21);
}

fn add(path: &str) -> Update {
    Update::default().with(path, FieldUpdate::Inc(1.into()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_insert_leaves_nothing() {
    let server = server().await;
    let (store, mut seen) = watched(&server).await;
    for round in 0..40 {
        let before = seen.borrow().clone();
        let transaction = store.begin().await.unwrap();
        let mut in_flight = seen.clone();
        // Cut off with one of the twenty in flight, in every round another.
        tokio::select! {
            biased;
            () = reaches(&mut in_flight, |now| now.inserts > before.inserts + round % 20) => {}
            outcome = insert(&*transaction, (0..20).map(|n| doc! { "_id": round as i32 * 100 + n })) => outcome.unwrap(),
        }
        if round % 2 == 0 {
            transaction.abort().await.unwrap();
            assert_eq!(all(&*store).await, [], "an abort has undone what was in flight");
        } else {
            drop(transaction);
            reaches(&mut seen, |now| now.deleted == now.inserts).await;
        }
        let now = seen.borrow().clone();
        assert!(now.inserts > before.inserts, "round {round} has cut off nothing: {now:?}");
        assert_eq!((now.inserted, now.deletes, now.deleted), (now.inserts, now.inserts, now.inserts));
    }
    assert_eq!(all(&*store).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_change_is_undone() {
    let (server, plain) = standalone().await;
    let (store, seen) = watched(&server).await;
    let before = all(&*plain).await;
    for round in 0..20 {
        let sent = |seen: &Seen| seen.changes + seen.deletes;
        let first = sent(&seen.borrow());
        let transaction = store.begin().await.unwrap();
        let mut in_flight = seen.clone();
        let work = async {
            transaction.update_many(ITEMS, &Filter::All, &add("n")).await?;
            for id in 1..6 {
                assert_eq!(transaction.delete_one(ITEMS, &by_id(id)).await?, 1);
            }
            Ok::<_, StoreError>(())
        };
        tokio::select! {
            biased;
            () = reaches(&mut in_flight, |now| sent(now) > first + round % 10) => {}
            outcome = work => outcome.unwrap(),
        }
        transaction.abort().await.unwrap();
        assert_eq!(all(&*plain).await, before, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_of_others_survive_an_abort() {
    let (_server, store) = standalone().await;
    let (counter, mut acknowledged) = watch::channel(0);
    let others = store.clone();
    let writer = tokio::spawn(async move {
        while !counter.is_closed() {
            assert!(others.update_one(ITEMS, &by_id(1), &add("n")).await.unwrap().is_some());
            counter.send_modify(|acknowledged| *acknowledged += 1);
        }
        *counter.borrow()
    });
    for round in 0..60 {
        let aborted = store.begin().await.unwrap();
        let mark = Update::default().set("mark", round);
        match aborted.update_many(ITEMS, &Filter::is_in("_id", [1, 2]), &mark).await {
            Ok(matched) => assert_eq!(matched, 2),
            Err(error) => assert!(matches!(error, StoreError::Conflict), "{error:?}"),
        }
        // The second from here began after the transaction's writes.
        let now = *acknowledged.borrow();
        acknowledged.wait_for(|count| *count >= now + 2).await.unwrap();
        aborted.abort().await.unwrap();
    }
    drop(acknowledged);
    let acknowledged: i32 = writer.await.unwrap();
    let rows = all(&*store).await;
    assert_eq!(rows[0].get_i32("n").unwrap(), 1 + acknowledged);
    assert_eq!(
        rows[1],
        doc! { "_id": 2, "n": 2, "deep": { "x": [2] } },
        "what nobody else wrote to is as it was"
    );
}

/// Others write between a transaction's writes and its abort: all they wrote stands, and what they left alone is put back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abort_leaves_what_others_did_meanwhile() {
    let (_server, store) = standalone().await;
    let aborted = store.begin().await.unwrap();
    let mark = Update::default().set("mark", true);
    assert_eq!(aborted.update_many(ITEMS, &Filter::is_in("_id", [1, 2, 3, 4]), &mark).await.unwrap(), 4);
    assert_eq!(aborted.delete_many(ITEMS, &by_id(5)).await.unwrap(), 1);

    let soft_deleted = store.update_one(ITEMS, &by_id(1), &Update::default().set("isDeleted", true)).await;
    let soft_deleted = Document::try_from(soft_deleted.unwrap().unwrap()).unwrap();
    assert_eq!(store.delete_one(ITEMS, &by_id(2)).await.unwrap(), 1);
    let counted = store.update_one(ITEMS, &by_id(3), &add("n")).await.unwrap().unwrap();
    insert(&*store, [doc! { "_id": 5, "of": "another" }]).await.unwrap();

    aborted.abort().await.unwrap();
    let untouched = doc! { "_id": 4, "n": 4, "deep": { "x": [4] } };
    let counted = Document::try_from(counted).unwrap();
    assert_eq!(counted.get_i32("n").unwrap(), 4);
    assert_eq!(all(&*store).await, [soft_deleted, counted, untouched, doc! { "_id": 5, "of": "another" }]);
}

/// Something that is counted.
#[dynamic_api(path = "counters", routes(create_one, get_one, update_one, update_many))]
struct Counter {
    name: String,
    count: Option<i64>,
}

async fn patch(api: &axum::Router, path: &str, body: &str) -> StatusCode {
    let request =
        Request::builder().method(Method::PATCH).uri(path).header("content-type", "application/json");
    let request = request.body(Body::from(body.to_owned())).unwrap();
    api.clone().oneshot(request).await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_of_many_that_misses_one_writes_nothing() {
    let server = server().await;
    let (store, seen) = watched(&server).await;
    let api: axum::Router =
        DynamicApi::builder().store(store.clone()).resource::<Counter>().build().await.unwrap();
    let victim = ObjectId::new();
    let counter = doc! {
        "_id": victim, "name": "ada", "count": 0_i64, "createdAt": bson::DateTime::MIN, "updatedAt": bson::DateTime::MIN,
        "__v": 0,
    };
    store.insert("counters", &[raw(counter)]).await.unwrap();
    let stored = async || store.find("counters", &Find::new(Filter::All)).await.unwrap();
    let (before, sent) = (stored().await, seen.borrow().clone());
    let missed = format!("/counters?ids={victim},{}", ObjectId::new());
    assert_eq!(patch(&api, &missed, r#"{"name":"eve"}"#).await, StatusCode::NOT_FOUND);
    assert_eq!(*seen.borrow(), sent, "no write was sent");
    assert_eq!(stored().await, before);

    // Beside it, another client's writes of the same document.
    let rounds = async {
        for _ in 0..40 {
            assert_eq!(patch(&api, &missed, r#"{"name":"eve"}"#).await, StatusCode::NOT_FOUND);
        }
    };
    let writes = async {
        for count in 1..=40_i64 {
            let body = format!(r#"{{"count":{count}}}"#);
            assert_eq!(patch(&api, &format!("/counters/{victim}"), &body).await, StatusCode::OK);
            let now = stored().await.remove(0);
            assert_eq!((now.get_i64("count").unwrap(), now.get_str("name").unwrap()), (count, "ada"));
        }
    };
    tokio::join!(rounds, writes);

    let both = format!("/counters?ids={victim}");
    assert_eq!(patch(&api, &both, r#"{"name":"eve"}"#).await, StatusCode::OK);
    assert_eq!(stored().await[0].get("name").unwrap().map(|name| name.as_str()), Some(Some("eve")));
}
