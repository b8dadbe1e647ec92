//! How many commands each operation costs on MongoDB, as the driver's monitoring counts them.

use std::time::Duration;

use bson::doc;
use dynamic_api_runtime::{
    query::{Direction, FieldUpdate, Filter, Find, Op, Replacement, Sort, Update},
    store::{CollectionSpec, IndexKind, IndexSpec, StoreError, SyncIndexes, transact},
};

use crate::{ITEMS, insert, raw, watched::Watched};

/// A store with rows in it.
async fn with_rows() -> Watched {
    let watched = Watched::new().await;
    insert(watched.store(), (0..300).map(|n| doc! { "_id": n, "n": n })).await.unwrap();
    watched.taken();
    watched
}

fn by_id(id: i32) -> Filter {
    Filter::eq("_id", id)
}

#[tokio::test]
async fn every_operation_on_one_document_is_one_command() {
    let watched = with_rows().await;
    let store = watched.store();

    store.find(ITEMS, &Find::new(by_id(1)).limit(1)).await.unwrap();
    assert_eq!(watched.taken(), ["find"]);
    insert(store, [doc! { "_id": 1000 }]).await.unwrap();
    assert_eq!(watched.taken(), ["insert"]);
    store.update_one(ITEMS, &by_id(1), &Update::default().set("a", 1)).await.unwrap().unwrap();
    assert_eq!(watched.taken(), ["findAndModify"]);
    store.update_one(ITEMS, &by_id(1), &Update::default()).await.unwrap().unwrap();
    assert_eq!(watched.taken(), ["find"]);
    let replacement = Replacement { document: raw(doc! { "b": 1 }), keep: vec!["n"] };
    store.replace_one(ITEMS, &by_id(1), &replacement).await.unwrap().unwrap();
    assert_eq!(watched.taken(), ["findAndModify"]);
    store.delete_one(ITEMS, &by_id(1)).await.unwrap();
    assert_eq!(watched.taken(), ["delete"]);
}

#[tokio::test]
async fn every_operation_on_many_documents_is_one_command() {
    let watched = with_rows().await;
    let store = watched.store();

    for limit in [1, 20, 100, 101, 300, 1000] {
        let list = Find::new(Filter::All).sort(Sort::none().then("n", Direction::Descending)).limit(limit);
        assert_eq!(store.find(ITEMS, &list).await.unwrap().len() as u64, limit.min(300));
        assert_eq!(watched.taken(), ["find"], "no getMore and no killCursors for a limit of {limit}");
    }
    assert_eq!(store.find(ITEMS, &Find::new(Filter::All)).await.unwrap().len(), 300);
    assert_eq!(watched.taken(), ["find"]);
    store.count(ITEMS, &Filter::All).await.unwrap();
    assert_eq!(watched.taken(), ["aggregate"]);
    assert_eq!(store.aggregate(ITEMS, &[doc! { "$match": {} }]).await.unwrap().len(), 300);
    assert_eq!(watched.taken(), ["aggregate"]);
    insert(store, (1000..1500).map(|n| doc! { "_id": n })).await.unwrap();
    assert_eq!(watched.taken(), ["insert"]);
    store.update_many(ITEMS, &Filter::All, &Update::default().set("a", 1)).await.unwrap();
    assert_eq!(watched.taken(), ["update"]);
    let each: Vec<_> = (0..300).map(|n| (by_id(n), Update::default().set("a", n))).collect();
    assert_eq!(store.update_each(ITEMS, &each).await.unwrap(), 300);
    assert_eq!(watched.taken(), ["update"]);
    assert_eq!(store.update_each(ITEMS, &[]).await.unwrap(), 0);
    assert_eq!(watched.taken(), [""; 0]);
    store.delete_many(ITEMS, &Filter::All).await.unwrap();
    assert_eq!(watched.taken(), ["delete"]);
}

#[tokio::test]
async fn a_transaction_costs_its_commit() {
    let watched = with_rows().await;
    transact::<_, StoreError, _>(watched.store(), |transaction, _| {
        Box::pin(async move { insert(transaction, (1000..1003).map(|n| doc! { "_id": n })).await })
    })
    .await
    .unwrap();
    assert_eq!(watched.taken(), ["insert", "commitTransaction"]);

    let filter = Filter::is_in("_id", [1, 2]);
    transact::<_, StoreError, _>(watched.store(), |transaction, _| {
        let filter = filter.clone();
        Box::pin(async move {
            transaction
                .update_many(ITEMS, &filter, &Update::default().with("n", FieldUpdate::Inc(1.into())))
                .await?;
            transaction.find(ITEMS, &Find::new(filter).limit(2)).await
        })
    })
    .await
    .unwrap();
    assert_eq!(watched.taken(), ["update", "find", "commitTransaction"]);

    let each = [(by_id(1), Update::default().set("a", 1)), (by_id(2), Update::default().set("a", 2))];
    transact::<_, StoreError, _>(watched.store(), |transaction, _| {
        let each = each.clone();
        Box::pin(async move { transaction.update_each(ITEMS, &each).await })
    })
    .await
    .unwrap();
    assert_eq!(watched.taken(), ["update", "commitTransaction"]);
}

#[tokio::test]
async fn all_indexes_of_a_collection_are_one_command() {
    let watched = with_rows().await;
    let index = |path: &str| IndexSpec {
        keys: vec![(path.to_owned(), Direction::Ascending)],
        kind: IndexKind::Plain,
        only_types: Vec::new(),
        only_null: Vec::new(),
    };
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes: ["a", "b", "c"].map(index).to_vec() };
    let prepare = || watched.store().prepare(&spec, SyncIndexes::CreateOnly);
    prepare().await.unwrap();
    assert_eq!(watched.taken(), ["listIndexes", "createIndexes"]);
    prepare().await.unwrap();
    assert_eq!(watched.taken(), ["listIndexes"]);
    watched.store().prepare(&spec, SyncIndexes::Exact).await.unwrap();
    assert_eq!(watched.taken(), ["listIndexes"]);
    let fewer = CollectionSpec { indexes: spec.indexes[..1].to_vec(), ..spec.clone() };
    watched.store().prepare(&fewer, SyncIndexes::Exact).await.unwrap();
    assert_eq!(watched.taken(), ["listIndexes", "dropIndexes"]);
    assert_eq!(watched.store().foreign_id_type(ITEMS).await.unwrap().as_deref(), Some("int"));
    assert_eq!(watched.taken(), ["find"]);
}

/// A read that nobody waits for any more must not go on in the server.
#[tokio::test]
async fn the_server_is_told_how_long_a_read_may_take() {
    let watched = with_rows().await;
    let store = watched.store();
    let limits = |watched: &Watched| -> Vec<i64> {
        let limit = |command: bson::Document| {
            let limit = command.get("maxTimeMS").unwrap();
            limit.as_i64().or(limit.as_i32().map(i64::from)).unwrap()
        };
        watched.commands().into_iter().map(limit).collect()
    };
    let find = Find::new(Filter::All);
    store.find(ITEMS, &find).await.unwrap();
    store.find(ITEMS, &find.clone().time_limit(Duration::from_millis(1234))).await.unwrap();
    store.count(ITEMS, &Filter::All).await.unwrap();
    store.aggregate(ITEMS, &[doc! { "$match": {} }]).await.unwrap();
    assert_eq!(limits(&watched), [10_000, 1234, 10_000, 10_000]);

    let hurried = watched.mongo().clone().with_answer_limit(Duration::from_millis(2500));
    dynamic_api_runtime::store::Collections::count(&hurried, ITEMS, &Filter::All).await.unwrap();
    // The server would take a limit of 0 milliseconds for none.
    let _ = store.find(ITEMS, &find.time_limit(Duration::from_micros(10))).await;
    assert_eq!(limits(&watched), [2500, 1]);
}

#[tokio::test]
async fn a_read_beyond_its_time_is_given_up() {
    let watched = Watched::new().await;
    let text = "a".repeat(2000);
    for batch in 0..4 {
        let rows = (0..5000).map(|n| doc! { "_id": batch * 5000 + n, "text": &text });
        insert(watched.store(), rows).await.unwrap();
    }
    let slow = Find::new(Filter::field("text", Op::Contains(format!("{}b", "a".repeat(900)))));
    let outcome = watched.store().find(ITEMS, &slow.time_limit(Duration::from_millis(1))).await;
    assert!(matches!(outcome, Err(StoreError::TimedOut)), "{outcome:?}");
}
