//! No call works for longer than it may or than somebody waits for it, and none holds up the others.

use std::{future::Future, num::NonZero, thread::available_parallelism, time::Duration};

use bson::{Document, RawDocumentBuf, doc, rawdoc};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Op, Sort, Update},
    store::{Collections, Database, EmbeddedStore, StoreError},
};
use futures_util::future::join_all;

use super::{assert_sound, index, prepare, random::Random, read};

const TINY: Duration = Duration::from_millis(1);
/// Longer than any test runs.
const ENDLESS: Duration = Duration::from_secs(3600);

async fn store_with(count: i32) -> EmbeddedStore {
    let store = EmbeddedStore::in_memory().unwrap();
    let documents: Vec<RawDocumentBuf> =
        (0..count).map(|id| rawdoc! { "_id": id, "same": 1, "text": "x".repeat(50) }).collect();
    store.insert("all", &documents).await.unwrap();
    store
}

fn never() -> Filter {
    Filter::field("text", Op::Contains("y".to_owned()))
}

/// Each document with all documents, one by one: for some thousand of them more than anybody waits for.
fn product() -> Vec<Document> {
    vec![
        doc! { "$lookup": { "from": "all", "localField": "same", "foreignField": "same", "as": "others" } },
        doc! { "$unwind": "$others" },
        doc! { "$count": "count" },
    ]
}

/// Some thousand comparisons for each document.
fn slow() -> Vec<Document> {
    let others: Vec<Document> = (2..5_000).map(|n| doc! { "same": n }).collect();
    vec![doc! { "$match": { "$or": others } }]
}

fn is_timed_out<T>(outcome: Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::TimedOut))
}

async fn assert_limited(store: &dyn Collections) {
    assert!(is_timed_out(store.count("all", &never()).await));
    assert!(is_timed_out(store.find("all", &Find::new(never())).await));
    let by_text = Find::new(Filter::All).sort(Sort::none().then("text", Direction::Ascending)).limit(1);
    assert!(is_timed_out(store.find("all", &by_text).await));
    assert!(is_timed_out(store.aggregate("all", &[doc! { "$match": { "text": "y" } }]).await));
}

#[tokio::test]
async fn reads_end_at_the_limit_of_their_store() {
    let store = store_with(30_000).await;
    let limited = store.clone().with_answer_limit(TINY);
    assert_limited(&limited).await;
    assert_limited(&*limited.begin().await.unwrap()).await;
    // Its own limit counts, also where it is the longer one; and another clone has another limit.
    let own = Find::new(never()).time_limit(ENDLESS);
    assert_eq!(limited.find("all", &own).await.unwrap().len(), 0);
    assert_eq!(store.count("all", &never()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_write_that_runs_into_the_limit_ends_its_transaction() {
    let store = store_with(30_000).await;
    let transaction = store.clone().with_answer_limit(TINY).begin().await.unwrap();
    let written = transaction.update_many("all", &Filter::All, &Update::default().set("same", 2)).await;
    assert!(is_timed_out(written));
    assert!(matches!(transaction.commit().await, Err(StoreError::Other(_))));
    assert_eq!(store.count("all", &Filter::eq("same", 2)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_pipeline_ends_at_its_limit_within_a_stage_too() {
    let store = store_with(4_000).await.with_answer_limit(Duration::from_millis(500));
    for last in 1..=3 {
        assert!(is_timed_out(store.aggregate("all", &product()[..last]).await), "{last}");
    }
    let facet = doc! { "$facet": { "product": product() } };
    assert!(is_timed_out(store.aggregate("all", &[facet]).await));
}

/// Polls the calls once, which starts them, and gives them up when `meanwhile` is done.
async fn given_up<T>(calls: impl Future, meanwhile: impl Future<Output = T>) -> T {
    tokio::select! {
        biased;
        _ = calls => panic!("the calls ended by themselves"),
        done = meanwhile => done,
    }
}

#[tokio::test]
async fn calls_that_nobody_waits_for_make_room() {
    let store = store_with(20_000).await;
    let patient = store.clone().with_answer_limit(ENDLESS);
    // As many as run at once, and some that wait.
    let calls = 2 * available_parallelism().map_or(1, NonZero::get) + 8;
    let pipeline = slow();
    let endless = join_all((0..calls).map(|_| patient.aggregate("all", &pipeline)));

    let hasty = store.clone().with_answer_limit(Duration::from_millis(100));
    let (long, short) = given_up(endless, async {
        (hasty.count("all", &never()).await, hasty.find("all", &Find::new(Filter::eq("_id", 1))).await)
    })
    .await;
    assert!(is_timed_out(long), "there was a place left");
    // What needs no place is answered all the same.
    assert_eq!(short.unwrap().len(), 1);

    assert_eq!(store.count("all", &never()).await.unwrap(), 0);
}

#[tokio::test]
async fn pages_of_an_order_without_index_are_cut_where_a_walk_cuts_them() {
    let mut random = Random(5);
    let store = EmbeddedStore::in_memory().unwrap();
    let mut documents: Vec<(i32, i32)> = (0..3_000).map(|id| (random.below(400) as i32, id)).collect();
    let stored: Vec<_> = documents
        .iter()
        .map(|&(n, id)| rawdoc! { "_id": id, "n": n, "list": [n + 1, n, n + 2], "text": "x" })
        .collect();
    store.insert("all", &stored).await.unwrap();
    let transaction = store.begin().await.unwrap();
    transaction.delete_one("all", &Filter::eq("_id", 1)).await.unwrap();
    transaction.insert("all", &[stored[1].clone()]).await.unwrap();

    // An array sorts by its smallest element upwards, and by its largest downwards.
    for (path, direction) in ["n", "list"]
        .into_iter()
        .flat_map(|path| [Direction::Ascending, Direction::Descending].map(|d| (path, d)))
    {
        match direction {
            Direction::Ascending => documents.sort_by_key(|(n, id)| (*n, *id)),
            Direction::Descending => documents.sort_by_key(|(n, id)| (-*n, *id)),
        }
        let find = Find::new(Filter::All).sort(Sort::none().then(path, direction));
        for (skip, limit) in
            [(0, 1), (0, 20), (1_490, 20), (2_990, 100), (2_999, 1), (3_000, 5), (u64::MAX, 7)]
        {
            let expected: Vec<i32> = documents
                .iter()
                .map(|(_, id)| *id)
                .skip(usize::try_from(skip).unwrap())
                .take(limit)
                .collect();
            let find = find.clone().skip(skip).limit(limit as u64);
            for reader in [&store as &dyn Collections, &*transaction as &dyn Collections] {
                let page = reader.find("all", &find).await.unwrap();
                let page: Vec<i32> = page.iter().map(|found| read(found).get_i32("_id").unwrap()).collect();
                assert_eq!(page, expected, "{find:?}");
            }
        }
        assert_eq!(store.find("all", &find.clone().skip(7)).await.unwrap().len(), 2_993);
    }
}

#[tokio::test]
async fn pages_of_large_sort_keys_follow_one_another() {
    let store = EmbeddedStore::in_memory().unwrap();
    // 36 MB of sort keys: more than are held at once.
    let text = "x".repeat(400_000);
    let documents: Vec<_> =
        (0..90_i32).map(|id| rawdoc! { "_id": id, "text": format!("{:03}{text}", id * 37 % 90) }).collect();
    store.insert("all", &documents).await.unwrap();
    let find = Find::new(Filter::All).sort(Sort::none().then("text", Direction::Ascending));
    let mut found = Vec::new();
    for skip in [0, 45] {
        for document in store.find("all", &find.clone().skip(skip).limit(45)).await.unwrap() {
            found.push(read(&document).get_i32("_id").unwrap() * 37 % 90);
        }
    }
    assert_eq!(found, (0..90).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_large_insert_of_a_transaction_blocks_no_other_task() {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![index(&["n"])]).await;
    let documents: Vec<_> = (0..5_000).map(|id| rawdoc! { "_id": id, "n": id % 7 }).collect();
    let transaction = store.begin().await.unwrap();
    // On this single thread the ticks can only happen while the insert is elsewhere.
    let ticks = std::cell::Cell::new(0);
    let tick = async {
        loop {
            ticks.set(ticks.get() + 1);
            tokio::task::yield_now().await;
        }
    };
    let insert = transaction.insert("all", &documents);
    tokio::select! { biased; inserted = insert => inserted.unwrap(), () = tick => unreachable!() }
    assert!(ticks.get() > 10, "{}", ticks.get());
    transaction.commit().await.unwrap();
    assert_eq!(store.count("all", &Filter::eq("n", 3)).await.unwrap(), 714);
    assert_sound(&store);
}
