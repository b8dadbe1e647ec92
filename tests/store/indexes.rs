//! Declared indexes: what they enforce, what they never change, and how they refuse.

use bson::{Bson, Document, doc, spec::ElementType};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Op, Position, Replacement, Sort, TextSearch, Update},
    store::{
        CollectionSpec, IndexKind, IndexSpec, StoreError, StoreResult, SyncIndexes,
        mongo::mongodb::{IndexModel, options::IndexOptions},
    },
};
use test_support::TestStore;

use crate::{ITEMS, all, documents, ids, insert, on_both_stores, raw};

on_both_stores![
    a_unique_index_refuses_a_second_key,
    a_compound_index_compares_all_its_members,
    two_rows_without_the_member_collide,
    a_partial_index_holds_only_its_types,
    a_partial_index_holds_only_rows_that_are_not_deleted,
    a_unique_index_on_a_list_holds_its_elements,
    a_bulk_insert_names_its_duplicate,
    a_freed_key_can_be_taken,
    numbers_of_equal_value_are_one_key,
    one_of_many_writers_gets_the_key,
    preparing_twice_is_preparing_once,
    an_index_on_duplicates_is_refused_in_words,
    an_index_of_another_shape_is_refused_in_words,
    an_index_changes_no_answer,
];

fn index(keys: &[(&str, Direction)], unique: bool) -> IndexSpec {
    let keys = keys.iter().map(|(path, direction)| ((*path).to_owned(), *direction)).collect();
    let kind = if unique { IndexKind::Unique } else { IndexKind::Plain };
    IndexSpec { keys, kind, only_types: Vec::new(), only_null: Vec::new() }
}

fn unique(path: &str) -> IndexSpec {
    index(&[(path, Direction::Ascending)], true)
}

async fn prepare(store: &TestStore, indexes: &[IndexSpec]) -> StoreResult<()> {
    store
        .prepare(
            &CollectionSpec { name: ITEMS.to_owned(), indexes: indexes.to_vec() },
            SyncIndexes::CreateOnly,
        )
        .await
        .map(drop)
}

fn assert_duplicate<T: std::fmt::Debug>(outcome: StoreResult<T>, expected: &[(&str, Bson)]) {
    let Err(StoreError::Duplicate { collection, fields }) = outcome else { panic!("{outcome:?}") };
    let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    assert_eq!((collection.as_str(), fields), (ITEMS, expected));
}

async fn a_unique_index_refuses_a_second_key(store: &TestStore) {
    prepare(store, &[unique("email"), unique("deep.code")]).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "email": "a", "deep": { "code": 1 } }]).await.unwrap();
    insert(&***store, [doc! { "_id": 2, "email": "b", "deep": { "code": 2 } }]).await.unwrap();
    let before = all(&***store).await;

    assert_duplicate(
        insert(&***store, [doc! { "_id": 3, "email": "a", "deep": { "code": 3 } }]).await,
        &[("email", "a".into())],
    );
    assert_duplicate(
        insert(&***store, [doc! { "_id": 3, "email": "c", "deep": { "code": 2 } }]).await,
        &[("deep.code", 2.into())],
    );
    let two = Filter::eq("_id", 2);
    assert_duplicate(
        store.update_one(ITEMS, &two, &Update::default().set("email", "a")).await,
        &[("email", "a".into())],
    );
    assert_duplicate(
        store.update_many(ITEMS, &two, &Update::default().set("email", "a")).await,
        &[("email", "a".into())],
    );
    let replacement = Replacement { document: raw(doc! { "email": "a" }), keep: vec!["deep"] };
    assert_duplicate(store.replace_one(ITEMS, &two, &replacement).await, &[("email", "a".into())]);
    assert_eq!(all(&***store).await, before);

    let same = store.update_one(ITEMS, &two, &Update::default().set("email", "b").set("other", 1)).await;
    assert!(same.unwrap().is_some(), "a document does not collide with itself");
}

async fn a_compound_index_compares_all_its_members(store: &TestStore) {
    prepare(store, &[index(&[("b", Direction::Descending), ("a", Direction::Ascending)], true)])
        .await
        .unwrap();
    insert(&***store, [doc! { "_id": 1, "a": 1, "b": "x" }, doc! { "_id": 2, "a": 1, "b": "y" }])
        .await
        .unwrap();
    let outcome = insert(&***store, [doc! { "_id": 3, "a": 1, "b": "y" }]).await;
    assert_duplicate(outcome, &[("b", "y".into()), ("a", 1.into())]);
}

async fn two_rows_without_the_member_collide(store: &TestStore) {
    prepare(store, &[unique("email")]).await.unwrap();
    insert(&***store, [doc! { "_id": 1 }]).await.unwrap();
    assert_duplicate(insert(&***store, [doc! { "_id": 2 }]).await, &[("email", Bson::Null)]);
    assert_duplicate(insert(&***store, [doc! { "_id": 2, "email": null }]).await, &[("email", Bson::Null)]);
}

async fn a_partial_index_holds_only_its_types(store: &TestStore) {
    let only_strings =
        IndexSpec { only_types: vec![("email".to_owned(), vec![ElementType::String])], ..unique("email") };
    prepare(store, &[only_strings]).await.unwrap();
    let outside = [
        doc! { "_id": 1 },
        doc! { "_id": 2 },
        doc! { "_id": 3, "email": null },
        doc! { "_id": 4, "email": null },
    ];
    insert(&***store, outside).await.unwrap();
    insert(&***store, [doc! { "_id": 5, "email": "a" }]).await.unwrap();
    assert_duplicate(insert(&***store, [doc! { "_id": 6, "email": "a" }]).await, &[("email", "a".into())]);
    let outcome = store.update_one(ITEMS, &Filter::eq("_id", 1), &Update::default().set("email", "a")).await;
    assert_duplicate(outcome, &[("email", "a".into())]);
    assert_eq!(
        store.count(ITEMS, &Filter::eq("email", Bson::Null)).await.unwrap(),
        4,
        "reads see rows outside the index"
    );
}

async fn a_partial_index_holds_only_rows_that_are_not_deleted(store: &TestStore) {
    prepare(store, &[IndexSpec { only_null: vec!["deletedAt".to_owned()], ..unique("email") }])
        .await
        .unwrap();
    insert(&***store, [doc! { "_id": 1, "email": "a", "deletedAt": 1 }, doc! { "_id": 2, "email": "a" }])
        .await
        .unwrap();
    assert_duplicate(
        insert(&***store, [doc! { "_id": 3, "email": "a", "deletedAt": null }]).await,
        &[("email", "a".into())],
    );
    let restored =
        store.update_one(ITEMS, &Filter::eq("_id", 1), &Update::default().set("deletedAt", Bson::Null)).await;
    assert_duplicate(restored, &[("email", "a".into())]);
}

async fn a_unique_index_on_a_list_holds_its_elements(store: &TestStore) {
    prepare(store, &[unique("tags")]).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "tags": ["a", "b", "a"] }, doc! { "_id": 2, "tags": "c" }])
        .await
        .unwrap();
    assert_duplicate(
        insert(&***store, [doc! { "_id": 3, "tags": ["x", "b"] }]).await,
        &[("tags", "b".into())],
    );
    assert_duplicate(insert(&***store, [doc! { "_id": 3, "tags": ["c"] }]).await, &[("tags", "c".into())]);
}

async fn a_bulk_insert_names_its_duplicate(store: &TestStore) {
    prepare(store, &[unique("email")]).await.unwrap();
    let batch = |emails: [&'static str; 3]| {
        emails.into_iter().enumerate().map(|(n, email)| doc! { "_id": format!("{email}{n}"), "email": email })
    };
    assert_duplicate(insert(&***store, batch(["a", "b", "a"])).await, &[("email", "a".into())]);
    store.delete_many(ITEMS, &Filter::All).await.unwrap();
    insert(&***store, batch(["a", "b", "c"])).await.unwrap();
    assert_duplicate(insert(&***store, batch(["d", "c", "e"])).await, &[("email", "c".into())]);
}

async fn a_freed_key_can_be_taken(store: &TestStore) {
    prepare(store, &[unique("email")]).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "email": "a" }, doc! { "_id": 2, "email": "b" }]).await.unwrap();
    store.delete_one(ITEMS, &Filter::eq("_id", 1)).await.unwrap();
    store.update_one(ITEMS, &Filter::eq("_id", 2), &Update::default().set("email", "a")).await.unwrap();
    insert(&***store, [doc! { "_id": 3, "email": "b" }]).await.unwrap();
}

async fn numbers_of_equal_value_are_one_key(store: &TestStore) {
    prepare(store, &[unique("n")]).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "n": 1 }, doc! { "_id": 2, "n": 0.0 }]).await.unwrap();
    for equal in [
        Bson::from(1_i64),
        1.0.into(),
        "1.0".parse::<bson::Decimal128>().unwrap().into(),
        (-0.0).into(),
        0.into(),
    ] {
        let outcome = insert(&***store, [doc! { "_id": 3, "n": equal.clone() }]).await;
        assert!(matches!(outcome, Err(StoreError::Duplicate { .. })), "{equal:?}: {outcome:?}");
    }
    for other in [Bson::from("1"), true.into(), 1.5.into(), i64::MAX.into(), (i64::MAX - 1).into()] {
        insert(&***store, [doc! { "_id": format!("{other:?}"), "n": other }]).await.unwrap();
    }
}

async fn one_of_many_writers_gets_the_key(store: &TestStore) {
    prepare(store, &[unique("email")]).await.unwrap();
    let writers = (0..8).map(|n| {
        let store = store.store();
        tokio::spawn(async move { insert(&*store, [doc! { "_id": n, "email": "a" }]).await })
    });
    let mut won = 0;
    for writer in writers.collect::<Vec<_>>() {
        match writer.await.unwrap() {
            Ok(()) => won += 1,
            Err(StoreError::Duplicate { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(store.count(ITEMS, &Filter::All).await.unwrap(), 1);
}

async fn preparing_twice_is_preparing_once(store: &TestStore) {
    let declared = [
        unique("email"),
        index(&[("a", Direction::Ascending), ("b", Direction::Descending)], false),
        IndexSpec { only_null: vec!["deletedAt".to_owned()], ..unique("name") },
        IndexSpec {
            only_types: vec![("code".to_owned(), vec![ElementType::String, ElementType::Int32])],
            ..unique("code")
        },
    ];
    for _ in 0..2 {
        prepare(store, &declared).await.unwrap();
    }
    prepare(store, &[]).await.unwrap();
    insert(&***store, [doc! { "_id": 1, "email": "a" }]).await.unwrap();
    prepare(store, &declared).await.unwrap();
    assert_duplicate(
        insert(&***store, [doc! { "_id": 2, "email": "a", "name": "n" }]).await,
        &[("email", "a".into())],
    );
}

async fn an_index_on_duplicates_is_refused_in_words(store: &TestStore) {
    let rows = (0..6)
        .map(|n| doc! { "_id": n, "email": if n < 3 { "twin@example.org".into() } else { format!("{n}") } });
    insert(&***store, rows).await.unwrap();
    let Err(StoreError::Index(text)) = prepare(store, &[unique("email")]).await else {
        panic!("it was created")
    };
    for word in [ITEMS, "email_1", "email", "twin@example.org"] {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
    insert(&***store, [doc! { "_id": 9, "email": "twin@example.org" }]).await.unwrap();
    store.delete_many(ITEMS, &Filter::eq("email", "twin@example.org")).await.unwrap();
    prepare(store, &[unique("email")]).await.unwrap();
}

async fn an_index_of_another_shape_is_refused_in_words(store: &TestStore) {
    prepare(store, &[index(&[("email", Direction::Ascending)], false)]).await.unwrap();
    let Err(StoreError::Index(text)) = prepare(store, &[unique("email")]).await else {
        panic!("it was created")
    };
    for word in [ITEMS, "email_1", "unique"] {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
    insert(&***store, [doc! { "_id": 1, "email": "a" }, doc! { "_id": 2, "email": "a" }]).await.unwrap();
}

async fn an_index_changes_no_answer(store: &TestStore) {
    let rows: Vec<Document> = (0..120).map(|n| doc! { "_id": n, "v": variety(n), "w": n % 7, "deletedAt": if n % 5 == 0 { Bson::from(n) } else { Bson::Null } }).collect();
    insert(&***store, rows).await.unwrap();
    let mut questions = Vec::new();
    for n in 0..24 {
        let value = variety(n);
        for op in [
            Op::Eq(value.clone()),
            Op::Gt(value.clone()),
            Op::Gte(value.clone()),
            Op::Lt(value.clone()),
            Op::Lte(value.clone()),
            Op::In(vec![value.clone(), 3.into()]),
            Op::Ne(value.clone()),
        ] {
            let filter = Filter::field("v", op);
            questions
                .push(Find::new(filter.clone()).sort(Sort::none().then("v", Direction::Ascending).stable()));
            questions.push(
                Find::new(filter.and(Filter::eq("w", n % 7)).and(Filter::eq("deletedAt", Bson::Null)))
                    .sort(
                        Sort::none()
                            .then("w", Direction::Descending)
                            .then("v", Direction::Descending)
                            .stable(),
                    )
                    .skip(1)
                    .limit(5),
            );
        }
    }
    questions
        .push(Find::new(Filter::All).sort(Sort::none().then("v", Direction::Descending).stable()).limit(30));
    questions.push(
        Find::new(Filter::field("v", Op::StartsWith("t".into())))
            .sort(Sort::none().then("v", Direction::Ascending).stable()),
    );
    let mut before = Vec::new();
    for question in &questions {
        before.push(ids(&documents(store.find(ITEMS, question).await.unwrap())));
    }
    prepare(
        store,
        &[
            index(&[("v", Direction::Ascending)], false),
            index(&[("w", Direction::Ascending), ("v", Direction::Ascending)], false),
            IndexSpec {
                only_null: vec!["deletedAt".to_owned()],
                ..index(&[("w", Direction::Descending)], false)
            },
            IndexSpec {
                only_types: vec![("v".to_owned(), vec![ElementType::String])],
                ..index(&[("v", Direction::Descending)], false)
            },
        ],
    )
    .await
    .unwrap();
    for (question, before) in questions.iter().zip(before) {
        let after = ids(&documents(store.find(ITEMS, question).await.unwrap()));
        assert_eq!(after, before, "{question:?}");
    }
}

/// Values of many types, some of them equal to others.
fn variety(n: i32) -> Bson {
    match n % 12 {
        0 => (n / 12).into(),
        1 => i64::from(n / 6).into(),
        2 => (f64::from(n) / 8.0).into(),
        3 => format!("t{}", n / 24).into(),
        4 => Bson::Null,
        5 => vec![n / 12, 3].into(),
        6 => doc! { "a": n / 36 }.into(),
        7 => (n % 24 == 7).into(),
        8 => bson::DateTime::from_millis(i64::from(n)).into(),
        9 => Bson::Array(Vec::new()),
        10 => f64::NAN.into(),
        _ => Bson::Array(vec![Bson::Null, "t1".into()]),
    }
}

/// An index that somebody made by hand does as well, whatever its name.
#[tokio::test]
async fn an_index_made_by_hand_serves_under_its_own_name() {
    let store = test_support::mongo_store().await;
    let items = store.mongo().unwrap().collection::<Document>(ITEMS);
    let options = IndexOptions::builder().name("by hand".to_owned()).unique(true).build();
    items
        .create_index(IndexModel::builder().keys(doc! { "email": 1 }).options(options).build())
        .await
        .unwrap();
    prepare(&store, &[unique("email"), unique("name")]).await.unwrap();
    let names = items.list_index_names().await.unwrap();
    assert_eq!(names, ["_id_", "by hand", "name_1"]);
    assert_duplicate(
        insert(
            &**store,
            [doc! { "_id": 1, "email": "a", "name": "n" }, doc! { "_id": 2, "email": "a", "name": "m" }],
        )
        .await,
        &[("email", "a".into())],
    );
}

/// What the developer reads: which values, how often, and what to do.
#[tokio::test]
async fn duplicates_are_named_with_their_number() {
    let store = test_support::mongo_store().await;
    let rows = (0..7).map(|n| doc! { "_id": n, "shop": if n < 5 { "north" } else { "south" }, "code": if n < 3 { 1 } else { n } });
    insert(&**store, rows).await.unwrap();
    let both = index(&[("shop", Direction::Ascending), ("code", Direction::Descending)], true);
    let Err(StoreError::Index(text)) = prepare(&store, &[both]).await else { panic!("it was created") };
    assert_eq!(
        text,
        "the unique index `shop_1_code_-1` can't be created on collection `items`: more than one document has \
         shop = \"north\" and code = 1 (3 documents). Change or remove all but one of them, or declare the index without `unique`."
    );
}

/// What a client writes is words to the server, whatever it looks like.
#[tokio::test]
async fn a_search_is_words_and_nothing_else() {
    let store = test_support::mongo_store().await;
    let keys = [("title", Direction::Ascending), ("body", Direction::Ascending)];
    prepare(&store, &[IndexSpec { kind: IndexKind::Text, ..index(&keys, false) }]).await.unwrap();
    let rows = [
        doc! { "_id": 1, "title": "coffee shop", "body": "red tea" },
        doc! { "_id": 2, "title": "shop", "body": "coffee" },
        doc! { "_id": 3, "title": "tea-house", "body": "a red door" },
    ];
    insert(&**store, rows).await.unwrap();
    let found = async |any: &[&str], phrases: &[&str], none: &[&str]| {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let search = TextSearch { any: owned(any), phrases: owned(phrases), none: owned(none) };
        let find = Find::new(Filter::Text(search).and(Filter::field("_id", Op::Gt(0.into()))));
        let rows = store.find(ITEMS, &find.sort(Sort::none().stable())).await.unwrap();
        rows.iter().map(|row| row.get_i32("_id").unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(found(&["coffee", "tea"], &[], &[]).await, [1, 2, 3]);
    assert_eq!(found(&[], &["coffee shop"], &[]).await, [1]);
    assert_eq!(found(&["coffee", "shop", "red"], &[], &["tea"]).await, [2]);
    assert_eq!(found(&["red"], &[], &["tea-house"]).await, [1], "one word of the server's would be the tea");
    assert_eq!(found(&["-coffee"], &[], &[]).await, [1, 2], "no negation");
    assert_eq!(found(&["\"coffee", "shop\""], &[], &[]).await, [1, 2], "no phrase");
    assert_eq!(found(&["door", "\" -red"], &[], &[]).await, [1, 3]);
    assert_eq!(found(&[], &["coffee\" -\"tea"], &[]).await, [0; 0], "one phrase, which is nowhere");
    assert_eq!(found(&["shop"], &[], &["x\" tea \"y"]).await, [1, 2], "one negation, which is nowhere");
    assert_eq!(found(&[], &[], &[]).await, [0; 0]);

    // A search has no place that is in the order of another index, and still goes on behind one.
    let search = TextSearch { any: vec!["coffee".to_owned(), "red".to_owned()], ..TextSearch::default() };
    let sort = Sort::none().then("title", Direction::Ascending).stable();
    let find =
        Find::new(Filter::Text(search)).sort(sort).after(Position(vec!["coffee shop".into(), 1.into()]));
    assert_eq!(ids(&documents(store.find(ITEMS, &find).await.unwrap())), [Bson::from(2), 3.into()]);
}
