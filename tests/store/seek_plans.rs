//! A place in an order on MongoDB: what is behind it, whatever the types, and that an index leads there.

use bson::{Bson, Document, JavaScriptCodeWithScope, Regex, Timestamp, doc, oid::ObjectId};
use dynamic_api_runtime::{
    query::{
        Direction::{Ascending, Descending},
        Filter, Find, Op, Position, Sort,
    },
    store::{CollectionSpec, Collections, IndexKind, IndexSpec, MongoStore, StoreError, SyncIndexes},
};

use crate::{ITEMS, documents, ids, insert, raw, watched::Watched};

/// How many rows share one value.
const SAME: i32 = 100_000;
/// The rows of a page.
const PAGE: u64 = 20;

/// `a,-b`, made stable.
fn sort(keys: &str) -> Sort {
    let key = |key: &str| match key.strip_prefix('-') {
        Some(path) => (path.to_owned(), Descending),
        None => (key.to_owned(), Ascending),
    };
    Sort(keys.split(',').map(key).collect()).stable()
}

fn reversed(sort: &Sort) -> Sort {
    let turned =
        |(path, way): &(String, _)| (path.clone(), if *way == Ascending { Descending } else { Ascending });
    Sort(sort.0.iter().map(turned).collect())
}

fn spec(indexes: &[&str]) -> CollectionSpec {
    let index = |keys: &&str| IndexSpec {
        keys: sort(keys).0,
        kind: IndexKind::Plain,
        only_types: Vec::new(),
        only_null: Vec::new(),
    };
    CollectionSpec { name: ITEMS.to_owned(), indexes: indexes.iter().map(index).collect() }
}

/// Every type that a row can hold, and of most of them several values.
fn values() -> Vec<Option<Bson>> {
    let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
    let binary = |bytes: &[u8]| {
        Bson::Binary(bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: bytes.to_vec() })
    };
    let regex = |pattern: &str| {
        Bson::RegularExpression(Regex {
            pattern: pattern.to_owned().try_into().unwrap(),
            options: String::new().try_into().unwrap(),
        })
    };
    let scoped = JavaScriptCodeWithScope { code: "s".to_owned(), scope: doc! { "x": 1 } };
    let present = vec![
        Bson::MinKey,
        Bson::Undefined,
        Bson::Null,
        Bson::Null,
        f64::NAN.into(),
        decimal("NaN"),
        f64::NEG_INFINITY.into(),
        (-1).into(),
        0.into(),
        (-0.0).into(),
        1.into(),
        1_i64.into(),
        decimal("1.0"),
        1.5.into(),
        i64::MAX.into(),
        decimal("1E+400"),
        f64::INFINITY.into(),
        "".into(),
        "a".into(),
        Bson::Symbol("a".to_owned()),
        "é".into(),
        "$a".into(),
        doc! {}.into(),
        doc! { "$gt": 1 }.into(),
        doc! { "a": 1 }.into(),
        doc! { "a": [1] }.into(),
        binary(&[1]),
        binary(&[1, 2]),
        ObjectId::from_bytes([1; 12]).into(),
        ObjectId::from_bytes([2; 12]).into(),
        false.into(),
        true.into(),
        bson::DateTime::from_millis(-1).into(),
        bson::DateTime::from_millis(1).into(),
        Bson::Timestamp(Timestamp { time: 1, increment: 1 }),
        Bson::Timestamp(Timestamp { time: 1, increment: 2 }),
        regex("a"),
        regex("b"),
        Bson::JavaScriptCode("a".to_owned()),
        Bson::JavaScriptCode("b".to_owned()),
        Bson::JavaScriptCodeWithScope(scoped),
        Bson::MaxKey,
    ];
    present.into_iter().map(Some).chain([None, None]).collect()
}

/// Each value at `v` and at `n.v`, beside few values at `g`; and rows with arrays there, which have no one place.
fn rows() -> Vec<Document> {
    let mut rows = Vec::new();
    for (at, value) in values().into_iter().enumerate() {
        let id = i32::try_from(at).unwrap();
        // Neighbours in the order of `_id` are none in any other.
        let few = [Bson::Null, 1.into(), "x".into()];
        let mut row = doc! { "_id": id * 37 % 101, "g": &few[at % few.len()] };
        if let Some(value) = value {
            row.insert("v", value.clone());
            row.insert("n", doc! { "v": value });
        }
        rows.push(row);
    }
    rows.push(doc! { "_id": 200, "v": 1, "n": 5 });
    rows.push(doc! { "_id": 201, "v": [1, "a"], "n": { "v": [] } });
    rows.push(doc! { "_id": 202, "v": [], "n": [{ "v": 1 }] });
    rows
}

fn value_at(row: &Document, path: &str) -> Bson {
    let mut found = Bson::Document(row.clone());
    for name in path.split('.') {
        found = found.as_document().and_then(|document| document.get(name)).cloned().unwrap_or(Bson::Null);
    }
    found
}

fn position(row: &Document, sort: &Sort) -> Position {
    Position(sort.0.iter().map(|(path, _)| value_at(row, path)).collect())
}

/// What the server itself puts behind each row is what is found behind it, and nothing else.
async fn assert_agrees(store: &MongoStore, sort: Sort) {
    let whole = Find::new(Filter::All).sort(sort.clone());
    let arrays_at = |row: &Document| {
        sort.0.iter().any(|(path, _)| {
            let top = path.split('.').next().unwrap();
            value_at(row, top).as_array().is_some() || value_at(row, path).as_array().is_some()
        })
    };
    let mut ordered = documents(store.find(ITEMS, &whole).await.unwrap());
    ordered.retain(|row| !arrays_at(row));
    assert!(ordered.len() > 40);
    for (at, row) in ordered.iter().enumerate() {
        let behind = whole.clone().after(position(row, &sort));
        let found = ids(&documents(store.find(ITEMS, &behind).await.unwrap()));
        assert_eq!(found, ids(&ordered[at + 1..]), "behind {row} in {sort:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_runs_through_all_types() {
    let store = test_support::mongo_store().await;
    let mongo = store.mongo().unwrap();
    store.insert(ITEMS, &rows().into_iter().map(raw).collect::<Vec<_>>()).await.unwrap();
    for indexed in [false, true] {
        if indexed {
            let spec = spec(&["v", "n.v", "g,-v"]);
            store.prepare(&spec, SyncIndexes::CreateOnly).await.unwrap();
        }
        for keys in ["_id", "v", "n.v", "g,-v", "v,g", "n.v,-g", "v,_id,g"] {
            assert_agrees(mongo, sort(keys)).await;
            assert_agrees(mongo, reversed(&sort(keys))).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_any_type_are_behind_each_other() {
    let store = test_support::mongo_store().await;
    let refused_as_id = |value: &Bson| {
        matches!(value, Bson::Undefined | Bson::RegularExpression(_))
            || value.as_document().is_some_and(|document| document.contains_key("$gt"))
    };
    let mut stored = 0;
    for id in values().into_iter().flatten().filter(|value| !refused_as_id(value)) {
        // Values that are equal across types are one key.
        match insert(&**store, [doc! { "_id": id }]).await {
            Ok(()) => stored += 1,
            Err(error) => assert!(matches!(error, StoreError::Duplicate { .. }), "{error}"),
        }
    }
    assert!(stored > 30);
    let whole = |sort: &Sort| Find::new(Filter::All).sort(sort.clone());
    let ways = [sort("_id"), sort("-_id")];
    for (is_known, sort) in
        [false, true].into_iter().flat_map(|known| ways.iter().map(move |way| (known, way)))
    {
        if is_known {
            store.prepare(&spec(&[]), SyncIndexes::CreateOnly).await.unwrap();
        }
        let mut ordered = documents(store.find(ITEMS, &whole(sort)).await.unwrap());
        // The server takes the very end of an index for what is behind it.
        ordered.retain(|row| !is_known || row.get("_id") != Some(&Bson::MaxKey));
        for (at, row) in ordered.iter().enumerate() {
            let behind = whole(sort).after(position(row, sort));
            let found = ids(&documents(store.find(ITEMS, &behind).await.unwrap()));
            // By their texts, in which NaN is what it is.
            assert_eq!(format!("{found:?}"), format!("{:?}", ids(&ordered[at + 1..])), "behind {row}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_is_a_value_for_each_key() {
    let store = test_support::mongo_store().await;
    insert(&**store, [doc! { "_id": 1, "a": 1 }, doc! { "_id": 2, "a": 1 }, doc! { "_id": 3, "a": 2 }])
        .await
        .unwrap();
    let behind = |sort: Sort, position: &[i32]| {
        let position = Position(position.iter().map(|value| (*value).into()).collect());
        let find = Find::new(Filter::All).sort(sort).after(position);
        let store = &store;
        async move { store.find(ITEMS, &find).await.map(|rows| ids(&documents(rows))) }
    };
    for wrong in [&[][..], &[1], &[1, 2, 3]] {
        let outcome = behind(sort("a"), wrong).await;
        assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{wrong:?}: {outcome:?}");
    }
    let by_a = Sort(vec![("a".to_owned(), Ascending)]);
    assert_eq!(
        behind(by_a, &[1]).await.unwrap(),
        [Bson::from(3)],
        "rows of the same place are not behind it"
    );
    assert_eq!(behind(sort("a"), &[1, 1]).await.unwrap(), [Bson::from(2), 3.into()]);
    assert_eq!(behind(sort("a"), &[0, 9]).await.unwrap().len(), 3, "no row needs to be there");
    let twice = behind(sort("a,-a"), &[1, 7, 2]).await.unwrap();
    assert_eq!(twice, [Bson::from(1), 3.into()], "a key that stands twice counts once");
    assert_eq!(behind(Sort::none(), &[]).await.unwrap(), [], "without an order nothing is behind anything");
    let operator = Sort(vec![("$where".to_owned(), Ascending)]);
    assert!(matches!(behind(operator, &[1]).await, Err(StoreError::Invalid(_))));
}

/// Explains the find that the store sends for this question.
async fn explained(watched: &Watched, find: &Find) -> Document {
    let rows = watched.store().find(ITEMS, find).await.unwrap();
    assert_eq!(rows.len() as u64, PAGE, "{find:?}");
    let [sent] = &watched.commands()[..] else { panic!("not one command") };
    let question = ["find", "filter", "sort", "limit", "projection", "hint", "min", "max"];
    let command: Document =
        question.iter().filter_map(|name| Some(((*name).to_owned(), sent.get(name)?.clone()))).collect();
    let explain = doc! { "explain": command, "verbosity": "executionStats" };
    let explained = watched.mongo().database().run_command(explain).await.unwrap();
    watched.commands();
    explained
}

/// Every stage of a plan.
fn stages(plan: &Document) -> Vec<&Document> {
    let one = plan.get_document("inputStage").into_iter();
    let many = plan.get_array("inputStages").into_iter().flatten().filter_map(Bson::as_document);
    std::iter::once(plan).chain(one.chain(many).flat_map(stages)).collect()
}

/// The stages of the plan, and how many keys of indexes it costs more than the page has rows.
async fn costs(watched: &Watched, find: &Find) -> (Vec<String>, i32) {
    let explained = explained(watched, find).await;
    let stats = explained.get_document("executionStats").unwrap();
    let stages = stages(stats.get_document("executionStages").unwrap());
    let names = stages.iter().map(|stage| stage.get_str("stage").unwrap().to_owned()).collect();
    (names, stats.get_i32("totalKeysExamined").unwrap() - i32::try_from(PAGE).unwrap())
}

async fn assert_seeks(watched: &Watched, find: &Find) {
    let (names, more) = costs(watched, find).await;
    let has = |stage: &str| names.iter().any(|name| name == stage);
    assert!(has("IXSCAN") && !has("SORT"), "{names:?} for {find:?}");
    // Each branch reads the first row that another branch may be before, and one behind a gap in its ranges.
    let branches = i32::try_from(find.sort.0.len()).unwrap();
    assert!(more <= 3 * branches, "{more} keys too many for {find:?}: {names:?}");
}

async fn assert_walks(watched: &Watched, find: &Find) {
    let (names, more) = costs(watched, find).await;
    assert_eq!(names, ["LIMIT", "FETCH", "IXSCAN"], "{find:?}");
    // The row that the place was taken of.
    assert!(more <= 1, "{more} keys too many for {find:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_leads_to_the_place() {
    let watched = Watched::new().await;
    let row = |n: i32| {
        let mut row =
            doc! { "_id": n, "half": if n % 2 == 0 { "x" } else { "y" }, "deep": { "few": n % 10 }, "n": n };
        if n < SAME {
            row.insert("same", 7);
        } else {
            row.extend(doc! { "same": n % 50, "none": n % 50 });
        }
        row
    };
    for batch in 0..11 {
        let batch = batch * 10_000;
        insert(watched.store(), (batch..batch + 10_000).map(row)).await.unwrap();
    }
    // Indexes that begin alike tempt the planner.
    let indexes = ["same", "none", "same,-half", "none,deep.few,-half", "deep.few", "half,same", "half", "n"];
    watched.store().prepare(&spec(&indexes), SyncIndexes::CreateOnly).await.unwrap();
    watched.commands();

    let places = [
        // In the middle of what is alike; in the middle of what is missing; among other values.
        ("_id", row(50_000)),
        ("same", row(50_000)),
        ("none", row(50_000)),
        ("same", row(105_000)),
        ("none", row(105_000)),
        ("same,-half", row(50_001)),
        ("same,-half", row(105_001)),
        ("none,deep.few,-half", row(50_004)),
        ("none,deep.few,-half", row(105_004)),
        ("deep.few", row(50_004)),
        ("n", row(50_000)),
    ];
    for (keys, row) in &places {
        for sort in [sort(keys), reversed(&sort(keys))] {
            let find = Find::new(Filter::All).after(position(row, &sort)).sort(sort).limit(PAGE);
            assert_walks(&watched, &find).await;
            // As in every list of an entity with soft deletion.
            let living = Filter::eq("deletedAt", Bson::Null);
            assert_walks(&watched, &Find { filter: living, ..find.clone() }).await;
            // The server decides which index it takes.
            let narrower = Filter::field("n", Op::Gte(0.into()));
            assert_seeks(&watched, &Find { filter: narrower, ..find }).await;
        }
    }
    let half = Filter::eq("half", "x").and(Filter::field("deep.few", Op::Gte(0.into())));
    for sort in [sort("same"), reversed(&sort("same"))] {
        for row in [row(50_000), row(105_000)] {
            let find = Find::new(half.clone()).after(position(&row, &sort)).sort(sort.clone()).limit(PAGE);
            assert_seeks(&watched, &find).await;
        }
    }
}
