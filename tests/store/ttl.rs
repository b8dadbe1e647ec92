//! Rows that expire.

use bson::{Bson, DateTime, Document, doc};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Replacement, Sort, Update},
    store::{CollectionSpec, IndexKind, IndexReport, IndexSpec, StoreError, StoreResult, SyncIndexes},
};
use futures_util::TryStreamExt;
use test_support::TestStore;

use crate::{ITEMS, all, documents, ids, insert, raw};

fn expiring(path: &str, seconds: u32) -> IndexSpec {
    IndexSpec {
        keys: vec![(path.to_owned(), Direction::Ascending)],
        kind: IndexKind::Ttl { seconds },
        only_types: Vec::new(),
        only_null: Vec::new(),
    }
}

fn unique(path: &str) -> IndexSpec {
    IndexSpec { kind: IndexKind::Unique, ..expiring(path, 0) }
}

async fn prepare(store: &TestStore, indexes: Vec<IndexSpec>) -> StoreResult<IndexReport> {
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes };
    store.prepare(&spec, SyncIndexes::CreateOnly).await
}

/// So many seconds from now.
fn from_now(seconds: i64) -> DateTime {
    DateTime::from_millis(DateTime::now().timestamp_millis() + seconds * 1000)
}

const HOUR: i64 = 3600;

/// A store whose rows expire an hour after `at`.
async fn hourly(more: Vec<IndexSpec>) -> TestStore {
    let store = test_support::embedded_store();
    let mut indexes = vec![expiring("at", 3600)];
    indexes.extend(more);
    prepare(&store, indexes).await.unwrap();
    store
}

fn bsons(ids: &[i32]) -> Vec<Bson> {
    ids.iter().copied().map(Bson::from).collect()
}

/// Rows on both sides of the limit; 1, 3 and 6 have expired.
fn rows() -> Vec<Document> {
    vec![
        doc! { "_id": 1, "at": from_now(-HOUR - 1), "n": 1 },
        doc! { "_id": 2, "at": from_now(-HOUR + 60), "n": 1 },
        doc! { "_id": 3, "at": [from_now(HOUR), from_now(-2 * HOUR)], "n": 1 },
        doc! { "_id": 4, "at": [from_now(HOUR), "text"], "n": 1 },
        doc! { "_id": 5, "n": 1 },
        doc! { "_id": 6, "at": DateTime::from_millis(-5), "n": 1 },
        doc! { "_id": 7, "at": 0, "n": 1 },
        doc! { "_id": 8, "at": null, "n": 1 },
    ]
}

#[tokio::test]
async fn no_read_sees_what_has_expired() {
    let store = test_support::embedded_store();
    insert(&**store, rows()).await.unwrap();
    prepare(&store, vec![expiring("at", 3600), IndexSpec { kind: IndexKind::Plain, ..unique("n") }])
        .await
        .unwrap();
    let living = bsons(&[2, 4, 5, 7, 8]);

    assert_eq!(ids(&all(&**store).await), living);
    assert_eq!(store.count(ITEMS, &Filter::All).await.unwrap(), 5);
    assert_eq!(store.count(ITEMS, &Filter::eq("n", 1)).await.unwrap(), 5, "through an index");
    assert_eq!(store.count(ITEMS, &Filter::eq("_id", 1)).await.unwrap(), 0);
    let by_date = Find::new(Filter::All).sort(Sort::none().then("at", Direction::Descending)).limit(2);
    assert_eq!(ids(&documents(store.find(ITEMS, &by_date).await.unwrap())), bsons(&[4, 2]));
    let skipped = Find::new(Filter::All).sort(Sort::none().stable()).skip(4);
    assert_eq!(ids(&documents(store.find(ITEMS, &skipped).await.unwrap())), bsons(&[8]));

    let grouped = [doc! { "$group": { "_id": null, "n": { "$sum": 1 } } }];
    assert_eq!(documents(store.aggregate(ITEMS, &grouped).await.unwrap()), [doc! { "_id": null, "n": 5 }]);
    let lookup = doc! { "from": ITEMS, "localField": "n", "foreignField": "n", "as": "same" };
    store.insert("others", &[raw(doc! { "_id": 1, "n": 1 })]).await.unwrap();
    let joined = documents(store.aggregate("others", &[doc! { "$lookup": lookup }]).await.unwrap());
    let same = joined[0].get_array("same").unwrap().iter().map(|row| row.as_document().unwrap().clone());
    assert_eq!(ids(&same.collect::<Vec<_>>()), living);

    let transaction = store.begin().await.unwrap();
    assert_eq!(transaction.count(ITEMS, &Filter::All).await.unwrap(), 5);
    transaction.insert(ITEMS, &[raw(doc! { "_id": 9, "at": from_now(-2 * HOUR) })]).await.unwrap();
    assert_eq!(transaction.count(ITEMS, &Filter::All).await.unwrap(), 5, "it came too late");
}

#[tokio::test]
async fn no_write_meets_what_has_expired() {
    let store = hourly(Vec::new()).await;
    insert(&**store, rows()).await.unwrap();
    let gone = Filter::eq("_id", 1);
    let update = Update::default().set("n", 2);
    assert_eq!(store.update_one(ITEMS, &gone, &update).await.unwrap(), None);
    let replacement = Replacement { document: raw(doc! { "n": 3 }), keep: vec![] };
    assert_eq!(store.replace_one(ITEMS, &gone, &replacement).await.unwrap(), None);
    assert_eq!(store.update_each(ITEMS, &[(gone.clone(), update.clone())]).await.unwrap(), 0);
    assert_eq!(store.delete_one(ITEMS, &gone).await.unwrap(), 0);
    assert_eq!(store.update_many(ITEMS, &Filter::All, &update).await.unwrap(), 5);
    assert_eq!(store.delete_many(ITEMS, &Filter::All).await.unwrap(), 5);
    assert_eq!(all(&**store).await, Vec::<Document>::new());
}

#[tokio::test]
async fn a_row_expires_by_an_update_and_lives_on_by_another() {
    let store = hourly(Vec::new()).await;
    insert(&**store, [doc! { "_id": 1, "at": from_now(0) }, doc! { "_id": 2, "at": from_now(-HOUR + 60) }])
        .await
        .unwrap();
    let to = |at: DateTime| Update::default().set("at", at);
    store.update_one(ITEMS, &Filter::eq("_id", 2), &to(from_now(0))).await.unwrap().unwrap();
    let changed = store.update_one(ITEMS, &Filter::eq("_id", 1), &to(from_now(-2 * HOUR))).await.unwrap();
    assert!(changed.is_some(), "it was there to be changed");
    assert_eq!(ids(&all(&**store).await), bsons(&[2]));
}

#[tokio::test]
async fn what_has_expired_takes_no_key() {
    let store = hourly(vec![unique("code")]).await;
    // In one write, so that it is not removed by the next one before it is met.
    let transaction = store.begin().await.unwrap();
    let old = |id: i32, code: &str| raw(doc! { "_id": id, "at": from_now(-2 * HOUR), "code": code });
    transaction.insert(ITEMS, &[old(1, "a"), old(2, "b")]).await.unwrap();
    let new = |id: i32, code: &str| raw(doc! { "_id": id, "at": from_now(0), "code": code });
    transaction.insert(ITEMS, &[new(3, "a"), new(2, "c")]).await.unwrap();
    assert_eq!(transaction.count(ITEMS, &Filter::eq("code", "a")).await.unwrap(), 1);
    transaction.commit().await.unwrap();
    assert_eq!(ids(&all(&**store).await), bsons(&[2, 3]));

    let taken = store.insert(ITEMS, &[new(4, "a")]).await;
    assert!(matches!(taken, Err(StoreError::Duplicate { .. })), "{taken:?}");
    store.insert(ITEMS, &[old(5, "z"), new(6, "z")]).await.unwrap();
    store.insert(ITEMS, &[new(5, "y")]).await.unwrap();
    assert_eq!(ids(&all(&**store).await), bsons(&[2, 3, 5, 6]));
}

#[tokio::test]
async fn a_unique_index_can_be_made_over_what_has_expired() {
    let store = test_support::embedded_store();
    let rows = [
        doc! { "_id": 1, "at": from_now(-2 * HOUR), "code": "a" },
        doc! { "_id": 2, "at": from_now(0), "code": "a" },
    ];
    insert(&**store, rows).await.unwrap();
    prepare(&store, vec![unique("code"), expiring("at", 3600)]).await.unwrap();
    assert_eq!(ids(&all(&**store).await), bsons(&[2]));
    let taken = insert(&**store, [doc! { "_id": 3, "code": "a" }]).await;
    assert!(matches!(taken, Err(StoreError::Duplicate { .. })), "{taken:?}");
}

#[tokio::test]
async fn only_rows_of_the_index_expire() {
    let store = test_support::embedded_store();
    let unless_kept = IndexSpec { only_null: vec!["kept".to_owned()], ..expiring("at", 0) };
    prepare(&store, vec![unless_kept]).await.unwrap();
    let rows = [
        doc! { "_id": 1, "at": from_now(-1) },
        doc! { "_id": 2, "at": from_now(-1), "kept": true },
        doc! { "_id": 3, "at": from_now(HOUR) },
    ];
    insert(&**store, rows).await.unwrap();
    assert_eq!(ids(&all(&**store).await), bsons(&[2, 3]));
    store.update_one(ITEMS, &Filter::eq("_id", 2), &Update::default().set("kept", Bson::Null)).await.unwrap();
    assert_eq!(ids(&all(&**store).await), bsons(&[3]));
}

/// MongoDB removes what has expired about once a minute; what is ours is to tell it so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_is_told_when_rows_expire() {
    let store = test_support::mongo_store().await;
    prepare(&store, vec![expiring("at", 3600), expiring("until", 0)]).await.unwrap();
    let items = store.mongo().unwrap().collection::<Document>(ITEMS);
    let indexes: Vec<_> = items.list_indexes().await.unwrap().try_collect().await.unwrap();
    let after: Vec<_> = indexes
        .iter()
        .filter_map(|index| {
            let seconds = index.options.as_ref()?.expire_after?.as_secs();
            Some((index.keys.keys().next()?.clone(), seconds))
        })
        .collect();
    assert_eq!(after, [("at".to_owned(), 3600), ("until".to_owned(), 0)]);

    let other = prepare(&store, vec![expiring("at", 60)]).await;
    assert!(matches!(other, Err(StoreError::Index(_))), "{other:?}");
}

#[tokio::test]
async fn another_time_to_live_is_another_shape() {
    let store = hourly(Vec::new()).await;
    let other = prepare(&store, vec![expiring("at", 60)]).await;
    let Err(StoreError::Index(text)) = other else { panic!("{other:?}") };
    assert!(text.contains("at_1") && text.contains("3600") && text.contains("60 seconds"), "{text}");
}
