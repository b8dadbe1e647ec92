//! Many changes of single documents in one write.

use bson::{Bson, doc};
use dynamic_api_runtime::{
    query::{Direction, FieldUpdate, Filter, Op, Update},
    store::{CollectionSpec, IndexKind, IndexSpec, StoreError, StoreResult, SyncIndexes, transact},
};
use test_support::TestStore;

use crate::{ITEMS, all, insert, on_both_stores};

on_both_stores![
    each_change_is_of_one_document,
    a_key_that_is_taken_is_named,
    a_transaction_has_all_or_none,
    two_transactions_on_one_document_conflict,
    a_change_that_does_not_fit_is_invalid,
];

fn by_id(id: i32) -> Filter {
    Filter::eq("_id", id)
}

fn add(by: i32) -> Update {
    Update::default().with("n", FieldUpdate::Inc(by.into()))
}

async fn seed(store: &TestStore) {
    let email = IndexSpec {
        keys: vec![("email".to_owned(), Direction::Ascending)],
        kind: IndexKind::Unique,
        only_types: Vec::new(),
        only_null: Vec::new(),
    };
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes: vec![email] };
    store.prepare(&spec, SyncIndexes::CreateOnly).await.unwrap();
    insert(&***store, (1..5).map(|n| doc! { "_id": n, "n": n, "email": format!("{n}@example.org") }))
        .await
        .unwrap();
}

async fn numbers(store: &TestStore) -> Vec<i32> {
    all(&***store).await.iter().map(|row| row.get_i32("n").unwrap()).collect()
}

async fn each_change_is_of_one_document(store: &TestStore) {
    seed(store).await;
    let above_two = Filter::field("n", Op::Gt(2.into()));
    let changes = [
        (by_id(1), add(10)),
        (by_id(9), add(10)),
        (by_id(1), add(100)),
        (above_two.and(Filter::eq("_id", 1)), add(1000)),
        (Filter::eq("n", 4), Update::default().set("n", 0)),
        // No change at all, which must not take the document away.
        (by_id(2), Update::default()),
        (Filter::Nothing, add(1)),
    ];
    assert_eq!(store.update_each(ITEMS, &changes).await.unwrap(), 5);
    assert_eq!(numbers(store).await, [1111, 2, 3, 0]);
    let first_only = [(Filter::field("n", Op::Lt(5.into())), Update::default().set("mark", true))];
    assert_eq!(store.update_each(ITEMS, &first_only).await.unwrap(), 1);
    assert_eq!(store.count(ITEMS, &Filter::eq("mark", true)).await.unwrap(), 1);
    assert_eq!(store.update_each(ITEMS, &[]).await.unwrap(), 0);

    let many: Vec<_> = (0..3000).map(|n| (by_id(n % 4 + 1), add(1))).collect();
    let before = numbers(store).await;
    assert_eq!(store.update_each(ITEMS, &many).await.unwrap(), 3000);
    assert_eq!(numbers(store).await, before.iter().map(|n| n + 750).collect::<Vec<_>>());
}

fn assert_taken(outcome: StoreResult<u64>) {
    let Err(StoreError::Duplicate { collection, fields }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(
        (collection.as_str(), fields),
        (ITEMS, vec![("email".to_owned(), Bson::from("2@example.org"))])
    );
}

async fn a_key_that_is_taken_is_named(store: &TestStore) {
    seed(store).await;
    let changes = [(by_id(1), Update::default().set("email", "2@example.org")), (by_id(3), add(1))];
    assert_taken(store.update_each(ITEMS, &changes).await);
    let inside = transact::<_, StoreError, _>(&***store, |transaction, _| {
        let changes = changes.clone();
        Box::pin(async move { transaction.update_each(ITEMS, &changes).await })
    });
    assert_taken(inside.await);
    assert_eq!(numbers(store).await, [1, 2, 3, 4], "what comes behind a failure is not done");
}

async fn a_transaction_has_all_or_none(store: &TestStore) {
    seed(store).await;
    let changes = [(by_id(1), add(1)), (by_id(2), add(1))];
    let aborted = store.begin().await.unwrap();
    assert_eq!(aborted.update_each(ITEMS, &changes).await.unwrap(), 2);
    aborted.abort().await.unwrap();
    assert_eq!(numbers(store).await, [1, 2, 3, 4]);
    let committed = store.begin().await.unwrap();
    assert_eq!(committed.update_each(ITEMS, &changes).await.unwrap(), 2);
    assert_eq!(numbers(store).await, [1, 2, 3, 4], "nobody sees it before");
    committed.commit().await.unwrap();
    assert_eq!(numbers(store).await, [2, 3, 3, 4]);
}

async fn two_transactions_on_one_document_conflict(store: &TestStore) {
    seed(store).await;
    let (first, second) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    // Both see the document as it is before the other's write.
    for transaction in [&first, &second] {
        assert_eq!(transaction.count(ITEMS, &by_id(1)).await.unwrap(), 1);
    }
    first.update_each(ITEMS, &[(by_id(1), add(1))]).await.unwrap();
    let lost = async {
        second.update_each(ITEMS, &[(by_id(2), add(1)), (by_id(1), add(1))]).await?;
        first.commit().await?;
        second.commit().await
    };
    let lost = lost.await;
    assert!(matches!(lost, Err(StoreError::Conflict)), "{lost:?}");
}

async fn a_change_that_does_not_fit_is_invalid(store: &TestStore) {
    seed(store).await;
    let of_a_text = Update::default().with("email", FieldUpdate::Inc(1.into()));
    let outcome = store.update_each(ITEMS, &[(by_id(1), of_a_text)]).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
    let twice = add(1).set("n", 5);
    let outcome = store.update_each(ITEMS, &[(by_id(1), add(1)), (by_id(2), twice)]).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
}
