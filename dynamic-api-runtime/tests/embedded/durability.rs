//! What is in the file stays there, and a file that can't be opened is named with its reason.

use std::path::PathBuf;

use bson::{Document, RawDocumentBuf, doc, rawdoc};
use dynamic_api_runtime::{
    query::{Filter, TextSearch},
    store::{CollectionSpec, Collections, Database, EmbeddedStore, IndexSpec, StoreError},
};

use redb::{ReadableDatabase, ReadableTable, TableDefinition};

use super::{all, assert_sound, expiring, index, of_words, prepare, unique};

/// A path for a new file.
pub(crate) fn new_file(name: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.redb", std::process::id()));
    drop(std::fs::remove_file(&file));
    file
}

#[tokio::test]
async fn documents_and_indexes_are_there_after_reopening() {
    let file = new_file("reopening");
    let store = EmbeddedStore::open(&file).unwrap();
    prepare(&store, "users", vec![unique(&["emails"])]).await;
    store.insert("users", &[rawdoc! { "_id": 1, "emails": ["a", "b"] }]).await.unwrap();
    store.insert("notes", &[rawdoc! { "_id": 1 }]).await.unwrap();
    drop(store);

    let store = EmbeddedStore::open(&file).unwrap();
    assert_eq!(all(&store, "users").await, [doc! { "_id": 1, "emails": ["a", "b"] }]);
    assert_eq!(all(&store, "notes").await, [doc! { "_id": 1 }]);
    let taken = store.insert("users", &[rawdoc! { "_id": 2, "emails": "b" }]).await;
    assert!(matches!(taken, Err(StoreError::Duplicate { .. })));
    // That the index has arrays is known after the reopening as well: no two bounds may narrow each other.
    let both = Filter::And(vec![Filter::eq("emails", "a"), Filter::eq("emails", "b")]);
    assert_eq!(store.count("users", &both).await.unwrap(), 1);
    assert_sound(&store);
    assert!(store.describe().ends_with(&file.display().to_string()));
}

#[tokio::test]
async fn a_file_in_use_is_named_as_such() {
    let file = new_file("in-use");
    let _store = EmbeddedStore::open(&file).unwrap();
    let error = EmbeddedStore::open(&file).unwrap_err();
    assert!(
        error.to_string().ends_with(&format!("{} is in use by another process", file.display())),
        "{error}"
    );
}

#[tokio::test]
async fn a_damaged_file_is_named_as_such() {
    let file = new_file("damaged");
    let store = EmbeddedStore::open(&file).unwrap();
    let documents: Vec<_> = (0..500).map(|id| rawdoc! { "_id": id, "text": "x".repeat(200) }).collect();
    store.insert("notes", &documents).await.unwrap();
    drop(store);
    let whole = std::fs::read(&file).unwrap();

    let mut overwritten = whole.clone();
    overwritten[4096..].fill(0x5A);
    let cut = whole[..whole.len() / 3].to_vec();
    let foreign = b"no database at all, but a text of some length".repeat(300);
    for bytes in [overwritten, cut, foreign] {
        std::fs::write(&file, bytes).unwrap();
        let error = EmbeddedStore::open(&file).unwrap_err().to_string();
        assert!(error.contains(&file.display().to_string()) && error.contains("damaged"), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_reached_is_named_with_the_reason() {
    let file = new_file("nowhere").join("data.redb");
    let error = EmbeddedStore::open(&file).unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
}

const CATALOGUE: TableDefinition<u32, &[u8]> = TableDefinition::new("catalogue");
const FORMAT: TableDefinition<&str, u32> = TableDefinition::new("format");

/// Makes the file one that the first version of the store wrote: an index was unique or not.
fn age(file: &PathBuf) {
    let database = redb::Database::open(file).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut rows = transaction.open_table(CATALOGUE).unwrap();
        let ids: Vec<u32> = rows.iter().unwrap().map(|row| row.unwrap().0.value()).collect();
        for id in ids {
            let mut row: Document =
                bson::deserialize_from_slice(rows.get(id).unwrap().unwrap().value()).unwrap();
            let kind = row.remove("kind").unwrap();
            let is_unique = kind.as_document().unwrap().get_str("name").unwrap() == "unique";
            row.insert("unique", is_unique);
            rows.insert(id, RawDocumentBuf::try_from(&row).unwrap().as_bytes()).unwrap();
        }
        transaction.open_table(FORMAT).unwrap().insert("version", 1).unwrap();
    }
    transaction.commit().unwrap();
}

#[tokio::test]
async fn a_file_of_the_first_version_keeps_its_documents_and_indexes() {
    let file = new_file("first-version");
    let store = EmbeddedStore::open(&file).unwrap();
    let indexes = vec![unique(&["name"]), index(&["age"])];
    prepare(&store, "users", indexes.clone()).await;
    store.insert("users", &[rawdoc! { "_id": 1, "name": "a", "age": 7 }]).await.unwrap();
    drop(store);
    age(&file);

    let store = EmbeddedStore::open(&file).unwrap();
    assert_eq!(all(&store, "users").await, [doc! { "_id": 1, "name": "a", "age": 7 }]);
    let spec = CollectionSpec { name: "users".to_owned(), indexes };
    assert!(store.index_report(&spec).await.unwrap().is_exact());
    let taken = store.insert("users", &[rawdoc! { "_id": 2, "name": "a" }]).await;
    assert!(matches!(taken, Err(StoreError::Duplicate { .. })));
    assert_sound(&store);
    drop(store);

    // Whoever knows the first version only must not take the file for one.
    let database = redb::Database::open(&file).unwrap();
    let format = database.begin_read().unwrap().open_table(FORMAT).unwrap();
    assert_ne!(format.get("version").unwrap().unwrap().value(), 1);
}

#[tokio::test]
async fn every_kind_of_index_is_there_after_reopening() {
    let file = new_file("kinds");
    let store = EmbeddedStore::open(&file).unwrap();
    let indexes =
        vec![of_words(&["title", "tags"]), expiring("at", 60), unique(&["code"]), index(&["n", "_id"])];
    prepare(&store, "notes", indexes.clone()).await;
    let long_ago = bson::DateTime::from_millis(0);
    store
        .insert(
            "notes",
            &[rawdoc! { "_id": 1, "title": "Red tea" }, rawdoc! { "_id": 2, "at": long_ago, "code": 1 }],
        )
        .await
        .unwrap();
    drop(store);

    let store = EmbeddedStore::open(&file).unwrap();
    let spec = CollectionSpec { name: "notes".to_owned(), indexes };
    assert!(store.index_report(&spec).await.unwrap().is_exact());
    let search = TextSearch { any: vec!["tea".to_owned()], ..TextSearch::default() };
    assert_eq!(store.count("notes", &Filter::Text(search)).await.unwrap(), 1);
    assert_eq!(store.count("notes", &Filter::All).await.unwrap(), 1);
    assert_sound(&store);
}

const INDEX: TableDefinition<&[u8], u32> = TableDefinition::new("index:1");
const USERS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("collection:users");

/// What the check says after something else than the store wrote into its tables.
async fn problems_after(name: &str, meddle: impl FnOnce(&redb::WriteTransaction)) -> Vec<String> {
    problems_with(unique(&["name"]), name, meddle).await
}

/// The same with an index of another kind.
async fn problems_with(
    index: IndexSpec,
    name: &str,
    meddle: impl FnOnce(&redb::WriteTransaction),
) -> Vec<String> {
    let file = new_file(name);
    let store = EmbeddedStore::open(&file).unwrap();
    prepare(&store, "users", vec![index]).await;
    store
        .insert("users", &[rawdoc! { "_id": 1, "name": "a" }, rawdoc! { "_id": 2, "name": "b" }])
        .await
        .unwrap();
    assert_eq!(store.check_integrity().unwrap().entries, 2);
    assert_sound(&store);
    drop(store);
    let database = redb::Database::open(&file).unwrap();
    assert!(database.begin_read().unwrap().open_table(INDEX).is_ok());
    let transaction = database.begin_write().unwrap();
    meddle(&transaction);
    transaction.commit().unwrap();
    drop(database);
    EmbeddedStore::open(&file).unwrap().check_integrity().unwrap().problems
}

fn first_key(table: &impl ReadableTable<&'static [u8], u32>) -> Vec<u8> {
    table.first().unwrap().unwrap().0.value().to_vec()
}

#[tokio::test]
async fn the_check_finds_what_does_not_fit_together() {
    let lost_entry = problems_after("lost-entry", |transaction| {
        let mut index = transaction.open_table(INDEX).unwrap();
        let first = first_key(&index);
        index.remove(first.as_slice()).unwrap();
    });
    assert_eq!(lost_entry.await, ["index name_1 of users lacks 1 entries"]);

    let lost_document = problems_after("lost-document", |transaction| {
        transaction.open_table(USERS).unwrap().pop_first().unwrap();
    });
    assert_eq!(lost_document.await, ["index name_1 of users has an entry without its document"]);

    let lost_word = problems_with(of_words(&["name"]), "lost-word", |transaction| {
        let mut index = transaction.open_table(INDEX).unwrap();
        let first = first_key(&index);
        index.remove(first.as_slice()).unwrap();
    });
    assert_eq!(lost_word.await, ["index name_text of users lacks 1 entries"]);

    let torn = problems_after("torn", |transaction| {
        let mut users = transaction.open_table(USERS).unwrap();
        let (key, document) = users
            .first()
            .map(|first| first.unwrap())
            .map(|(key, document)| (key.value().to_vec(), document.value().to_vec()))
            .unwrap();
        users.insert(key.as_slice(), &document[..document.len() - 3]).unwrap();
    });
    assert!(torn.await.contains(&"a document of users is torn".to_owned()));
}
