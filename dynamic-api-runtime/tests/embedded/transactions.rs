//! Transactions: they see their own writes and one state, take effect together, and what they read stays true or they fail.

use std::sync::Arc;

use bson::{Bson, doc, rawdoc};
use dynamic_api_runtime::{
    query::{FieldUpdate, Filter, Find, Op, TextSearch, Update},
    store::{Collections, Database, EmbeddedStore, StoreError, Transaction, transact},
};
use futures_util::future::join_all;

use super::{all, assert_sound, index, prepare, random::Random, read, unique};

async fn store_with(documents: &[bson::RawDocumentBuf]) -> EmbeddedStore {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![unique(&["key"]), index(&["group", "-n"])]).await;
    store.insert("all", documents).await.unwrap();
    store
}

async fn number(store: &dyn Collections, id: i32) -> i64 {
    let found = store.find("all", &Find::new(Filter::eq("_id", id))).await.unwrap();
    read(&found[0]).get_i64("n").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_increment_is_lost_between_eight_tasks() {
    let store = Arc::new(store_with(&[rawdoc! { "_id": 1, "n": 0_i64 }]).await);
    let task = |store: Arc<EmbeddedStore>| async move {
        let mut done = 0;
        while done < 25 {
            let counted = transact(&*store, |transaction, _| {
                Box::pin(async move {
                    let next = number(transaction, 1).await + 1;
                    let update = Update::default().set("n", next);
                    transaction.update_one("all", &Filter::eq("_id", 1), &update).await.map(drop)
                })
            });
            match counted.await {
                Ok(()) => done += 1,
                Err(StoreError::Conflict) => {}
                Err(error) => panic!("{error}"),
            }
        }
    };
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(task(Arc::clone(&store)))).collect();
    for finished in join_all(tasks).await {
        finished.unwrap();
    }
    assert_eq!(number(&*store, 1).await, 200);
}

#[tokio::test]
async fn it_sees_its_own_writes_and_others_only_after_the_commit() {
    let store = store_with(&[
        rawdoc! { "_id": 1, "group": "a", "n": 1 },
        rawdoc! { "_id": 2, "group": "a", "n": 2, "key": 2 },
    ])
    .await;
    let transaction = store.begin().await.unwrap();
    transaction.insert("all", &[rawdoc! { "_id": 3, "group": "a", "n": 3, "key": 3 }]).await.unwrap();
    transaction.update_one("all", &Filter::eq("_id", 1), &Update::default().set("n", 9)).await.unwrap();
    assert_eq!(transaction.delete_one("all", &Filter::eq("key", 2)).await.unwrap(), 1);

    let by_index = Find::new(Filter::eq("group", "a")).sort(
        dynamic_api_runtime::query::Sort::none().then("n", dynamic_api_runtime::query::Direction::Ascending),
    );
    let seen: Vec<_> = transaction
        .find("all", &by_index)
        .await
        .unwrap()
        .iter()
        .map(|found| read(found).get_i32("_id").unwrap())
        .collect();
    assert_eq!(seen, [3, 1]);
    assert_eq!(transaction.count("all", &Filter::All).await.unwrap(), 2);
    assert_eq!(
        transaction.aggregate("all", &[doc! { "$match": { "n": { "$gt": 2 } } }]).await.unwrap().len(),
        2
    );
    assert_eq!(store.count("all", &Filter::All).await.unwrap(), 2);
    assert_eq!(store.count("all", &Filter::eq("key", 2)).await.unwrap(), 1);

    transaction.commit().await.unwrap();
    let now = [doc! { "_id": 1, "group": "a", "n": 9 }, doc! { "_id": 3, "group": "a", "n": 3, "key": 3 }];
    assert_eq!(all(&store, "all").await, now);
    assert_sound(&store);
}

#[tokio::test]
async fn it_reads_one_state_whatever_others_write() {
    let store = store_with(&[rawdoc! { "_id": 1, "n": 1 }]).await;
    let transaction = store.begin().await.unwrap();
    assert_eq!(transaction.count("all", &Filter::All).await.unwrap(), 1);
    store.insert("all", &[rawdoc! { "_id": 2, "key": 2 }]).await.unwrap();
    assert_eq!(transaction.count("all", &Filter::All).await.unwrap(), 1);
    // What only reads saw one state, and commits.
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn aborted_or_dropped_it_leaves_nothing() {
    let store = store_with(&[rawdoc! { "_id": 1 }]).await;
    let transaction = store.begin().await.unwrap();
    transaction.delete_many("all", &Filter::All).await.unwrap();
    transaction.abort().await.unwrap();
    let transaction = store.begin().await.unwrap();
    transaction.insert("all", &[rawdoc! { "_id": 2, "key": 1 }]).await.unwrap();
    drop(transaction);
    assert_eq!(all(&store, "all").await, [doc! { "_id": 1 }]);
}

/// Begins a transaction, lets it read and write, lets another write happen, and answers what the commit says.
async fn commit_against(
    store: &EmbeddedStore,
    work: impl AsyncFnOnce(&dyn Transaction),
    other: impl AsyncFnOnce(&EmbeddedStore),
) -> Result<(), StoreError> {
    let transaction = store.begin().await.unwrap();
    work(&*transaction).await;
    other(store).await;
    transaction.commit().await
}

#[tokio::test]
async fn what_it_read_must_still_be_true_at_its_commit() {
    let documents =
        [rawdoc! { "_id": 1, "group": "a", "key": 1 }, rawdoc! { "_id": 2, "group": "b", "key": 2 }];
    let write = async |transaction: &dyn Transaction| {
        transaction.insert("log", &[rawdoc! { "_id": 1 }]).await.unwrap();
    };
    let in_group = Filter::eq("group", "a");
    let count_group = async |transaction: &dyn Transaction| {
        transaction.count("all", &in_group).await.unwrap();
        write(transaction).await;
    };

    // A phantom: a document that would have been counted.
    let store = store_with(&documents).await;
    let phantom = async |store: &EmbeddedStore| {
        store.insert("all", &[rawdoc! { "_id": 3, "group": "a" }]).await.unwrap()
    };
    assert!(matches!(commit_against(&store, count_group, phantom).await, Err(StoreError::Conflict)));
    assert!(all(&store, "log").await.is_empty());

    // A document that was counted and is no more.
    let store = store_with(&documents).await;
    let removed =
        async |store: &EmbeddedStore| assert_eq!(store.delete_one("all", &in_group).await.unwrap(), 1);
    assert!(matches!(commit_against(&store, count_group, removed).await, Err(StoreError::Conflict)));

    // A write elsewhere is no conflict.
    let store = store_with(&documents).await;
    let elsewhere = async |store: &EmbeddedStore| {
        store.update_one("all", &Filter::eq("group", "b"), &Update::default().set("n", 1)).await.unwrap();
    };
    commit_against(&store, count_group, elsewhere).await.unwrap();
    assert_eq!(all(&store, "log").await.len(), 1);

    // A pipeline depends on what it looks at.
    let store = store_with(&documents).await;
    let aggregate = async |transaction: &dyn Transaction| {
        transaction
            .aggregate("all", &[doc! { "$group": { "_id": Bson::Null, "n": { "$sum": 1 } } }])
            .await
            .unwrap();
        write(transaction).await;
    };
    let phantom = async |store: &EmbeddedStore| store.insert("all", &[rawdoc! { "_id": 3 }]).await.unwrap();
    assert!(matches!(commit_against(&store, aggregate, phantom).await, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn two_that_each_read_what_the_other_writes_do_not_both_commit() {
    let store =
        store_with(&[rawdoc! { "_id": 1, "key": 1, "on": true }, rawdoc! { "_id": 2, "key": 2, "on": true }])
            .await;
    let off = Update::default().set("on", false);
    let (first, second) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    for (transaction, id) in [(&first, 1), (&second, 2)] {
        assert_eq!(transaction.count("all", &Filter::eq("on", true)).await.unwrap(), 2);
        transaction.update_one("all", &Filter::eq("_id", id), &off).await.unwrap();
    }
    first.commit().await.unwrap();
    assert!(matches!(second.commit().await, Err(StoreError::Conflict)));
    assert_eq!(store.count("all", &Filter::eq("on", true)).await.unwrap(), 1);
}

#[tokio::test]
async fn one_key_goes_to_one_transaction() {
    let store = store_with(&[]).await;
    let (first, second) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    first.insert("all", &[rawdoc! { "_id": 1, "key": "k" }]).await.unwrap();
    second.insert("all", &[rawdoc! { "_id": 2, "key": "k" }]).await.unwrap();
    first.commit().await.unwrap();
    assert!(matches!(second.commit().await, Err(StoreError::Duplicate { .. })));
    let (first, second) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    first.insert("all", &[rawdoc! { "_id": 5, "key": 1 }]).await.unwrap();
    second.insert("all", &[rawdoc! { "_id": 5, "key": 2 }]).await.unwrap();
    first.commit().await.unwrap();
    assert!(matches!(second.commit().await, Err(StoreError::Duplicate { .. })));
    assert_sound(&store);
}

#[tokio::test]
async fn two_documents_may_swap_a_unique_value_by_way_of_a_third() {
    let store = store_with(&[rawdoc! { "_id": 1, "key": "a" }, rawdoc! { "_id": 2, "key": "b" }]).await;
    let transaction = store.begin().await.unwrap();
    for (id, key) in [(1, "c"), (2, "a"), (1, "b")] {
        transaction
            .update_one("all", &Filter::eq("_id", id), &Update::default().set("key", key))
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    assert_eq!(all(&store, "all").await, [doc! { "_id": 1, "key": "b" }, doc! { "_id": 2, "key": "a" }]);
    assert_sound(&store);
}

#[tokio::test]
async fn after_a_failed_write_it_commits_nothing() {
    let store = store_with(&[rawdoc! { "_id": 1, "key": 1 }]).await;
    let transaction = store.begin().await.unwrap();
    let half = [rawdoc! { "_id": 2, "key": 2 }, rawdoc! { "_id": 3, "key": 1 }];
    assert!(matches!(transaction.insert("all", &half).await, Err(StoreError::Duplicate { .. })));
    assert!(matches!(transaction.commit().await, Err(StoreError::Other(_))));
    assert_eq!(all(&store, "all").await, [doc! { "_id": 1, "key": 1 }]);
}

#[tokio::test]
async fn an_index_made_meanwhile_holds_what_it_writes() {
    let store = store_with(&[rawdoc! { "_id": 1, "n": 1 }]).await;
    let transaction = store.begin().await.unwrap();
    transaction.insert("all", &[rawdoc! { "_id": 2, "key": 2, "tags": ["x", "y"] }]).await.unwrap();
    prepare(&store, "all", vec![index(&["tags"])]).await;
    transaction.commit().await.unwrap();
    let both = Filter::And(vec![Filter::eq("tags", "x"), Filter::eq("tags", "y")]);
    assert_eq!(store.count("all", &both).await.unwrap(), 1);
    assert_sound(&store);
}

#[tokio::test]
async fn an_array_that_it_adds_is_found_through_the_index_within_it() {
    let store = store_with(&[rawdoc! { "_id": 1, "group": 1 }]).await;
    let transaction = store.begin().await.unwrap();
    let update = Update::default().with("group", FieldUpdate::Set(vec![1, 9].into()));
    transaction.update_one("all", &Filter::eq("_id", 1), &update).await.unwrap();
    let apart =
        Filter::And(vec![Filter::field("group", Op::Gt(5.into())), Filter::field("group", Op::Lt(5.into()))]);
    assert_eq!(transaction.count("all", &apart).await.unwrap(), 1);
    transaction.commit().await.unwrap();
    assert_eq!(store.count("all", &apart).await.unwrap(), 1);
}

/// Moves a random amount between two of the documents, which come and go, and answers the sum of all.
async fn shift(store: &EmbeddedStore, seed: u64) -> Result<i64, StoreError> {
    transact(store, move |transaction, _| {
        let mut random = Random(seed);
        Box::pin(async move {
            let found = transaction.find("all", &Find::new(Filter::eq("group", "money"))).await?;
            let accounts: Vec<(i32, i64)> = found
                .iter()
                .map(read)
                .map(|a| (a.get_i32("_id").unwrap(), a.get_i64("n").unwrap()))
                .collect();
            let sum = accounts.iter().map(|(_, money)| money).sum();
            let (from, money) = *random.one_of(&accounts);
            let amount = if random.below(3) == 0 { money } else { random.below(10) as i64 };
            let to = random.below(8) as i32;
            if to == from {
                return Ok(sum);
            }
            // An account without money is closed, and opened again by who pays into it.
            let pay = |amount: i64| Update::default().with("n", FieldUpdate::Inc(amount.into()));
            if amount == money {
                transaction.delete_one("all", &Filter::eq("_id", from)).await?;
            } else {
                transaction.update_one("all", &Filter::eq("_id", from), &pay(-amount)).await?;
            }
            if transaction.update_one("all", &Filter::eq("_id", to), &pay(amount)).await?.is_none() {
                let opened = rawdoc! { "_id": to, "key": to, "group": "money", "n": amount };
                transaction.insert("all", &[opened]).await?;
            }
            Ok(sum)
        })
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_transaction_sees_the_same_sum_while_money_moves() {
    let accounts: Vec<_> =
        (0..8).map(|id| rawdoc! { "_id": id, "key": id, "group": "money", "n": 100_i64 }).collect();
    let store = store_with(&accounts).await;
    let task = |number: u64| {
        let store = store.clone();
        async move {
            let mut committed = 0;
            for round in 0..40 {
                match shift(&store, number * 1000 + round).await {
                    Ok(sum) => {
                        assert_eq!(sum, 800);
                        committed += 1;
                    }
                    Err(StoreError::Conflict) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            committed
        }
    };
    let finished = join_all((0..6).map(|number| tokio::spawn(task(number)))).await;
    let committed: u32 = finished.into_iter().map(Result::unwrap).sum();
    assert!(committed > 60, "{committed}");
    let found = all(&store, "all").await;
    assert_eq!(found.iter().map(|account| account.get_i64("n").unwrap()).sum::<i64>(), 800);
    assert_sound(&store);
}

#[tokio::test]
async fn a_lookup_depends_only_on_what_it_looks_for() {
    let lookup = doc! { "$lookup": {
        "from": "people", "localField": "by", "foreignField": "_id", "pipeline": [{ "$unset": "secret" }], "as": "by",
    } };
    let written = [("other", true), ("ada", false)];
    for (changed, commits) in written {
        let store = store_with(&[rawdoc! { "_id": 1, "by": "ada" }]).await;
        let people = [rawdoc! { "_id": "ada", "secret": 1 }, rawdoc! { "_id": "other" }];
        store.insert("people", &people).await.unwrap();
        let transaction = store.begin().await.unwrap();
        let joined = transaction.aggregate("all", std::slice::from_ref(&lookup)).await.unwrap();
        assert_eq!(read(&joined[0]), doc! { "_id": 1, "by": [{ "_id": "ada" }] });
        transaction.insert("all", &[rawdoc! { "_id": 2, "key": 2 }]).await.unwrap();
        store
            .update_one("people", &Filter::eq("_id", changed), &Update::default().set("n", 1))
            .await
            .unwrap();
        let committed = transaction.commit().await;
        assert_eq!(committed.is_ok(), commits, "{changed}: {committed:?}");
    }
}

#[tokio::test]
async fn a_search_depends_on_the_rows_that_hold_its_words() {
    for (title, commits) in [("tea", true), ("coffee", false)] {
        let store = EmbeddedStore::in_memory().unwrap();
        prepare(&store, "all", vec![super::of_words(&["title"])]).await;
        let transaction = store.begin().await.unwrap();
        let coffee = Filter::Text(TextSearch { any: vec!["coffee".to_owned()], ..TextSearch::default() });
        assert_eq!(transaction.count("all", &coffee).await.unwrap(), 0);
        transaction.insert("all", &[rawdoc! { "_id": 1, "title": "the first coffee" }]).await.unwrap();
        assert_eq!(transaction.count("all", &coffee).await.unwrap(), 1);
        store.insert("all", &[rawdoc! { "_id": 2, "title": title }]).await.unwrap();
        let committed = transaction.commit().await;
        assert_eq!(committed.is_ok(), commits, "{title}: {committed:?}");
        assert_sound(&store);
    }
}
