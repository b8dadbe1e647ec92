//! What has expired leaves the file, a little with every write.

use bson::{DateTime, RawDocumentBuf, rawdoc};
use dynamic_api_runtime::{
    query::{Filter, Update},
    store::{Collections, Database, EmbeddedStore},
};

use super::{all, assert_sound, expiring, index, prepare, unique};

fn old(id: i32) -> RawDocumentBuf {
    rawdoc! { "_id": id, "at": DateTime::from_millis(i64::from(id)), "n": id }
}

async fn entries(store: &EmbeddedStore) -> (u64, u64) {
    let report = store.check_integrity().unwrap();
    assert!(report.is_sound(), "{report:?}");
    (report.documents, report.entries)
}

#[tokio::test]
async fn each_write_removes_some_of_what_has_expired() {
    let store = EmbeddedStore::in_memory().unwrap();
    // The documents were there before the index by which they expire.
    let documents: Vec<_> = (0..1_000).map(old).collect();
    store.insert("logs", &documents).await.unwrap();
    prepare(&store, "logs", vec![expiring("at", 60), index(&["n"])]).await;
    assert_eq!(store.count("logs", &Filter::All).await.unwrap(), 0);
    assert_eq!(entries(&store).await, (1_000, 2_000), "a read removes nothing");

    store.insert("logs", &[rawdoc! { "_id": -1 }]).await.unwrap();
    let (after_one, _) = entries(&store).await;
    assert!((500..1_000).contains(&after_one), "{after_one}");
    for n in 0..10 {
        store
            .update_one("logs", &Filter::eq("_id", -1), &Update::default().set("n", n))
            .await
            .unwrap()
            .unwrap();
    }
    assert_eq!(entries(&store).await, (1, 2));
    store.insert("other", &[rawdoc! { "_id": 1 }]).await.unwrap();
    assert_eq!(all(&store, "logs").await.len(), 1);
}

#[tokio::test]
async fn a_commit_removes_too_and_conflicts_with_nobody() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "logs", vec![expiring("at", 0), unique(&["n"])]).await;
    let transaction = store.begin().await.unwrap();
    transaction.insert("logs", &[old(1), old(2), rawdoc! { "_id": 3, "n": 1 }]).await.unwrap();
    let other = store.begin().await.unwrap();
    other.insert("logs", &[rawdoc! { "_id": 2, "n": 2 }]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(entries(&store).await.0, 1);
    other.commit().await.unwrap();
    assert_eq!(store.count("logs", &Filter::All).await.unwrap(), 2);
    assert_sound(&store);
}
