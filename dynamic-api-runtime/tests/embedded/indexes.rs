//! Unique, compound, partial and multikey indexes, and what stands in the way of a declared one.

use bson::{Bson, bson, doc, oid::ObjectId, rawdoc, spec::ElementType};
use dynamic_api_runtime::{
    query::{Filter, Update},
    store::{CollectionSpec, Collections, Database, EmbeddedStore, StoreError, SyncIndexes},
};

use super::{all, assert_sound, index, prepare, unique};

fn duplicate(result: Result<(), StoreError>) -> Vec<(String, Bson)> {
    match result {
        Err(StoreError::Duplicate { collection, fields }) => {
            assert_eq!(collection, "users");
            fields
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_unique_index_names_the_values_that_are_taken() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "users", vec![unique(&["name"]), unique(&["city", "-street.no"])]).await;
    let ada = rawdoc! { "_id": 1, "name": "Ada", "city": "Paris", "street": { "no": 7 } };
    store.insert("users", std::slice::from_ref(&ada)).await.unwrap();

    let taken = duplicate(store.insert("users", &[ada]).await);
    assert_eq!(taken, [("_id".to_owned(), bson!(1))]);
    let taken = duplicate(store.insert("users", &[rawdoc! { "_id": 2, "name": "Ada" }]).await);
    assert_eq!(taken, [("name".to_owned(), bson!("Ada"))]);
    let same_house = rawdoc! { "_id": 2, "name": "Bob", "city": "Paris", "street": { "no": 7.0 } };
    let taken = duplicate(store.insert("users", &[same_house]).await);
    assert_eq!(taken, [("city".to_owned(), bson!("Paris")), ("street.no".to_owned(), bson!(7.0))]);

    // A missing value counts as null, and null is a value.
    store.insert("users", &[rawdoc! { "_id": 3, "city": "Rome" }]).await.unwrap();
    let taken = duplicate(store.insert("users", &[rawdoc! { "_id": 4, "name": bson::RawBson::Null }]).await);
    assert_eq!(taken, [("name".to_owned(), Bson::Null)]);
    assert_sound(&store);
}

#[tokio::test]
async fn an_update_to_a_taken_value_changes_nothing_and_a_freed_value_can_be_taken() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "users", vec![unique(&["name"])]).await;
    store
        .insert("users", &[rawdoc! { "_id": 1, "name": "a" }, rawdoc! { "_id": 2, "name": "b" }])
        .await
        .unwrap();

    let to_a = Update::default().set("name", "a");
    let error = store.update_one("users", &Filter::eq("_id", 2), &to_a).await.unwrap_err();
    assert!(matches!(error, StoreError::Duplicate { .. }));
    assert_eq!(all(&store, "users").await, [doc! { "_id": 1, "name": "a" }, doc! { "_id": 2, "name": "b" }]);

    store.update_one("users", &Filter::eq("_id", 1), &Update::default().set("name", "c")).await.unwrap();
    store.update_one("users", &Filter::eq("_id", 2), &to_a).await.unwrap();
    assert_eq!(store.delete_one("users", &Filter::eq("name", "a")).await.unwrap(), 1);
    store.insert("users", &[rawdoc! { "_id": 3, "name": "a" }]).await.unwrap();
    assert_sound(&store);
}

#[tokio::test]
async fn a_partial_unique_index_leaves_the_other_documents_alone() {
    let store = EmbeddedStore::in_memory().unwrap();
    let mut living = unique(&["name"]);
    living.only_null = vec!["deletedAt".to_owned()];
    let mut named = unique(&["nick"]);
    named.only_types = vec![("nick".to_owned(), vec![ElementType::String])];
    prepare(&store, "users", vec![living, named]).await;

    store.insert("users", &[rawdoc! { "_id": 1, "name": "a", "deletedAt": true }]).await.unwrap();
    store.insert("users", &[rawdoc! { "_id": 2, "name": "a" }]).await.unwrap();
    duplicate(store.insert("users", &[rawdoc! { "_id": 3, "name": "a", "nick": "n" }]).await);
    store.insert("users", &[rawdoc! { "_id": 3, "name": "b", "nick": "n" }]).await.unwrap();
    let taken = duplicate(store.insert("users", &[rawdoc! { "_id": 4, "name": "c", "nick": "n" }]).await);
    assert_eq!(taken, [("nick".to_owned(), bson!("n"))]);

    // Restoring the deleted document would make its name taken twice.
    let restore = Update::default().set("deletedAt", Bson::Null);
    let error = store.update_one("users", &Filter::eq("_id", 1), &restore).await.unwrap_err();
    assert!(matches!(error, StoreError::Duplicate { .. }));
    assert_sound(&store);
}

#[tokio::test]
async fn an_array_has_every_element_in_the_index_and_is_found_once() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "users", vec![unique(&["tags"])]).await;
    store.insert("users", &[rawdoc! { "_id": 1, "tags": ["a", "b", "a"] }]).await.unwrap();
    let taken = duplicate(store.insert("users", &[rawdoc! { "_id": 2, "tags": ["c", "b"] }]).await);
    assert_eq!(taken, [("tags".to_owned(), bson!("b"))]);
    let found = store.count("users", &Filter::is_in("tags", ["a", "b"])).await.unwrap();
    assert_eq!(found, 1);
}

#[tokio::test]
async fn an_index_is_built_over_existing_documents_or_says_why_not() {
    let store = EmbeddedStore::in_memory().unwrap();
    let people =
        [rawdoc! { "_id": 1, "name": "Ada", "age": 1 }, rawdoc! { "_id": 2, "name": "Ada", "age": 2 }];
    store.insert("users", &people).await.unwrap();
    let spec = |indexes| CollectionSpec { name: "users".to_owned(), indexes };

    let error = store
        .prepare(&spec(vec![index(&["age"]), unique(&["name"])]), SyncIndexes::CreateOnly)
        .await
        .unwrap_err();
    let StoreError::Index(text) = &error else { panic!("{error:?}") };
    for named in ["name_1", "users", "name \"Ada\""] {
        assert!(text.contains(named), "{text}");
    }
    assert_sound(&store);

    prepare(&store, "users", vec![index(&["name"]), unique(&["name", "-age"])]).await;
    prepare(&store, "users", vec![index(&["name"])]).await;
    assert_eq!(store.count("users", &Filter::eq("name", "Ada")).await.unwrap(), 2);
    assert_eq!(store.check_integrity().unwrap().entries, 4);
    assert_sound(&store);

    let error = store.prepare(&spec(vec![unique(&["name"])]), SyncIndexes::CreateOnly).await.unwrap_err();
    let StoreError::Index(text) = &error else { panic!("{error:?}") };
    assert!(
        text.contains("name_1") && text.contains("not unique") && text.contains("declared unique"),
        "{text}"
    );
}

#[tokio::test]
async fn an_id_of_another_type_is_reported() {
    let store = EmbeddedStore::in_memory().unwrap();
    assert_eq!(store.foreign_id_type("users").await.unwrap(), None);
    store
        .insert("users", &[rawdoc! { "_id": ObjectId::new() }, rawdoc! { "_id": ObjectId::new() }])
        .await
        .unwrap();
    assert_eq!(store.foreign_id_type("users").await.unwrap(), None);
    store.insert("users", &[rawdoc! { "_id": true }]).await.unwrap();
    assert_eq!(store.foreign_id_type("users").await.unwrap(), Some("bool".to_owned()));
    store.insert("users", &[rawdoc! { "_id": "x" }]).await.unwrap();
    assert_eq!(store.foreign_id_type("users").await.unwrap(), Some("string".to_owned()));
}

#[tokio::test]
async fn dropping_everything_takes_the_indexes_along() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "users", vec![unique(&["name"])]).await;
    store.insert("users", &[rawdoc! { "_id": 1, "name": "a" }]).await.unwrap();
    store.drop_all().await.unwrap();
    assert!(all(&store, "users").await.is_empty());
    store
        .insert("users", &[rawdoc! { "_id": 1, "name": "a" }, rawdoc! { "_id": 2, "name": "a" }])
        .await
        .unwrap();
    prepare(&store, "users", vec![index(&["name"])]).await;
    assert_eq!(store.count("users", &Filter::eq("name", "a")).await.unwrap(), 2);
    assert_sound(&store);
}
