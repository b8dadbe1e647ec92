//! Indexes in which texts that differ in case alone are one key: the same on both stores, letter by letter.

use std::collections::BTreeSet;

use bson::{Bson, doc, spec::ElementType};
use dynamic_api_runtime::{
    query::{Direction::Ascending, Filter, Find, Update},
    store::{CollectionSpec, IndexKind, IndexSpec, StoreError, StoreResult, SyncIndexes},
};
use test_support::{TestStore, embedded_store, mongo_store};

use super::{ITEMS, all, ids, insert, on_both_stores};

fn index(kind: IndexKind) -> IndexSpec {
    IndexSpec { keys: vec![("email".into(), Ascending)], kind, only_types: vec![], only_null: vec![] }
}

async fn prepare(store: &TestStore, indexes: &[IndexSpec]) -> StoreResult<()> {
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes: indexes.to_vec() };
    store.prepare(&spec, SyncIndexes::CreateOnly).await.map(drop)
}

#[track_caller]
fn is_taken(outcome: StoreResult<()>) {
    match outcome {
        Err(StoreError::Duplicate { fields, .. }) => assert_eq!(fields[0].0, "email"),
        other => panic!("{other:?}"),
    }
}

on_both_stores! {
    case_alone_makes_no_other_key,
    conditions_hold,
    it_is_one_index_beside_others,
    filters_and_orders_compare_letter_for_letter,
    what_is_there_twice_stops_the_start,
}

async fn case_alone_makes_no_other_key(store: &TestStore) {
    prepare(store, &[index(IndexKind::UniqueIgnoringCase)]).await.unwrap();
    for (id, email) in ["Ada@x.org", "straße", "Émile", "ΣΊΣΥΦΟΣ", "５"].into_iter().enumerate() {
        insert(&***store, [doc! { "_id": id as i64, "email": email }]).await.unwrap();
    }
    for same in ["ada@X.ORG", "ＡDA@x.org", "STRAßE", "éMILE", "E\u{301}mile", "σίσυφος", "5"] {
        is_taken(insert(&***store, [doc! { "_id": 100, "email": same }]).await);
    }
    for (id, other) in
        ["Emile", "strasse", "Ada @x.org", "Ada.@x.org", "Adä@x.org", ""].into_iter().enumerate()
    {
        insert(&***store, [doc! { "_id": 200 + id as i64, "email": other }]).await.unwrap();
    }
    let change = Update::default().set("email", "EMILE");
    let changed = store.update_one(ITEMS, &Filter::eq("_id", 0_i64), &change).await;
    is_taken(changed.map(drop));
    // A document is not in its own way.
    let change = Update::default().set("email", "ADA@x.org");
    assert!(store.update_one(ITEMS, &Filter::eq("_id", 0_i64), &change).await.unwrap().is_some());
}

async fn conditions_hold(store: &TestStore) {
    let conditional = IndexSpec {
        only_types: vec![("email".into(), vec![ElementType::String])],
        only_null: vec!["deletedAt".into()],
        ..index(IndexKind::UniqueIgnoringCase)
    };
    prepare(store, &[conditional]).await.unwrap();
    let now = bson::DateTime::now();
    insert(
        &***store,
        [doc! { "_id": 1 }, doc! { "_id": 2 }, doc! { "_id": 3, "email": "a", "deletedAt": now }],
    )
    .await
    .unwrap();
    insert(&***store, [doc! { "_id": 4, "email": "A" }]).await.unwrap();
    is_taken(insert(&***store, [doc! { "_id": 5, "email": "a" }]).await);
    is_taken(
        store
            .update_one(ITEMS, &Filter::eq("_id", 3), &Update::default().set("deletedAt", Bson::Null))
            .await
            .map(drop),
    );
}

async fn it_is_one_index_beside_others(store: &TestStore) {
    let both = [index(IndexKind::UniqueIgnoringCase), index(IndexKind::Plain)];
    prepare(store, &both).await.unwrap();
    prepare(store, &both).await.unwrap();
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes: both.to_vec() };
    let report = store.index_report(&spec).await.unwrap();
    assert!(report.is_exact(), "{report:?}");
    let mut names = report.declared;
    names.sort();
    assert_eq!(names, ["email_1", "email_1_ci"]);
    // One that compares letter for letter is another.
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes: vec![index(IndexKind::Unique)] };
    let report = store.prepare(&spec, SyncIndexes::Exact).await.unwrap();
    assert!(!report.is_exact(), "{report:?}");
    insert(&***store, [doc! { "_id": 1, "email": "a" }, doc! { "_id": 2, "email": "A" }]).await.unwrap();
    is_taken(insert(&***store, [doc! { "_id": 3, "email": "a" }]).await);
}

async fn filters_and_orders_compare_letter_for_letter(store: &TestStore) {
    prepare(store, &[index(IndexKind::UniqueIgnoringCase)]).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "email": "b" }, doc! { "_id": 2, "email": "C" }]).await.unwrap();
    for (email, found) in [("b", 1), ("B", 0), ("C", 1), ("c", 0)] {
        let rows = store.find(ITEMS, &Find::new(Filter::eq("email", email))).await.unwrap();
        assert_eq!(rows.len(), found, "{email}");
    }
    let sort = dynamic_api_runtime::query::Sort::none().then("email", Ascending);
    let rows = store.find(ITEMS, &Find::new(Filter::All).sort(sort).limit(2)).await.unwrap();
    assert_eq!(ids(&super::documents(rows)), [Bson::Int32(2), Bson::Int32(1)]);
}

async fn what_is_there_twice_stops_the_start(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "email": "a" }, doc! { "_id": 2, "email": "A" }]).await.unwrap();
    let error = prepare(store, &[index(IndexKind::UniqueIgnoringCase)]).await.unwrap_err();
    assert!(error.to_string().contains("email_1_ci"), "{error}");
    assert_eq!(all(&***store).await.len(), 2);
}

/// The letters that the index takes, where they come in order.
async fn taken(store: &TestStore, letters: &[char]) -> BTreeSet<char> {
    prepare(store, &[index(IndexKind::UniqueIgnoringCase)]).await.unwrap();
    let mut taken = BTreeSet::new();
    for letter in letters {
        match insert(&***store, [doc! { "email": format!("x{letter}y"), "_id": *letter as i64 }]).await {
            Ok(()) => drop(taken.insert(*letter)),
            Err(StoreError::Duplicate { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    taken
}

#[tokio::test]
async fn every_letter_is_compared_as_by_mongodb() {
    let runs = [
        0x1..=0x24f,
        0x370..=0x3ff,
        0x400..=0x481,
        0x1e00..=0x1fff,
        0x2070..=0x209c,
        0x2460..=0x24e9,
        0x3041..=0x30ff,
        0xff01..=0xff5e,
    ];
    let letters: Vec<char> = runs.into_iter().flatten().filter_map(char::from_u32).collect();
    let (embedded, mongo) = (embedded_store(), mongo_store().await);
    let (by_embedded, by_mongo) = (taken(&embedded, &letters).await, taken(&mongo, &letters).await);
    let differ: Vec<String> =
        by_embedded.symmetric_difference(&by_mongo).map(|letter| format!("{:x}", *letter as u32)).collect();
    assert!(differ.is_empty(), "{} of {}: {differ:?}", differ.len(), letters.len());
}
