//! Declared indexes against those that are there: what is reported, what is created, and what is dropped when it is asked for.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use bson::{Document, doc};
use dynamic_api::{BuildError, DynamicApi, dynamic_api};
use dynamic_api_runtime::{
    query::{
        Direction::{self, Ascending, Descending},
        Filter, TextSearch,
    },
    store::{CollectionSpec, IndexKind, IndexReport, IndexSpec, StoreError, StoreResult, SyncIndexes},
};
use test_support::TestStore;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{ITEMS, insert, on_both_stores};

on_both_stores![
    a_report_changes_nothing,
    every_kind_is_there_after_it_was_created,
    what_drifted_stops_the_start,
    exact_makes_it_what_is_declared,
    exact_keeps_the_old_index_where_rows_stand_against_the_new,
    exact_creates_nothing_new_where_rows_stand_against_it,
    entities_of_one_collection_declare_together,
    the_log_tells_what_the_start_did,
];

fn index(kind: IndexKind, keys: &[(&str, Direction)]) -> IndexSpec {
    let keys = keys.iter().map(|(path, direction)| ((*path).to_owned(), *direction)).collect();
    IndexSpec { keys, kind, only_types: Vec::new(), only_null: Vec::new() }
}

fn spec(indexes: &[IndexSpec]) -> CollectionSpec {
    CollectionSpec { name: ITEMS.to_owned(), indexes: indexes.to_vec() }
}

async fn report(store: &TestStore, indexes: &[IndexSpec]) -> IndexReport {
    store.index_report(&spec(indexes)).await.unwrap()
}

async fn prepare(store: &TestStore, indexes: &[IndexSpec], sync: SyncIndexes) -> StoreResult<IndexReport> {
    store.prepare(&spec(indexes), sync).await
}

/// The names in a report: declared, missing, drifted, foreign; each in alphabetical order.
fn told(report: &IndexReport) -> [Vec<&str>; 4] {
    fn names(names: &[String]) -> Vec<&str> {
        names.iter().map(String::as_str).collect()
    }
    let drifted = report.drifted.iter().map(|index| index.name.as_str()).collect();
    let mut told = [names(&report.declared), names(&report.missing), drifted, names(&report.foreign)];
    told.iter_mut().for_each(|names| names.sort_unstable());
    told
}

/// One of each kind.
fn of_every_kind() -> [IndexSpec; 4] {
    [
        index(IndexKind::Plain, &[("price", Descending), ("_id", Descending)]),
        index(IndexKind::Unique, &[("code", Ascending)]),
        index(IndexKind::Text, &[("title", Ascending), ("deep.body", Ascending)]),
        index(IndexKind::Ttl { seconds: 3600 }, &[("expiresAt", Ascending)]),
    ]
}

const NAMES: [&str; 4] = ["code_1", "expiresAt_1", "price_-1__id_-1", "title_text_deep.body_text"];

async fn a_report_changes_nothing(store: &TestStore) {
    for _ in 0..2 {
        let report = report(store, &of_every_kind()).await;
        assert_eq!(report.collection, ITEMS);
        assert_eq!(told(&report), [vec![], NAMES.to_vec(), vec![], vec![]]);
        assert!(!report.is_exact());
    }
    insert(&***store, [doc! { "_id": 1, "code": "a" }, doc! { "_id": 2, "code": "a" }]).await.unwrap();
    assert!(report(store, &[]).await.is_exact(), "a collection without any is exact where none is declared");
    assert_eq!(told(&report(store, &of_every_kind()).await)[1], NAMES);
}

async fn every_kind_is_there_after_it_was_created(store: &TestStore) {
    for sync in [SyncIndexes::CreateOnly, SyncIndexes::Exact] {
        let before = prepare(store, &of_every_kind(), sync).await.unwrap();
        let created = sync == SyncIndexes::CreateOnly;
        assert_eq!(told(&before)[1], if created { NAMES.to_vec() } else { vec![] }, "as they stood before");
        let after = report(store, &of_every_kind()).await;
        assert_eq!(told(&after), [NAMES.to_vec(), vec![], vec![], vec![]]);
        assert!(after.is_exact());
    }
    // A member that the server would take for the language of the text.
    let row = doc! { "_id": 1, "code": "a", "title": "The running of a Café", "language": "klingon", "deep": { "language": 5 } };
    insert(&***store, [row]).await.unwrap();
    let finds = async |word: &str| {
        let search = TextSearch { any: vec![word.to_owned()], ..TextSearch::default() };
        store.count(ITEMS, &Filter::Text(search)).await.unwrap() == 1
    };
    assert!(finds("cafe").await && finds("the").await && finds("RUNNING").await);
    assert!(!finds("run").await && !finds("klingon").await);
    let twin = insert(&***store, [doc! { "_id": 2, "code": "a" }]).await;
    assert!(matches!(twin, Err(StoreError::Duplicate { .. })), "{twin:?}");
}

/// Pairs of what was declared once and what is declared now, in the place of which the former stands.
fn drifts() -> Vec<(IndexSpec, IndexSpec)> {
    let only = |path: &str| IndexSpec {
        only_null: vec![path.to_owned()],
        ..index(IndexKind::Unique, &[("code", Ascending)])
    };
    vec![
        (index(IndexKind::Plain, &[("code", Ascending)]), index(IndexKind::Unique, &[("code", Ascending)])),
        (index(IndexKind::Unique, &[("code", Ascending)]), only("deletedAt")),
        (
            index(IndexKind::Ttl { seconds: 60 }, &[("at", Ascending)]),
            index(IndexKind::Ttl { seconds: 61 }, &[("at", Ascending)]),
        ),
        (
            index(IndexKind::Plain, &[("at", Ascending)]),
            index(IndexKind::Ttl { seconds: 0 }, &[("at", Ascending)]),
        ),
        (
            index(IndexKind::Text, &[("title", Ascending)]),
            index(IndexKind::Text, &[("title", Ascending), ("body", Ascending)]),
        ),
    ]
}

async fn what_drifted_stops_the_start(store: &TestStore) {
    for (then, now) in drifts() {
        prepare(store, std::slice::from_ref(&then), SyncIndexes::Exact).await.unwrap();
        let other = index(IndexKind::Plain, &[("other", Ascending)]);
        let declared = [now.clone(), other];
        let found = report(store, &declared).await;
        assert_eq!(told(&found), [vec![], vec!["other_1"], vec![then.name().as_str()], vec![]]);
        assert_ne!(found.drifted[0].exists, found.drifted[0].declared);

        let outcome = prepare(store, &declared, SyncIndexes::CreateOnly).await;
        let Err(StoreError::Index(text)) = outcome else { panic!("{now:?}: {outcome:?}") };
        for word in [ITEMS, then.name().as_str(), now.name().as_str(), "sync_indexes(SyncIndexes::Exact)"] {
            assert!(text.contains(word), "`{word}` is not in: {text}");
        }
        assert_eq!(report(store, &declared).await, found, "nothing was created and nothing dropped");
    }
}

async fn exact_makes_it_what_is_declared(store: &TestStore) {
    for (then, now) in drifts() {
        let foreign = index(IndexKind::Plain, &[("forgotten", Ascending)]);
        prepare(store, &[then.clone(), foreign], SyncIndexes::Exact).await.unwrap();
        let declared = [now.clone(), index(IndexKind::Plain, &[("other", Ascending)])];
        let before = prepare(store, &declared, SyncIndexes::Exact).await.unwrap();
        assert_eq!(
            told(&before),
            [vec![], vec!["other_1"], vec![then.name().as_str()], vec!["forgotten_1"]],
            "as they stood before"
        );
        let after = report(store, &declared).await;
        assert!(after.is_exact(), "{after:?}");
        let mut names = [now.name(), "other_1".to_owned()];
        names.sort_unstable();
        assert_eq!(told(&after)[0], names);
    }
    prepare(store, &[], SyncIndexes::Exact).await.unwrap();
    assert_eq!(report(store, &[]).await.foreign, [""; 0]);
}

async fn exact_keeps_the_old_index_where_rows_stand_against_the_new(store: &TestStore) {
    let plain = index(IndexKind::Plain, &[("code", Ascending)]);
    let foreign = index(IndexKind::Plain, &[("forgotten", Ascending)]);
    let unique = index(IndexKind::Unique, &[("code", Ascending)]);
    prepare(store, &[plain.clone(), foreign], SyncIndexes::Exact).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "code": "twin" }, doc! { "_id": 2, "code": "twin" }]).await.unwrap();

    let outcome = prepare(store, std::slice::from_ref(&unique), SyncIndexes::Exact).await;
    let Err(StoreError::Index(text)) = outcome else { panic!("{outcome:?}") };
    for word in [ITEMS, "code_1", "twin", "unique"] {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
    let kept = report(store, std::slice::from_ref(&plain)).await;
    assert_eq!(told(&kept), [vec!["code_1"], vec![], vec![], vec!["forgotten_1"]]);

    store.delete_many(ITEMS, &Filter::eq("_id", 2)).await.unwrap();
    prepare(store, std::slice::from_ref(&unique), SyncIndexes::Exact).await.unwrap();
    assert!(report(store, &[unique]).await.is_exact());
}

async fn exact_creates_nothing_new_where_rows_stand_against_it(store: &TestStore) {
    let foreign = index(IndexKind::Plain, &[("forgotten", Ascending)]);
    prepare(store, &[foreign], SyncIndexes::CreateOnly).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "code": "twin" }, doc! { "_id": 2, "code": "twin" }]).await.unwrap();
    let declared =
        [index(IndexKind::Unique, &[("code", Ascending)]), index(IndexKind::Plain, &[("a", Ascending)])];
    let outcome = prepare(store, &declared, SyncIndexes::Exact).await;
    assert!(matches!(outcome, Err(StoreError::Index(_))), "{outcome:?}");
    let after = report(store, &declared).await;
    assert_eq!(told(&after), [vec![], vec!["a_1", "code_1"], vec![], vec!["forgotten_1"]]);
}

/// What a shop sells.
#[dynamic_api(path = "products", index(price), routes(get_many))]
struct Product {
    name: String,
    price: i64,
}

/// The same, as the office sees it.
#[dynamic_api(path = "office/products", collection = "products", unique(name), index(-price), routes(get_many))]
struct OfficeProduct {
    name: String,
    price: i64,
}

/// The same with another idea of a name.
#[dynamic_api(path = "rival/products", collection = "products", soft_delete, unique(name), routes(get_many))]
struct RivalProduct {
    name: String,
}

async fn entities_of_one_collection_declare_together(store: &TestStore) {
    let api = || {
        let both =
            DynamicApi::builder().store(store.store()).resource::<Product>().resource::<OfficeProduct>();
        both.sync_indexes(SyncIndexes::Exact)
    };
    let names = ["name_1", "price_-1__id_-1", "price_1__id_1"];
    let reports = api().index_report().await.unwrap();
    assert_eq!(reports.len(), 1, "one of a collection, not of an entity");
    assert_eq!(told(&reports[0]), [vec![], names.to_vec(), vec![], vec![]]);
    // The second start would drop what the other entity declares, if each were prepared by itself.
    for _ in 0..2 {
        drop(api().build().await.unwrap());
        let reports = api().index_report().await.unwrap();
        assert_eq!(reports[0].collection, "products");
        assert_eq!(told(&reports[0]), [names.to_vec(), vec![], vec![], vec![]]);
    }
    let contradicting = api().resource::<RivalProduct>();
    let refused = contradicting.index_report().await.unwrap_err();
    assert!(matches!(refused, BuildError::Conflicts(_)));
    assert!(refused.to_string().contains("differ in index name_1"), "{refused}");
    let without = DynamicApi::builder().resource::<Product>().index_report().await.unwrap_err();
    assert!(without.to_string().contains("there is no store"), "{without}");
}

/// Where a log goes that a test reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// The lines about indexes since the last call.
    fn taken(&self) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        text.lines().filter(|line| line.contains("indexes")).map(|line| line.trim().to_owned()).collect()
    }
}

async fn the_log_tells_what_the_start_did(store: &TestStore) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .without_time()
        .with_target(false)
        .with_ansi(false);
    let _guard = subscriber.finish().set_default();
    let start = async |sync: SyncIndexes| {
        let api = DynamicApi::builder().store(store.store()).resource::<Product>().sync_indexes(sync);
        drop(api.build().await.unwrap());
        log.taken()
    };
    let by_hand = index(IndexKind::Plain, &[("forgotten", Ascending)]);
    let by_hand = CollectionSpec { name: "products".to_owned(), indexes: vec![by_hand] };
    store.prepare(&by_hand, SyncIndexes::CreateOnly).await.unwrap();

    let foreign = "WARN indexes that no entity declares collection=\"products\" indexes=\"forgotten_1\"";
    assert_eq!(
        start(SyncIndexes::CreateOnly).await,
        ["INFO indexes created collection=\"products\" indexes=\"price_1__id_1\"", foreign]
    );
    assert_eq!(start(SyncIndexes::CreateOnly).await, [foreign]);
    assert_eq!(
        start(SyncIndexes::Exact).await,
        ["WARN indexes dropped that no entity declares collection=\"products\" indexes=\"forgotten_1\""]
    );
    assert_eq!(start(SyncIndexes::Exact).await, [""; 0]);
}

/// Whatever somebody made by hand: under another name it counts, in another shape it does not.
#[tokio::test]
async fn what_was_made_by_hand_is_compared_by_what_it_does() {
    let store = test_support::mongo_store().await;
    let database = store.mongo().unwrap().database();
    let by_hand = |name: &str, key: Document, options: Document| {
        let mut index = doc! { "name": name, "key": key };
        index.extend(options);
        index
    };
    let declared = of_every_kind();
    let same = [
        by_hand("a", doc! { "price": -1.0, "_id": -1 }, doc! {}),
        by_hand("b", doc! { "code": 1_i64 }, doc! { "unique": true }),
        by_hand(
            "c",
            doc! { "deep.body": "text", "title": "text" },
            doc! { "default_language": "none", "language_override": "__textLanguage" },
        ),
        by_hand("d", doc! { "expiresAt": 1 }, doc! { "expireAfterSeconds": 3600.0 }),
    ];
    database.run_command(doc! { "createIndexes": ITEMS, "indexes": same.to_vec() }).await.unwrap();
    let found = report(&store, &declared).await;
    assert_eq!(told(&found), [vec!["a", "b", "c", "d"], vec![], vec![], vec![]]);
    assert_eq!(prepare(&store, &declared, SyncIndexes::Exact).await.unwrap(), found);

    database.run_command(doc! { "dropIndexes": ITEMS, "index": "*" }).await.unwrap();
    let other = [
        by_hand("a", doc! { "price": -1, "_id": -1 }, doc! { "sparse": true }),
        by_hand("code_1", doc! { "shop": 1 }, doc! {}),
        by_hand("c", doc! { "title": "text", "deep.body": "text" }, doc! { "weights": { "title": 5 } }),
        by_hand("d", doc! { "expiresAt": 1 }, doc! {}),
    ];
    database.run_command(doc! { "createIndexes": ITEMS, "indexes": other.to_vec() }).await.unwrap();
    let found = report(&store, &declared).await;
    assert_eq!(told(&found), [vec![], vec![], vec!["a", "c", "code_1", "d"], vec![]]);
    let text = found.drifted.iter().find(|index| index.name == "c").unwrap();
    assert!(text.exists.contains("\"title\": \"text\"") && text.exists.contains("\"title\": 5"), "{text:?}");
    prepare(&store, &declared, SyncIndexes::Exact).await.unwrap();
    assert_eq!(told(&report(&store, &declared).await), [NAMES.to_vec(), vec![], vec![], vec![]]);
}

/// Rows that no look beforehand finds: the server alone knows that two lists share an element.
#[tokio::test]
async fn what_was_dropped_in_vain_comes_back() {
    let store = test_support::mongo_store().await;
    let plain = index(IndexKind::Plain, &[("tags", Ascending)]);
    prepare(&store, std::slice::from_ref(&plain), SyncIndexes::CreateOnly).await.unwrap();
    insert(&**store, [doc! { "_id": 1, "tags": ["a", "b"] }, doc! { "_id": 2, "tags": ["b", "c"] }])
        .await
        .unwrap();
    let unique = index(IndexKind::Unique, &[("tags", Ascending)]);
    let outcome = prepare(&store, &[unique], SyncIndexes::Exact).await;
    let Err(StoreError::Index(text)) = outcome else { panic!("{outcome:?}") };
    assert!(text.ends_with("What was dropped for it has been created again as it was: `tags_1`."), "{text}");
    assert!(report(&store, &[plain]).await.is_exact());
}
