//! Transactions, as every store has them.

use bson::{Bson, doc};
use dynamic_api_runtime::{
    query::{Direction, FieldUpdate, Filter, Find, Replacement, Update},
    store::{
        CollectionSpec, Collections, Database, IndexKind, IndexSpec, StoreError, StoreResult, SyncIndexes,
        transact,
    },
};
use test_support::TestStore;

use crate::{ITEMS, all, document, documents, insert, on_both_stores, raw};

on_both_stores![
    a_commit_makes_all_visible_at_once,
    an_abort_leaves_nothing,
    a_dropped_transaction_leaves_nothing,
    a_transaction_reads_its_own_writes,
    a_duplicate_in_a_transaction_names_its_key,
    a_failed_write_that_nobody_minds_commits_nothing,
    two_writers_of_one_document_conflict,
    retried_transactions_lose_no_update,
    work_that_fails_leaves_nothing,
    an_empty_transaction_commits,
    a_batch_is_all_or_nothing,
];

fn by_id(id: impl Into<Bson>) -> Filter {
    Filter::eq("_id", id)
}

fn add_one() -> Update {
    Update::default().with("n", FieldUpdate::Inc(1.into()))
}

async fn a_commit_makes_all_visible_at_once(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "n": 1 }, doc! { "_id": 2 }]).await.unwrap();
    let before = all(&***store).await;
    let transaction = store.begin().await.unwrap();
    insert(&*transaction, [doc! { "_id": 3 }]).await.unwrap();
    transaction.update_one(ITEMS, &by_id(1), &add_one()).await.unwrap();
    transaction.delete_one(ITEMS, &by_id(2)).await.unwrap();
    transaction.insert("other", &[raw(doc! { "_id": 1 })]).await.unwrap();
    assert_eq!(all(&***store).await, before, "nobody sees them before");
    transaction.commit().await.unwrap();
    assert_eq!(all(&***store).await, [doc! { "_id": 1, "n": 2 }, doc! { "_id": 3 }]);
    assert_eq!(store.count("other", &Filter::All).await.unwrap(), 1);
}

async fn write_everything(transaction: &dyn Collections) {
    insert(transaction, [doc! { "_id": 10 }, doc! { "_id": 11 }]).await.unwrap();
    transaction.update_one(ITEMS, &by_id(1), &add_one()).await.unwrap();
    transaction.update_many(ITEMS, &Filter::All, &Update::default().set("mark", true)).await.unwrap();
    let replacement = Replacement { document: raw(doc! { "new": true }), keep: vec!["n"] };
    transaction.replace_one(ITEMS, &by_id(2), &replacement).await.unwrap();
    transaction.delete_one(ITEMS, &by_id(3)).await.unwrap();
    transaction.delete_many(ITEMS, &by_id(4)).await.unwrap();
}

async fn an_abort_leaves_nothing(store: &TestStore) {
    insert(&***store, (1..6).map(|n| doc! { "_id": n, "n": n })).await.unwrap();
    let before = all(&***store).await;
    let transaction = store.begin().await.unwrap();
    write_everything(&*transaction).await;
    transaction.abort().await.unwrap();
    assert_eq!(all(&***store).await, before);
}

async fn a_dropped_transaction_leaves_nothing(store: &TestStore) {
    insert(&***store, (1..6).map(|n| doc! { "_id": n, "n": n })).await.unwrap();
    let before = all(&***store).await;
    let transaction = store.begin().await.unwrap();
    write_everything(&*transaction).await;
    drop(transaction);
    assert_eq!(all(&***store).await, before);
    // What it held is free again: a write to the same document gets through.
    transact::<_, StoreError, _>(&***store, |transaction, _| {
        Box::pin(async move { transaction.update_one(ITEMS, &by_id(1), &add_one()).await })
    })
    .await
    .unwrap();
}

async fn a_transaction_reads_its_own_writes(store: &TestStore) {
    insert(&***store, (1..6).map(|n| doc! { "_id": n, "n": n })).await.unwrap();
    let transaction = store.begin().await.unwrap();
    write_everything(&*transaction).await;
    let expected = [
        doc! { "_id": 1, "n": 2, "mark": true },
        doc! { "_id": 2, "new": true, "n": 2 },
        doc! { "_id": 5, "n": 5, "mark": true },
        doc! { "_id": 10, "mark": true },
        doc! { "_id": 11, "mark": true },
    ];
    assert_eq!(all(&*transaction).await, expected);
    assert_eq!(transaction.count(ITEMS, &Filter::eq("mark", true)).await.unwrap(), 4);
    let count = transaction.aggregate(ITEMS, &[doc! { "$count": "rows" }]).await.unwrap();
    assert_eq!(documents(count), [doc! { "rows": 5 }]);
    let again = transaction.update_one(ITEMS, &by_id(10), &add_one()).await.unwrap();
    assert_eq!(document(again), Some(doc! { "_id": 10, "mark": true, "n": 1 }));
    assert_eq!(transaction.delete_one(ITEMS, &by_id(11)).await.unwrap(), 1);
    assert_eq!(transaction.find(ITEMS, &Find::new(by_id(11))).await.unwrap().len(), 0);
    transaction.commit().await.unwrap();
    assert_eq!(store.count(ITEMS, &Filter::All).await.unwrap(), 4);
}

async fn unique_email(store: &TestStore) {
    let keys = vec![("email".to_owned(), Direction::Ascending)];
    let index = IndexSpec { keys, kind: IndexKind::Unique, only_types: Vec::new(), only_null: Vec::new() };
    store
        .prepare(&CollectionSpec { name: ITEMS.to_owned(), indexes: vec![index] }, SyncIndexes::CreateOnly)
        .await
        .unwrap();
}

async fn a_duplicate_in_a_transaction_names_its_key(store: &TestStore) {
    unique_email(store).await;
    insert(&***store, [doc! { "_id": 1, "email": "a" }]).await.unwrap();
    for emails in [["b", "a"], ["c", "c"]] {
        let rows = emails.map(|email| doc! { "_id": bson::oid::ObjectId::new(), "email": email });
        let outcome = transact::<(), StoreError, _>(&***store, |transaction, _| {
            let rows = rows.clone();
            Box::pin(async move { insert(transaction, rows).await })
        });
        let Err(StoreError::Duplicate { fields, .. }) = outcome.await else {
            panic!("{emails:?} were stored")
        };
        assert_eq!(fields, [("email".to_owned(), Bson::from(emails[1]))]);
    }
    assert_eq!(all(&***store).await, [doc! { "_id": 1, "email": "a" }]);
}

async fn a_failed_write_that_nobody_minds_commits_nothing(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1 }]).await.unwrap();
    let before = all(&***store).await;
    let mut runs = 0;
    let committed: StoreResult<()> = transact(&***store, |transaction, _| {
        runs += 1;
        Box::pin(async move {
            insert(transaction, [doc! { "_id": 2 }]).await?;
            let _ = insert(transaction, [doc! { "_id": 1 }]).await;
            Ok(())
        })
    })
    .await;
    assert!(matches!(committed, Err(StoreError::Other(_))), "{committed:?}");
    assert_eq!(runs, 1, "it would not go better a second time");
    let transaction = store.begin().await.unwrap();
    insert(&*transaction, [doc! { "_id": 1 }]).await.unwrap_err();
    let further = insert(&*transaction, [doc! { "_id": 3 }]).await;
    assert!(matches!(further, Err(StoreError::Other(_))), "{further:?}");
    transaction.abort().await.unwrap();
    assert_eq!(all(&***store).await, before);
}

async fn two_writers_of_one_document_conflict(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "n": 0 }]).await.unwrap();
    let (first, second) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    // Both have read before either writes.
    assert_eq!(all(&*first).await, all(&*second).await);
    first.update_one(ITEMS, &by_id(1), &add_one()).await.unwrap();
    // One store refuses the second write, the other its commit.
    let outcome: StoreResult<()> = async {
        let written = second.update_one(ITEMS, &by_id(1), &add_one()).await.map(drop);
        first.commit().await.unwrap();
        match written {
            Ok(()) => second.commit().await,
            Err(error) => {
                second.abort().await.unwrap();
                Err(error)
            }
        }
    }
    .await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    assert_eq!(all(&***store).await, [doc! { "_id": 1, "n": 1 }]);
}

async fn retried_transactions_lose_no_update(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "n": 0 }, doc! { "_id": 2, "n": 0 }]).await.unwrap();
    let writers = (0..4).map(|_| {
        let store = store.store();
        tokio::spawn(async move {
            for _ in 0..5 {
                while let Err(error) = add_to_both(&*store).await {
                    assert!(matches!(error, StoreError::Conflict), "{error:?}");
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(all(&***store).await, [doc! { "_id": 1, "n": 20 }, doc! { "_id": 2, "n": 20 }]);
}

/// Reads both counters and writes what it read plus one, so that a lost update would show.
async fn add_to_both(store: &dyn Database) -> StoreResult<()> {
    transact(store, |transaction, _| {
        Box::pin(async move {
            for id in [1, 2] {
                let row = document(transaction.find(ITEMS, &Find::new(by_id(id))).await?.pop()).unwrap();
                let next = row.get_i32("n").unwrap() + 1;
                transaction.update_one(ITEMS, &by_id(id), &Update::default().set("n", next)).await?;
            }
            Ok(())
        })
    })
    .await
}

async fn work_that_fails_leaves_nothing(store: &TestStore) {
    let outcome: StoreResult<()> = transact(&***store, |transaction, _| {
        Box::pin(async move {
            insert(transaction, [doc! { "_id": 1 }]).await?;
            Err(StoreError::Invalid("the user's own reason".into()))
        })
    })
    .await;
    assert!(
        matches!(&outcome, Err(StoreError::Invalid(reason)) if reason == "the user's own reason"),
        "{outcome:?}"
    );
    assert!(all(&***store).await.is_empty());
}

async fn an_empty_transaction_commits(store: &TestStore) {
    store.begin().await.unwrap().commit().await.unwrap();
    store.begin().await.unwrap().abort().await.unwrap();
    assert!(store.is_transactional());
}

async fn a_batch_is_all_or_nothing(store: &TestStore) {
    let outcome: StoreResult<()> = transact(&***store, |transaction, _| {
        Box::pin(async move {
            insert(transaction, [doc! { "_id": 1 }, doc! { "_id": 2 }, doc! { "_id": 1 }]).await
        })
    })
    .await;
    assert!(matches!(outcome, Err(StoreError::Duplicate { .. })), "{outcome:?}");
    assert!(all(&***store).await.is_empty());
}
