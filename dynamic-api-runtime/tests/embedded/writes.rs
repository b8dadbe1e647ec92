//! Writes that meet: each succeeds or fails for itself, and what fails leaves nothing.

use bson::{doc, rawdoc};
use dynamic_api_runtime::{
    query::{Direction, FieldUpdate, Filter, Find, Projection, Sort, Update},
    store::{Collections, Database, EmbeddedStore, StoreError},
};
use futures_util::future::join_all;

use super::{all, assert_sound, prepare, read, unique};

#[tokio::test]
async fn writes_that_share_a_commit_fail_each_for_itself() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![unique(&["key"])]).await;
    // All are handed in before the first is answered; of three, two have the same key.
    let key = |id: i32| if id % 3 == 2 { id - 1 } else { id };
    let documents: Vec<_> = (0..300).map(|id| [rawdoc! { "_id": id, "key": key(id) }]).collect();
    let outcomes = join_all(documents.iter().map(|documents| store.insert("all", documents))).await;
    for three in outcomes.chunks(3) {
        assert!(three[0].is_ok(), "{three:?}");
        let refused =
            three.iter().filter(|outcome| matches!(outcome, Err(StoreError::Duplicate { .. }))).count();
        let stored = three.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!((stored, refused), (2, 1), "{three:?}");
    }
    assert_eq!(store.count("all", &Filter::All).await.unwrap(), 200);
    assert_sound(&store);
}

#[tokio::test]
async fn a_write_of_many_is_all_or_nothing() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![unique(&["key"])]).await;
    let twice =
        [rawdoc! { "_id": 1, "key": 1 }, rawdoc! { "_id": 2, "key": 2 }, rawdoc! { "_id": 3, "key": 1 }];
    assert!(matches!(store.insert("all", &twice).await, Err(StoreError::Duplicate { .. })));
    assert!(all(&store, "all").await.is_empty());

    store.insert("all", &twice[..2]).await.unwrap();
    let same = Update::default().set("key", 9);
    assert!(matches!(store.update_many("all", &Filter::All, &same).await, Err(StoreError::Duplicate { .. })));
    let text = Update::default().with("key", FieldUpdate::Inc("x".into()));
    assert!(matches!(store.update_many("all", &Filter::All, &text).await, Err(StoreError::Invalid(_))));
    assert_eq!(all(&store, "all").await, [doc! { "_id": 1, "key": 1 }, doc! { "_id": 2, "key": 2 }]);
    assert_sound(&store);
}

#[tokio::test]
async fn concurrent_increments_all_count() {
    let store = EmbeddedStore::in_memory().unwrap();
    store.insert("all", &[rawdoc! { "_id": 1, "n": 0 }]).await.unwrap();
    let (filter, update) = (Filter::eq("_id", 1), Update::default().with("n", FieldUpdate::Inc(1.into())));
    let results = join_all((0..200).map(|_| store.update_one("all", &filter, &update))).await;
    let mut seen: Vec<i32> =
        results.into_iter().map(|n| read(&n.unwrap().unwrap()).get_i32("n").unwrap()).collect();
    seen.sort_unstable();
    assert_eq!(seen, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_document_that_is_too_large_or_has_no_id_is_refused() {
    let store = EmbeddedStore::in_memory().unwrap();
    let large = rawdoc! { "_id": 1, "text": "x".repeat(16 * 1024 * 1024) };
    assert!(matches!(store.insert("all", &[large]).await, Err(StoreError::TooLarge(_))));
    prepare(&store, "keyed", vec![super::index(&["text"])]).await;
    let long_key = rawdoc! { "_id": 1, "text": "x".repeat(1024 * 1024) };
    let refused = store.insert("keyed", &[long_key]).await;
    assert!(matches!(refused, Err(StoreError::KeyTooLong { path, .. }) if path == "text"));
    let long_id = rawdoc! { "_id": "x".repeat(1024 * 1024) };
    let refused = store.insert("keyed", &[long_id]).await;
    assert!(matches!(refused, Err(StoreError::KeyTooLong { path, .. }) if path == "_id"));
    assert!(matches!(store.insert("all", &[rawdoc! { "a": 1 }]).await, Err(StoreError::Invalid(_))));
    assert!(matches!(store.insert("all", &[rawdoc! { "_id": [1] }]).await, Err(StoreError::Invalid(_))));
    let change_id = Update::default().set("_id", 2);
    store.insert("all", &[rawdoc! { "_id": 1 }]).await.unwrap();
    assert!(matches!(store.update_one("all", &Filter::All, &change_id).await, Err(StoreError::Invalid(_))));
    assert_eq!(all(&store, "all").await, [doc! { "_id": 1 }]);
}

/// By `n` from the largest, equal ones by `_id` from the smallest.
fn by_n_downwards() -> Sort {
    Sort::none().then("n", Direction::Descending).then("_id", Direction::Ascending)
}

#[tokio::test]
async fn a_page_is_cut_out_of_the_order_and_projected() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![super::index(&["n"])]).await;
    let documents: Vec<_> = (0..1000).map(|id| rawdoc! { "_id": id, "n": id / 3, "text": "x" }).collect();
    store.insert("all", &documents).await.unwrap();
    let find = Find::new(Filter::All).sort(by_n_downwards()).skip(2).limit(3);
    let find = find.project(Projection::Only(vec!["n".to_owned()]));
    let page: Vec<_> = store.find("all", &find).await.unwrap().iter().map(read).collect();
    assert_eq!(
        page,
        [doc! { "_id": 997, "n": 332 }, doc! { "_id": 998, "n": 332 }, doc! { "_id": 993, "n": 331 }]
    );
}

#[tokio::test]
async fn many_documents_of_one_value_come_in_the_order_of_their_ids_backwards_too() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![super::index(&["n"])]).await;
    let documents: Vec<_> = (0..1000)
        .map(|id| {
            let n: i32 = [1, 2, 2, 2, 3][id as usize / 200];
            rawdoc! { "_id": id, "n": n }
        })
        .collect();
    store.insert("all", &documents).await.unwrap();
    let backwards = Find::new(Filter::All).sort(by_n_downwards());
    let ids = async |find: Find| -> Vec<i32> {
        store.find("all", &find).await.unwrap().iter().map(|found| found.get_i32("_id").unwrap()).collect()
    };
    assert_eq!(ids(backwards.clone().limit(3)).await, [800, 801, 802]);
    assert_eq!(ids(backwards.clone().skip(199).limit(3)).await, [999, 200, 201]);
    let all: Vec<i32> = (800..1000).chain(200..800).chain(0..200).collect();
    assert_eq!(ids(backwards.limit(5000)).await, all);
}

fn set_to(from: i32, to: i32) -> (Filter, Update) {
    (Filter::eq("n", from), Update::default().set("n", to))
}

#[tokio::test]
async fn each_change_of_a_list_sees_those_before_it_and_all_are_made_or_none() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![super::unique(&["n"])]).await;
    store
        .insert(
            "all",
            &[rawdoc! { "_id": 1, "n": 1 }, rawdoc! { "_id": 2, "n": 2 }, rawdoc! { "_id": 3, "n": 3 }],
        )
        .await
        .unwrap();
    // A ring: each takes the place that the one before it left.
    let changed = store.update_each("all", &[set_to(1, 9), set_to(2, 1), set_to(7, 8), set_to(9, 2)]).await;
    assert_eq!(changed.unwrap(), 3);
    let ring = [doc! { "_id": 1, "n": 2 }, doc! { "_id": 2, "n": 1 }, doc! { "_id": 3, "n": 3 }];
    assert_eq!(all(&store, "all").await, ring);

    let refused = store.update_each("all", &[set_to(1, 4), set_to(2, 3)]).await;
    assert!(matches!(refused, Err(StoreError::Duplicate { .. })), "{refused:?}");
    assert_eq!(all(&store, "all").await, ring, "what went before the refused one is undone");
    super::assert_sound(&store);
}

#[tokio::test]
async fn a_transaction_depends_on_every_filter_of_a_list_of_changes() {
    let store = EmbeddedStore::in_memory().unwrap();
    store.insert("all", &[rawdoc! { "_id": 1, "n": 1 }, rawdoc! { "_id": 2, "n": 2 }]).await.unwrap();
    let transaction = store.begin().await.unwrap();
    assert_eq!(transaction.update_each("all", &[set_to(1, 5), set_to(7, 8)]).await.unwrap(), 1);
    // Now there is one for the second filter.
    store.update_one("all", &Filter::eq("_id", 2), &Update::default().set("n", 7)).await.unwrap();
    assert!(matches!(transaction.commit().await, Err(StoreError::Conflict)));
    assert_eq!(all(&store, "all").await, [doc! { "_id": 1, "n": 1 }, doc! { "_id": 2, "n": 7 }]);
}
