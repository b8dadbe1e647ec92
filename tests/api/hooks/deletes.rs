//! Hooks before a deletion: of what is deleted, and of what goes with it.

use dynamic_api::{DynamicApi, query::Filter};
use serde_json::{Value, json};
use test_support::{TestStore, both_stores};

use super::{
    books::{books, resources},
    posts::{asked, count},
};
use crate::{
    http::Http,
    policies::{everywhere, people::made},
    via::{Via, route},
};

async fn book(via: &Via, title: &str) -> String {
    made(via, books("create_one"), json!({ "title": title })).await
}

async fn chapter(via: &Via, book: &str, text: &str) -> String {
    made(via, route("create_one", "chapters", "chapter"), json!({ "book": book, "text": text })).await
}

async fn living(store: &TestStore, collection: &str) -> u64 {
    store.count(collection, &Filter::eq("deletedAt", bson::Bson::Null)).await.unwrap()
}

/// What hooks before deletions were asked.
async fn asked_before(store: &TestStore) -> Vec<String> {
    let all = asked(store).await.into_iter();
    all.filter(|what| !what.contains("saved")).collect()
}

#[tokio::test]
async fn every_kind_of_deletion_asks() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let mut ids = vec![];
        for title in ["a", "b", "c", "d"] {
            ids.push(book(owner, title).await);
        }
        let deleted = |count: u64| json!({ "deletedCount": count });
        assert_eq!(owner.call(books("delete_one"), json!({ "id": ids[0] })).await.ok(), deleted(1));
        let many = json!({ "ids": [ids[1], ids[2]] });
        assert_eq!(owner.call(books("delete_many"), many).await.ok(), deleted(2));
        assert_eq!(owner.call(books("purge_one"), json!({ "id": ids[0] })).await.ok(), deleted(1));
        let batch = json!({ "list": [{ "delete": { "id": ids[3] } }] });
        owner.call(books("batch"), batch).await.ok();
        let expected = [
            "delete_one soft book a",
            "delete_many soft book b",
            "delete_many soft book c",
            "purge_one hard book a",
            "delete_one soft book d",
        ];
        assert_eq!(asked_before(store).await, expected, "{}", store.name());
        // One that is not there is none to ask about, and to bring one back is no deletion.
        assert_eq!(owner.call(books("delete_one"), json!({ "id": ids[3] })).await.ok(), deleted(0));
        owner.call(books("restore_one"), json!({ "id": ids[3] })).await.ok();
        assert_eq!(asked_before(store).await.len(), expected.len());
    })
    .await;
}

#[tokio::test]
async fn an_error_keeps_everything_where_it_is() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let (plain, lent, lost) =
            (book(owner, "plain").await, book(owner, "lent").await, book(owner, "lost").await);
        let (panics, precious) = (book(owner, "panic").await, book(owner, "precious").await);
        let item = |id: &str| json!({ "delete": { "id": id } });
        for (kind, input, status, message) in [
            ("delete_one", json!({ "id": lent }), 409, "The book is lent"),
            ("delete_many", json!({ "ids": [plain, lent] }), 409, "The book is lent"),
            ("batch", json!({ "list": [item(&plain), item(&lent)] }), 409, "The book is lent"),
            ("delete_one", json!({ "id": panics }), 500, "Internal server error"),
            ("delete_many", json!({ "ids": [plain, panics] }), 500, "Internal server error"),
            ("delete_one", json!({ "id": precious }), 423, "The book is precious"),
            ("batch", json!({ "list": [item(&plain), item(&precious)] }), 423, "The book is precious"),
            ("delete_one", json!({ "id": lost }), 404, "Document not found"),
            ("delete_many", json!({ "ids": [plain, lost] }), 404, "Document not found"),
        ] {
            let refused = owner.call(books(kind), input).await;
            refused.refused(status, message);
            assert!(!refused.body.to_string().contains("secret"), "{refused:?}");
        }
        assert_eq!((living(store, "books").await, count(store, "asked").await), (5, 0), "{}", store.name());
        // The hook of the route of one is none of the route of many.
        let many = json!({ "ids": [plain, precious] });
        assert_eq!(owner.call(books("delete_many"), many).await.ok(), json!({ "deletedCount": 2 }));
        assert_eq!(living(store, "books").await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_goes_with_a_document_is_asked_about_before_any_of_it_goes() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let (kept, gone) = (book(owner, "kept").await, book(owner, "gone").await);
        chapter(owner, &kept, "one").await;
        chapter(owner, &kept, "kept").await;
        chapter(owner, &gone, "two").await;
        let note = made(owner, route("create_one", "notes", "note"), json!({ "book": gone })).await;
        let message = "The chapter is kept";
        owner.call(books("delete_one"), json!({ "id": kept })).await.refused(409, message);
        owner.call(books("delete_many"), json!({ "ids": [gone, kept] })).await.refused(409, message);
        assert_eq!(
            (living(store, "books").await, living(store, "chapters").await),
            (2, 3),
            "{}",
            store.name()
        );
        assert_eq!(asked_before(store).await, Vec::<String>::new());

        owner.call(books("delete_one"), json!({ "id": gone })).await.ok();
        assert_eq!(asked_before(store).await, ["delete_one soft book gone", "delete_one soft chapter two"]);
        // What is let go is saved, and what comes back as well.
        owner.call(books("restore_one"), json!({ "id": gone })).await.ok();
        let after =
            ["delete_one saved note of a book: false", "restore_one saved chapter two was Some(true)"];
        for what in after {
            until(store, what).await;
        }
        let all = asked(store).await;
        assert_eq!(all.iter().filter(|what| what.contains("saved chapter two")).count(), 2, "{all:?}");
        assert_eq!(store.count("notes", &Filter::eq("book", bson::Bson::Null)).await.unwrap(), 1, "{note}");
        owner.call(books("delete_one"), json!({ "id": gone })).await.ok();
        owner.call(books("purge_one"), json!({ "id": gone })).await.ok();
        assert!(asked_before(store).await.contains(&"purge_one hard chapter two".to_owned()));
    })
    .await;
}

/// Waits until a hook after a save has written something.
async fn until(store: &TestStore, what: &str) {
    let written = Filter::eq("what", what);
    let wait = async {
        while store.count("asked", &written).await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(crate::server::PATIENCE, wait).await;
    assert!(waited.is_ok(), "no {what}: {:?}", Value::from(asked(store).await));
}

#[tokio::test]
async fn documents_that_fill_no_statement_are_deleted_together() {
    for store in both_stores().await {
        let api = Http(resources(DynamicApi::builder().store(store.store())).build().await.unwrap());
        let mut ids = vec![];
        for number in 0..100 {
            let title = format!("{number} {}", "x".repeat(200_000));
            let made = api.post("/books", json!({ "title": title })).await.json(201);
            ids.push(made["id"].as_str().unwrap().to_owned());
        }
        let deleted = api.delete(&format!("/books?ids={}", ids.join(","))).await.json(200);
        assert_eq!(deleted, json!({ "deletedCount": 100 }), "{}", store.name());
    }
}
