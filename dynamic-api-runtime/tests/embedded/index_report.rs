//! What is said of indexes that are not as declared, and what is done about them.

use bson::rawdoc;
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Sort, TextSearch},
    store::{
        CollectionSpec, Collections, Database, EmbeddedStore, IndexReport, IndexSpec, StoreError, SyncIndexes,
    },
};

use super::{assert_sound, expiring, index, of_words, prepare, unique};

fn spec(indexes: Vec<IndexSpec>) -> CollectionSpec {
    CollectionSpec { name: "users".to_owned(), indexes }
}

async fn report(store: &EmbeddedStore, indexes: Vec<IndexSpec>) -> IndexReport {
    store.index_report(&spec(indexes)).await.unwrap()
}

fn drifted(report: &IndexReport) -> Vec<(&str, &str, &str)> {
    let words = report.drifted.iter();
    words.map(|index| (index.name.as_str(), index.exists.as_str(), index.declared.as_str())).collect()
}

#[tokio::test]
async fn a_report_tells_declared_missing_drifted_and_foreign() {
    let store = EmbeddedStore::in_memory().unwrap();
    let fresh = report(&store, vec![unique(&["a"]), of_words(&["t"])]).await;
    assert_eq!(
        (fresh.collection.as_str(), &fresh.missing[..]),
        ("users", &["a_1".to_owned(), "t_text".to_owned()][..])
    );
    assert!(!fresh.is_exact());

    let there =
        vec![unique(&["a"]), index(&["b", "-_id"]), expiring("c", 60), of_words(&["t", "u"]), index(&["z"])];
    prepare(&store, "users", there.clone()).await;
    assert!(report(&store, there).await.is_exact());

    let mut living = unique(&["z"]);
    living.only_null = vec!["gone".to_owned()];
    let wanted = vec![unique(&["a"]), expiring("c", 90), living, of_words(&["t"]), index(&["new"])];
    let found = report(&store, wanted).await;
    assert_eq!(found.declared, ["a_1"]);
    assert_eq!(found.missing, ["new_1"]);
    assert_eq!(found.foreign, ["b_1__id_-1"]);
    assert_eq!(
        drifted(&found),
        [
            ("c_1", "expiring after 60 seconds", "expiring after 90 seconds"),
            ("z_1", "not unique, of all documents", "unique, of documents where gone is null"),
            ("t_text_u_text", "on t and u", "on t"),
        ]
    );
    assert!(!found.is_exact());
}

#[tokio::test]
async fn an_exact_preparation_drops_what_is_not_declared_and_makes_the_rest() {
    let store = EmbeddedStore::in_memory().unwrap();
    let old = vec![unique(&["a"]), index(&["b"]), of_words(&["t"])];
    prepare(&store, "users", old.clone()).await;
    store.insert("users", &[rawdoc! { "_id": 1, "a": 1, "b": 1, "t": "red", "u": "blue" }]).await.unwrap();
    let before_it = store.begin().await.unwrap();

    let wanted = spec(vec![index(&["a"]), of_words(&["u"])]);
    let stood = store.prepare(&wanted, SyncIndexes::Exact).await.unwrap();
    assert_eq!((stood.drifted.len(), stood.missing.len()), (2, 0));
    assert_eq!(stood.foreign, ["b_1"]);
    assert!(store.index_report(&wanted).await.unwrap().is_exact());

    store.insert("users", &[rawdoc! { "_id": 2, "a": 1 }]).await.unwrap();
    assert_eq!(store.count("users", &Filter::eq("a", 1)).await.unwrap(), 2, "it is unique no more");
    let word = |word: &str| Filter::Text(TextSearch { any: vec![word.to_owned()], ..TextSearch::default() });
    assert_eq!(store.count("users", &word("blue")).await.unwrap(), 1);
    assert_eq!(store.count("users", &word("red")).await.unwrap(), 0);
    assert_eq!(store.check_integrity().unwrap().entries, 3);
    assert_sound(&store);

    // What began before still reads through the indexes of its state.
    assert_eq!(before_it.count("users", &word("red")).await.unwrap(), 1);
    assert_eq!(before_it.count("users", &Filter::eq("b", 1)).await.unwrap(), 1);
    before_it.insert("users", &[rawdoc! { "_id": 3, "a": 5, "u": "blue" }]).await.unwrap();
    before_it.commit().await.unwrap();
    assert_eq!(store.count("users", &word("blue")).await.unwrap(), 2);
    assert_sound(&store);
}

#[tokio::test]
async fn an_exact_preparation_that_fails_changes_nothing() {
    let store = EmbeddedStore::in_memory().unwrap();
    let old = vec![unique(&["a"]), index(&["b"])];
    prepare(&store, "users", old.clone()).await;
    store
        .insert("users", &[rawdoc! { "_id": 1, "a": 1, "c": 7 }, rawdoc! { "_id": 2, "a": 2, "c": 7 }])
        .await
        .unwrap();
    let refused = store.prepare(&spec(vec![index(&["a"]), unique(&["c"])]), SyncIndexes::Exact).await;
    assert!(matches!(refused, Err(StoreError::Index(_))), "{refused:?}");
    assert!(report(&store, old).await.is_exact());
    let taken = store.insert("users", &[rawdoc! { "_id": 3, "a": 1 }]).await;
    assert!(matches!(taken, Err(StoreError::Duplicate { .. })), "{taken:?}");
    let sorted =
        Find::new(Filter::eq("b", bson::Bson::Null)).sort(Sort::none().then("a", Direction::Descending));
    assert_eq!(store.find("users", &sorted).await.unwrap().len(), 2);
    assert_sound(&store);
}

#[tokio::test]
async fn what_can_be_no_index_is_refused() {
    let store = EmbeddedStore::in_memory().unwrap();
    let mut two_dates = expiring("a", 1);
    two_dates.keys.push(("b".to_owned(), Direction::Ascending));
    for wrong in [vec![two_dates], vec![expiring("a", u32::MAX)], vec![of_words(&["a"]), of_words(&["b"])]] {
        for sync in [SyncIndexes::CreateOnly, SyncIndexes::Exact] {
            let refused = store.prepare(&spec(wrong.clone()), sync).await;
            assert!(matches!(refused, Err(StoreError::Index(_))), "{refused:?}");
        }
    }
    assert!(report(&store, Vec::new()).await.is_exact());
}
