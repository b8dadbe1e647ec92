//! Reads and writes of one collection, as every store does them.

use std::time::Duration;

use bson::{Bson, Document, RawDocumentBuf, doc, oid::ObjectId, spec::ElementType};
use dynamic_api_runtime::{
    query::{Direction, FieldUpdate, Filter, Find, Op, Projection, Replacement, Sort, Update},
    store::StoreError,
};
use test_support::TestStore;

use crate::{ITEMS, all, document, documents, ids, insert, on_both_stores, raw};

on_both_stores![
    a_document_comes_back_byte_for_byte,
    a_collection_needs_not_exist,
    a_find_filters_sorts_skips_limits_and_projects,
    a_limit_of_zero_is_none_at_all,
    the_filter_of_nothing_finds_nothing,
    a_taken_id_is_a_duplicate,
    an_update_answers_the_changed_document,
    an_update_of_nothing_changes_nothing,
    an_update_of_many_counts_what_it_matched,
    an_invalid_update_changes_nothing,
    a_replacement_keeps_what_it_is_told_to,
    a_delete_counts,
    the_guard_holds_only_for_the_same_document,
    a_value_is_never_an_operator,
    a_text_is_never_a_pattern,
    a_read_ends_at_its_time_limit,
    a_document_that_is_too_large_is_refused,
    a_pipeline_runs,
    an_unknown_stage_is_named,
    ids_of_another_type_are_found,
    dropping_all_leaves_nothing,
    counters_lose_no_update,
];

fn by_id(id: impl Into<Bson>) -> Filter {
    Filter::eq("_id", id)
}

async fn a_document_comes_back_byte_for_byte(store: &TestStore) {
    let sent = raw(doc! {
        "z": 1, "_id": ObjectId::new(), "a": 2_i64, "double": 0.1, "nan": f64::NAN, "negative zero": -0.0, "text": "é\0\n",
        "yes": true, "nothing": null, "when": bson::DateTime::from_millis(-1), "list": [1, [2, { "x": [] }]], "doc": {},
        "decimal": "1.10".parse::<bson::Decimal128>().unwrap(), "min": Bson::MinKey, "max": Bson::MaxKey,
        "bytes": bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: vec![0, 255] },
        "uuid": bson::Binary { subtype: bson::spec::BinarySubtype::Uuid, bytes: vec![7; 16] },
        "pattern": bson::Regex { pattern: "^a".try_into().unwrap(), options: "i".try_into().unwrap() },
        "stamp": bson::Timestamp { time: 1, increment: 2 },
    });
    store.insert(ITEMS, std::slice::from_ref(&sent)).await.unwrap();
    let found = store.find(ITEMS, &Find::new(Filter::All)).await.unwrap();
    // Both put `_id` first.
    let mut expected = Document::try_from(&sent).unwrap();
    let id = expected.remove("_id").unwrap();
    let mut first = doc! { "_id": id };
    first.extend(expected);
    assert_eq!(found, [raw(first)]);
}

async fn a_collection_needs_not_exist(store: &TestStore) {
    assert!(all(&***store).await.is_empty());
    assert_eq!(store.count(ITEMS, &Filter::All).await.unwrap(), 0);
    assert_eq!(store.delete_many(ITEMS, &Filter::All).await.unwrap(), 0);
    assert_eq!(store.update_many(ITEMS, &Filter::All, &Update::default().set("a", 1)).await.unwrap(), 0);
    assert_eq!(store.update_one(ITEMS, &Filter::All, &Update::default().set("a", 1)).await.unwrap(), None);
    assert!(store.aggregate(ITEMS, &[doc! { "$match": {} }]).await.unwrap().is_empty());
    insert(&***store, []).await.unwrap();
    assert!(all(&***store).await.is_empty());
}

async fn a_find_filters_sorts_skips_limits_and_projects(store: &TestStore) {
    insert(
        &***store,
        (0..20).map(|n| doc! { "_id": n, "group": n % 3, "deep": { "n": n, "other": 0 }, "last": n }),
    )
    .await
    .unwrap();
    let find = Find::new(Filter::eq("group", 1))
        .sort(Sort::none().then("deep.n", Direction::Descending))
        .skip(1)
        .limit(2)
        .project(Projection::Only(vec!["last".into(), "deep.n".into()]))
        .time_limit(Duration::from_secs(5));
    let found = documents(store.find(ITEMS, &find).await.unwrap());
    assert_eq!(
        found,
        [
            doc! { "_id": 16, "deep": { "n": 16 }, "last": 16 },
            doc! { "_id": 13, "deep": { "n": 13 }, "last": 13 }
        ],
        "members stand in the document's order"
    );
    let only_id = Find::new(by_id(3)).project(Projection::Only(Vec::new()));
    assert_eq!(documents(store.find(ITEMS, &only_id).await.unwrap()), [doc! { "_id": 3 }]);
    assert!(store.find(ITEMS, &Find::new(Filter::All).skip(20)).await.unwrap().is_empty());
    assert_eq!(store.find(ITEMS, &Find::new(Filter::All).limit(u64::MAX)).await.unwrap().len(), 20);
    assert_eq!(store.count(ITEMS, &Filter::eq("group", 0)).await.unwrap(), 7);
}

async fn a_limit_of_zero_is_none_at_all(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1 }]).await.unwrap();
    assert!(store.find(ITEMS, &Find::new(Filter::All).limit(0)).await.unwrap().is_empty());
}

async fn the_filter_of_nothing_finds_nothing(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1 }, doc! { "_id": null }]).await.unwrap();
    for nothing in [Filter::Nothing, Filter::Or(Vec::new()), Filter::field("_id", Op::In(Vec::new()))] {
        assert_eq!(store.count(ITEMS, &nothing).await.unwrap(), 0, "{nothing:?}");
        assert_eq!(store.count(ITEMS, &Filter::Not(Box::new(nothing))).await.unwrap(), 2);
    }
    assert_eq!(store.count(ITEMS, &Filter::And(Vec::new())).await.unwrap(), 2);
}

async fn a_taken_id_is_a_duplicate(store: &TestStore) {
    insert(&***store, [doc! { "_id": "a" }]).await.unwrap();
    let error = insert(&***store, [doc! { "_id": "a", "other": 1 }]).await.unwrap_err();
    let StoreError::Duplicate { collection, fields } = error else { panic!("{error:?}") };
    assert_eq!((collection.as_str(), fields), (ITEMS, vec![("_id".to_owned(), Bson::from("a"))]));
    assert_eq!(all(&***store).await, [doc! { "_id": "a" }]);
}

async fn an_update_answers_the_changed_document(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "a": 1, "gone": true, "tags": ["x"], "deep": { "b": 2 } }])
        .await
        .unwrap();
    let update = Update::default()
        .set("deep.c", "new")
        .with("a", FieldUpdate::Inc(2.into()))
        .with("gone", FieldUpdate::Unset)
        .with("tags", FieldUpdate::Push(vec!["y".into(), "z".into()]))
        .with("__v", FieldUpdate::Inc(1.into()));
    let changed = document(store.update_one(ITEMS, &by_id(1), &update).await.unwrap());
    let expected =
        doc! { "_id": 1, "a": 3, "tags": ["x", "y", "z"], "deep": { "b": 2, "c": "new" }, "__v": 1 };
    assert_eq!(changed, Some(expected.clone()));
    assert_eq!(all(&***store).await, [expected]);
    assert_eq!(store.update_one(ITEMS, &by_id(2), &update).await.unwrap(), None);
    assert_eq!(store.count(ITEMS, &Filter::All).await.unwrap(), 1, "an update creates nothing");
}

async fn an_update_of_nothing_changes_nothing(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "a": 1 }]).await.unwrap();
    let nothing = Update::default();
    assert_eq!(
        document(store.update_one(ITEMS, &by_id(1), &nothing).await.unwrap()),
        Some(doc! { "_id": 1, "a": 1 })
    );
    assert_eq!(store.update_one(ITEMS, &by_id(2), &nothing).await.unwrap(), None);
    assert_eq!(store.update_many(ITEMS, &Filter::All, &nothing).await.unwrap(), 1);
}

async fn an_update_of_many_counts_what_it_matched(store: &TestStore) {
    insert(&***store, (0..5).map(|n| doc! { "_id": n, "n": n })).await.unwrap();
    let update = Update::default().set("n", 3);
    let filter = Filter::field("n", Op::Gte(2.into()));
    assert_eq!(
        store.update_many(ITEMS, &filter, &update).await.unwrap(),
        3,
        "also those that were so already"
    );
    let numbers: Vec<_> = all(&***store).await.iter().map(|row| row.get_i32("n").unwrap()).collect();
    assert_eq!(numbers, [0, 1, 3, 3, 3]);
}

async fn an_invalid_update_changes_nothing(store: &TestStore) {
    let before = doc! { "_id": 1, "text": "a", "list": [1], "number": 1 };
    insert(&***store, [before.clone()]).await.unwrap();
    let one = |path: &str, change| Update::default().set("number", 2).with(path, change);
    let invalid = [
        one("text", FieldUpdate::Inc(1.into())),
        one("number.deeper", FieldUpdate::Set(1.into())),
        one("list.name", FieldUpdate::Set(1.into())),
        one("text", FieldUpdate::Push(vec![1.into()])),
        one("text", FieldUpdate::AddToSet(vec![1.into()])),
        one("text", FieldUpdate::Pull(vec![1.into()])),
        one("list", FieldUpdate::Inc("1".into())),
        one("_id", FieldUpdate::Set(2.into())),
        one("number", FieldUpdate::Inc(1.into())),
        Update::default().set("deep", 1).set("deep.er", 1),
        Update::default().set("same", 1).set("same", 2),
    ];
    for update in invalid {
        let outcome = store.update_one(ITEMS, &by_id(1), &update).await;
        assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{update:?}: {outcome:?}");
        assert_eq!(all(&***store).await, std::slice::from_ref(&before), "{update:?}");
    }
}

async fn a_replacement_keeps_what_it_is_told_to(store: &TestStore) {
    insert(
        &***store,
        [doc! { "_id": 1, "createdAt": 10, "old": true, "kept": "k" }, doc! { "_id": 2, "old": true }],
    )
    .await
    .unwrap();
    let replacement = Replacement {
        document: raw(doc! { "$dollar": "$old", "name": "Ada" }),
        keep: vec!["createdAt", "kept", "isDeleted"],
    };
    let replaced = document(store.replace_one(ITEMS, &by_id(1), &replacement).await.unwrap());
    let expected = doc! { "_id": 1, "$dollar": "$old", "name": "Ada", "createdAt": 10, "kept": "k" };
    assert_eq!(replaced, Some(expected.clone()), "_id first, the new members, then the kept ones");
    let replaced = document(store.replace_one(ITEMS, &by_id(2), &replacement).await.unwrap());
    assert_eq!(
        replaced,
        Some(doc! { "_id": 2, "$dollar": "$old", "name": "Ada" }),
        "what is not there is not kept"
    );
    assert_eq!(store.replace_one(ITEMS, &by_id(3), &replacement).await.unwrap(), None);
    assert_eq!(all(&***store).await[0], expected);

    let brings_its_own =
        Replacement { document: raw(doc! { "createdAt": 99, "name": "Bob" }), keep: vec!["createdAt"] };
    let replaced = document(store.replace_one(ITEMS, &by_id(1), &brings_its_own).await.unwrap());
    assert_eq!(replaced, Some(doc! { "_id": 1, "createdAt": 10, "name": "Bob" }), "what is stored counts");
    let replaced = document(store.replace_one(ITEMS, &by_id(2), &brings_its_own).await.unwrap());
    assert_eq!(
        replaced,
        Some(doc! { "_id": 2, "createdAt": 99, "name": "Bob" }),
        "where nothing is, the new one does"
    );
}

async fn a_delete_counts(store: &TestStore) {
    insert(&***store, (0..5).map(|n| doc! { "_id": n, "even": n % 2 == 0 })).await.unwrap();
    assert_eq!(store.delete_one(ITEMS, &Filter::eq("even", true)).await.unwrap(), 1);
    assert_eq!(store.delete_many(ITEMS, &Filter::eq("even", true)).await.unwrap(), 2);
    assert_eq!(store.delete_one(ITEMS, &Filter::eq("even", true)).await.unwrap(), 0);
    assert_eq!(ids(&all(&***store).await), [1.into(), 3.into()]);
}

async fn the_guard_holds_only_for_the_same_document(store: &TestStore) {
    let read = doc! { "_id": 1, "a": 1, "deep": { "$x": [1, null], "y": f64::NAN } };
    insert(&***store, [read.clone(), doc! { "_id": 2, "a": 1 }]).await.unwrap();
    let guard = |document: Document| Filter::Same(raw(document));
    let others = [
        doc! { "_id": 1, "a": 1 },
        doc! { "_id": 1, "deep": { "$x": [1, null], "y": f64::NAN }, "a": 1 },
        doc! { "_id": 1, "a": 1, "deep": { "y": f64::NAN, "$x": [1, null] } },
        doc! { "_id": 1, "a": 1, "deep": { "$x": [1, null], "y": f64::NAN }, "more": null },
        doc! { "_id": 2, "a": 1, "deep": { "$x": [1, null], "y": f64::NAN } },
    ];
    for other in others {
        assert_eq!(store.count(ITEMS, &guard(other.clone())).await.unwrap(), 0, "{other}");
    }
    let change = Update::default().set("a", 2);
    assert!(store.update_one(ITEMS, &guard(read.clone()), &change).await.unwrap().is_some());
    assert!(
        store.update_one(ITEMS, &guard(read.clone()), &change).await.unwrap().is_none(),
        "it has changed"
    );
    assert_eq!(store.delete_one(ITEMS, &guard(read)).await.unwrap(), 0);
    assert_eq!(store.delete_one(ITEMS, &guard(doc! { "_id": 2, "a": 1 })).await.unwrap(), 1);
}

async fn a_value_is_never_an_operator(store: &TestStore) {
    let sly = doc! { "$gt": 0 };
    let pattern = Bson::RegularExpression(bson::Regex {
        pattern: "a".try_into().unwrap(),
        options: "".try_into().unwrap(),
    });
    insert(
        &***store,
        [doc! { "_id": 1, "v": 5 }, doc! { "_id": 2, "v": "abc" }, doc! { "_id": 3, "v": pattern.clone() }],
    )
    .await
    .unwrap();
    let sent = [
        (Op::Eq(sly.clone().into()), vec![]),
        (Op::In(vec![sly.clone().into()]), vec![]),
        (Op::All(vec![sly.clone().into()]), vec![]),
        (Op::All(vec![doc! { "$elemMatch": { "$gt": 0 } }.into()]), vec![]),
        (Op::Ne(sly.clone().into()), vec![1, 2, 3]),
        (Op::Nin(vec![sly.into()]), vec![1, 2, 3]),
        (Op::Eq(pattern.clone()), vec![3]),
        (Op::In(vec![pattern.clone(), 5.into()]), vec![1, 3]),
        (Op::All(vec![pattern.clone()]), vec![3]),
        (Op::Ne(pattern.clone()), vec![1, 2]),
        (Op::Nin(vec![pattern]), vec![1, 2]),
    ];
    for (op, expected) in sent {
        let find = Find::new(Filter::field("v", op.clone())).sort(Sort::none().stable());
        let found = ids(&documents(store.find(ITEMS, &find).await.unwrap()));
        assert_eq!(found, expected.into_iter().map(Bson::from).collect::<Vec<Bson>>(), "{op:?}");
    }
    let where_clause = store.count(ITEMS, &Filter::eq("$where", "true")).await;
    assert!(matches!(where_clause, Err(StoreError::Invalid(_)) | Ok(0)), "{where_clause:?}");
}

async fn a_text_is_never_a_pattern(store: &TestStore) {
    let texts = [
        "a.c", "abc", "A.C", "x\na.c", "a.c\n", "^a", "a|b", "(a)", "[a]", "a\\b", "100%", "", "\0a", "é.c",
        "a c", "#a",
    ];
    insert(
        &***store,
        texts.iter().enumerate().map(|(n, text)| doc! { "_id": i32::try_from(n).unwrap(), "t": text }),
    )
    .await
    .unwrap();
    for needle in
        ["a.c", ".", "^", "$", "|", "(", "[", "\\", "\n", "%", "", "\0", "é", " ", "#", "a", "c\n", "C"]
    {
        type Test = fn(&str, &str) -> bool;
        let kinds: [(Op, Test); 3] = [
            (Op::Contains(needle.into()), |text, needle| text.contains(needle)),
            (Op::StartsWith(needle.into()), |text, needle| text.starts_with(needle)),
            (Op::EndsWith(needle.into()), |text, needle| text.ends_with(needle)),
        ];
        for (op, holds) in kinds {
            let find = Find::new(Filter::field("t", op.clone())).sort(Sort::none().stable());
            let found = documents(store.find(ITEMS, &find).await.unwrap());
            let found: Vec<_> = found.iter().map(|row| row.get_str("t").unwrap()).collect();
            let expected: Vec<_> = texts.iter().copied().filter(|text| holds(text, needle)).collect();
            assert_eq!(found, expected, "{op:?}");
        }
    }
}

async fn a_read_ends_at_its_time_limit(store: &TestStore) {
    let text = "x".repeat(2_000);
    for batch in 0..10 {
        insert(&***store, (0..1_000).map(|n| doc! { "_id": batch * 1_000 + n, "text": &text }))
            .await
            .unwrap();
    }
    let slow = Filter::Or((0..40).map(|n| Filter::field("text", Op::Contains(format!("xx{n}")))).collect());
    let outcome = store.find(ITEMS, &Find::new(slow).time_limit(Duration::from_millis(1))).await;
    assert!(matches!(outcome, Err(StoreError::TimedOut)), "{outcome:?}");
    assert_eq!(store.find(ITEMS, &Find::new(Filter::All).limit(2)).await.unwrap().len(), 2);
}

async fn a_document_that_is_too_large_is_refused(store: &TestStore) {
    let large = |size: usize| doc! { "_id": 1, "text": "x".repeat(size) };
    let outcome = insert(&***store, [large(16 * 1024 * 1024)]).await;
    assert!(matches!(outcome, Err(StoreError::TooLarge(_))), "{outcome:?}");
    insert(&***store, [large(9 * 1024 * 1024)]).await.unwrap();
    let grown = Update::default().set("more", "x".repeat(9 * 1024 * 1024));
    let outcome = store.update_one(ITEMS, &by_id(1), &grown).await;
    assert!(matches!(outcome, Err(StoreError::TooLarge(_))), "{:?}", outcome.map(drop));
    let replacement =
        Replacement { document: raw(doc! { "text": "x".repeat(16 * 1024 * 1024) }), keep: vec![] };
    let outcome = store.replace_one(ITEMS, &by_id(1), &replacement).await;
    assert!(matches!(outcome, Err(StoreError::TooLarge(_))), "{:?}", outcome.map(drop));
    assert_eq!(all(&***store).await, [large(9 * 1024 * 1024)]);
}

async fn a_pipeline_runs(store: &TestStore) {
    insert(&***store, (0..10).map(|n| doc! { "_id": n, "group": n % 2, "n": n })).await.unwrap();
    let pipeline = [
        doc! { "$match": { "n": { "$gte": 3 } } },
        doc! { "$group": { "_id": "$group", "sum": { "$sum": "$n" } } },
        doc! { "$sort": { "_id": 1 } },
    ];
    let rows = documents(store.aggregate(ITEMS, &pipeline).await.unwrap());
    assert_eq!(rows, [doc! { "_id": 0, "sum": 18 }, doc! { "_id": 1, "sum": 24 }]);
}

async fn an_unknown_stage_is_named(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1 }]).await.unwrap();
    let error = store.aggregate(ITEMS, &[doc! { "$notAStage": {} }]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unsupported { .. }), "{error:?}");
    assert!(error.to_string().contains("$notAStage"), "{error}");
}

async fn ids_of_another_type_are_found(store: &TestStore) {
    assert_eq!(store.foreign_id_type(ITEMS).await.unwrap(), None);
    insert(&***store, (0..3).map(|_| doc! { "_id": ObjectId::new() })).await.unwrap();
    assert_eq!(store.foreign_id_type(ITEMS).await.unwrap(), None);
    for (id, name) in [
        (Bson::from("a"), "string"),
        (1.into(), "int"),
        (2_i64.into(), "long"),
        (doc! { "a": 1 }.into(), "object"),
    ] {
        insert(&***store, [doc! { "_id": id.clone() }]).await.unwrap();
        assert_eq!(store.foreign_id_type(ITEMS).await.unwrap().as_deref(), Some(name));
        store.delete_one(ITEMS, &by_id(id)).await.unwrap();
    }
    let typed = Filter::field("_id", Op::Type(vec![ElementType::ObjectId]));
    assert_eq!(store.count(ITEMS, &typed).await.unwrap(), 3);
}

async fn dropping_all_leaves_nothing(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1 }]).await.unwrap();
    store.insert("other", &[RawDocumentBuf::try_from(&doc! { "_id": 1 }).unwrap()]).await.unwrap();
    store.drop_all().await.unwrap();
    assert_eq!(store.count(ITEMS, &Filter::All).await.unwrap(), 0);
    assert_eq!(store.count("other", &Filter::All).await.unwrap(), 0);
    insert(&***store, [doc! { "_id": 1 }]).await.unwrap();
}

async fn counters_lose_no_update(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "n": 0 }]).await.unwrap();
    let writers = (0..8).map(|_| {
        let store = store.store();
        tokio::spawn(async move {
            for _ in 0..25 {
                let once = Update::default().with("n", FieldUpdate::Inc(1.into()));
                store.update_one(ITEMS, &by_id(1), &once).await.unwrap().unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(all(&***store).await, [doc! { "_id": 1, "n": 200 }]);
}
