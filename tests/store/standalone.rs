//! A MongoDB without replica set: what stands in for transactions there.

use std::sync::Arc;

use bson::doc;
use dynamic_api_runtime::{
    query::{FieldUpdate, Filter, Find, Replacement, Update},
    store::{Collections, MongoStore, Store, StoreError, StoreResult, transact},
};
use test_support::{Mongod, Topology};

use crate::{ITEMS, all, insert, raw};

async fn standalone() -> (Arc<Mongod>, Store) {
    let server = tokio::task::spawn_blocking(|| Mongod::start(Topology::Standalone)).await.unwrap();
    let store: Store = MongoStore::connect(&server.uri()).await.unwrap().into();
    insert(&*store, (1..6).map(|n| doc! { "_id": n, "n": n, "deep": { "x": [n] } })).await.unwrap();
    (Arc::new(server), store)
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
            doc! { "_id": 11, "mark": true },
        ]
    );

    let invalid = store.begin().await.unwrap();
    let wrong = Update::default().with("deep", FieldUpdate::Inc(1.into()));
    let outcome = invalid.update_one(ITEMS, &by_id(1), &wrong).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
    invalid.abort().await.unwrap();
    assert_eq!(all(&*store).await, after, "what was never written is not undone");
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
