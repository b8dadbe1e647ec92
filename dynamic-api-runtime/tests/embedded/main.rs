//! The embedded store as its users see it: durability, indexes, plans, transactions, and writes that share a commit.
#![allow(clippy::unwrap_used)]

mod durability;
mod expiry;
mod index_report;
mod indexes;
mod limits;
mod plans;
mod positions;
mod random;
mod transactions;
mod writes;

use bson::{Document, RawDocumentBuf};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find},
    store::{Collections, Database, EmbeddedStore, IndexKind, IndexSpec, SyncIndexes},
};

/// An index without conditions on these paths; `-path` runs downwards.
fn index(paths: &[&str]) -> IndexSpec {
    let key = |path: &&str| match path.strip_prefix('-') {
        Some(path) => (path.to_owned(), Direction::Descending),
        None => ((*path).to_owned(), Direction::Ascending),
    };
    IndexSpec {
        keys: paths.iter().map(key).collect(),
        kind: IndexKind::Plain,
        only_types: Vec::new(),
        only_null: Vec::new(),
    }
}

fn unique(paths: &[&str]) -> IndexSpec {
    IndexSpec { kind: IndexKind::Unique, ..index(paths) }
}

fn of_words(paths: &[&str]) -> IndexSpec {
    IndexSpec { kind: IndexKind::Text, ..index(paths) }
}

fn expiring(path: &str, seconds: u32) -> IndexSpec {
    IndexSpec { kind: IndexKind::Ttl { seconds }, ..index(&[path]) }
}

/// The members of a raw document.
fn read(document: &RawDocumentBuf) -> Document {
    Document::try_from(document.as_ref()).unwrap()
}

async fn all(store: &dyn Collections, collection: &str) -> Vec<Document> {
    store.find(collection, &Find::new(Filter::All)).await.unwrap().iter().map(read).collect()
}

async fn prepare(store: &EmbeddedStore, collection: &str, indexes: Vec<IndexSpec>) {
    let spec = dynamic_api_runtime::store::CollectionSpec { name: collection.to_owned(), indexes };
    store.prepare(&spec, SyncIndexes::CreateOnly).await.unwrap();
}

fn assert_sound(store: &EmbeddedStore) {
    let report = store.check_integrity().unwrap();
    assert!(report.is_sound(), "{report:?}");
}
