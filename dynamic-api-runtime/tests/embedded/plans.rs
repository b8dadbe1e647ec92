//! Whatever indexes there are, the answer is that of a walk over all documents.

use std::time::Duration;

use bson::{Bson, DateTime, Document, RawDocumentBuf, bson, doc, oid::ObjectId, rawdoc, spec::ElementType};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Op, Position, Sort, Update},
    store::{Collections, Database, EmbeddedStore, IndexSpec, StoreError},
};

use super::{assert_sound, index, prepare, random::Random};

const PATHS: &[&str] = &["a", "b", "c", "d.x", "d.y", "gone", "_id"];

fn scalars() -> Vec<Bson> {
    vec![
        Bson::Null,
        bson!(1),
        bson!(2_i64),
        bson!(2.5),
        bson!(-3),
        Bson::Double(-0.0),
        bson!(0),
        Bson::Double(f64::NAN),
        Bson::Double(f64::INFINITY),
        bson!(""),
        bson!("a"),
        bson!("ab"),
        bson!("b"),
        bson!(false),
        bson!(true),
        Bson::DateTime(DateTime::from_millis(-5)),
        Bson::DateTime(DateTime::from_millis(5)),
        Bson::ObjectId(ObjectId::from_bytes([7; 12])),
        bson!({ "x": 1 }),
        Bson::MinKey,
        Bson::MaxKey,
    ]
}

fn values(arrays: bool) -> Vec<Bson> {
    let mut values = scalars();
    if arrays {
        values.extend([bson!([]), bson!([1]), bson!([1, "a", Bson::Null]), bson!([-3, 5]), bson!([[1], 2])]);
    }
    values
}

fn document(random: &mut Random, id: i32, arrays: bool) -> Document {
    let values = values(arrays);
    let mut document = doc! { "_id": id };
    for path in ["a", "b", "c"] {
        if random.below(5) > 0 {
            document.insert(path, random.one_of(&values).clone());
        }
    }
    let inner = |random: &mut Random| doc! { "x": random.one_of(&values).clone(), "y": random.one_of(&values).clone() };
    match random.below(if arrays { 5 } else { 3 }) {
        0 => {}
        1 | 2 => drop(document.insert("d", inner(random))),
        3 => drop(document.insert("d", vec![inner(random), inner(random), doc! { "x": 1 }])),
        _ => drop(document.insert("d", bson!([]))),
    }
    if random.below(3) == 0 {
        document.insert("gone", DateTime::from_millis(1));
    }
    document
}

fn filter(random: &mut Random, values: &[Bson], depth: u32) -> Filter {
    let many =
        |random: &mut Random| (0..2 + random.below(2)).map(|_| filter(random, values, depth - 1)).collect();
    match if depth == 0 { 9 } else { random.below(12) } {
        0..=4 => Filter::And(many(random)),
        5 => Filter::Or(many(random)),
        6 => Filter::Not(Box::new(filter(random, values, depth - 1))),
        7 => Filter::eq("gone", Bson::Null).and(filter(random, values, depth - 1)),
        _ => Filter::field(*random.one_of(PATHS), op(random, values)),
    }
}

fn op(random: &mut Random, values: &[Bson]) -> Op {
    let mut value = || random.one_of(values).clone();
    let one = value();
    let several = vec![value(), value(), one.clone()];
    match random.below(14) {
        0..=2 => Op::Eq(one),
        3 => Op::Gt(one),
        4 => Op::Gte(one),
        5 => Op::Lt(one),
        6 => Op::Lte(one),
        7 => Op::In(several),
        8 => Op::Ne(one),
        9 => Op::Nin(several),
        10 => Op::Exists(random.below(2) == 0),
        11 => Op::StartsWith((*random.one_of(&["", "a", "ab", "\u{10FFFF}"])).to_owned()),
        12 => Op::Type(vec![*random.one_of(&[ElementType::String, ElementType::Int32, ElementType::Null])]),
        _ => Op::Contains("a".to_owned()),
    }
}

fn find(random: &mut Random, values: &[Bson]) -> Find {
    let mut sort = Sort::none();
    for _ in 0..random.below(3) {
        let path = *random.one_of(PATHS);
        if sort.0.iter().all(|(sorted, _)| sorted != path) {
            sort = sort.then(path, *random.one_of(&[Direction::Ascending, Direction::Descending]));
        }
    }
    if random.below(2) == 0 {
        sort = sort.stable();
    }
    let mut find = Find::new(filter(random, values, 2)).skip(random.below(3));
    if random.below(3) == 0 {
        let places = scalars();
        find = find.after(Position(sort.0.iter().map(|_| random.one_of(&places).clone()).collect()));
    }
    find = find.sort(sort);
    if random.below(2) == 0 {
        find = find.limit(random.below(10));
    }
    find
}

fn indexes() -> Vec<IndexSpec> {
    let mut of_type = index(&["c"]);
    of_type.only_types = vec![("c".to_owned(), vec![ElementType::String])];
    let mut living = index(&["b", "a"]);
    living.only_null = vec!["gone".to_owned()];
    vec![
        index(&["a"]),
        index(&["a", "-b"]),
        index(&["-b", "c"]),
        index(&["d.x", "d.y"]),
        index(&["-d.y"]),
        index(&["a", "_id"]),
        index(&["-c", "-_id"]),
        of_type,
        living,
    ]
}

async fn answer(store: &(impl Collections + ?Sized), find: &Find) -> Result<Vec<RawDocumentBuf>, String> {
    store.find("all", find).await.map_err(|error| error.to_string())
}

/// Puts the same random questions to a store with indexes and to one without.
async fn compare(seed: u64, arrays: bool) {
    let mut random = Random(seed);
    let (indexed, plain) = (EmbeddedStore::in_memory().unwrap(), EmbeddedStore::in_memory().unwrap());
    prepare(&indexed, "all", indexes()).await;
    let mut stored = 0;
    for id in 0..120 {
        let document = RawDocumentBuf::try_from(&document(&mut random, id, arrays)).unwrap();
        match indexed.insert("all", std::slice::from_ref(&document)).await {
            Ok(()) => plain.insert("all", &[document]).await.unwrap(),
            Err(StoreError::Invalid(_)) => continue,
            Err(error) => panic!("{error}"),
        }
        stored += 1;
    }
    assert!(stored > 60, "{stored}");
    let values = values(arrays);
    for round in 0..800 {
        let find = find(&mut random, &values);
        let (with, without) = (answer(&indexed, &find).await, answer(&plain, &find).await);
        assert_eq!(with, without, "seed {seed}, round {round}: {find:?}");
        let counts = (
            indexed.count("all", &find.filter).await.unwrap(),
            plain.count("all", &find.filter).await.unwrap(),
        );
        assert_eq!(counts.0, counts.1, "seed {seed}, round {round}: {find:?}");
        if round % 10 == 0 {
            let update = Update::default().set("b", random.one_of(&values).clone());
            let changed = indexed.update_one("all", &find.filter, &update).await;
            match changed {
                Err(StoreError::Invalid(_)) => {}
                changed => {
                    let plain = plain.update_one("all", &find.filter, &update).await.unwrap();
                    assert_eq!(changed.unwrap(), plain, "seed {seed}, round {round}: {find:?}");
                }
            }
        }
    }
    assert_sound(&indexed);
    compare_within_transaction(&mut random, &indexed, &plain, arrays).await;
    assert_eq!(
        answer(&indexed, &Find::new(Filter::All)).await,
        answer(&plain, &Find::new(Filter::All)).await
    );
    assert_sound(&indexed);
}

/// Makes the same random changes in a transaction on one store and in the other store at once, and puts the same questions to
/// the transaction and to the other store.
async fn compare_within_transaction(
    random: &mut Random,
    indexed: &EmbeddedStore,
    plain: &EmbeddedStore,
    arrays: bool,
) {
    let transaction = indexed.begin().await.unwrap();
    // A write that fails ends a transaction, so only values that every index takes are written.
    let (values, written) = (values(arrays), scalars());
    for round in 0..300 {
        let id = Filter::eq("_id", random.below(130) as i32);
        match random.below(3) {
            0 => {
                let gone = transaction.delete_one("all", &id).await.unwrap();
                assert_eq!(gone, plain.delete_one("all", &id).await.unwrap(), "{id:?}");
            }
            1 => {
                let update = Update::default().set("a", random.one_of(&written).clone());
                let update = update.set("c", random.one_of(&written).clone());
                let changed = transaction.update_one("all", &id, &update).await.unwrap();
                assert_eq!(changed, plain.update_one("all", &id, &update).await.unwrap(), "{id:?}");
            }
            _ => {
                let document = document(random, 200 + round, false);
                let document = [RawDocumentBuf::try_from(&document).unwrap()];
                transaction.insert("all", &document).await.unwrap();
                plain.insert("all", &document).await.unwrap();
            }
        }
        let find = find(random, &values);
        assert_eq!(answer(&*transaction, &find).await, answer(plain, &find).await, "round {round}: {find:?}");
        let counted = transaction.count("all", &find.filter).await.unwrap();
        assert_eq!(counted, plain.count("all", &find.filter).await.unwrap(), "round {round}: {find:?}");
    }
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn plans_answer_like_a_walk_over_scalars() {
    for seed in 1..=2 {
        compare(seed, false).await;
    }
}

#[tokio::test]
async fn plans_answer_like_a_walk_over_arrays() {
    for seed in 11..=12 {
        compare(seed, true).await;
    }
}

#[tokio::test]
async fn a_long_walk_ends_at_its_time_limit_and_blocks_no_other_task() {
    let store = EmbeddedStore::in_memory().unwrap();
    let documents: Vec<RawDocumentBuf> =
        (0..30_000).map(|id| rawdoc! { "_id": id, "text": "x".repeat(50) }).collect();
    store.insert("all", &documents).await.unwrap();

    let contains = Filter::field("text", Op::Contains("y".to_owned()));
    let limited = Find::new(contains.clone()).time_limit(Duration::from_millis(1));
    assert!(matches!(store.find("all", &limited).await, Err(StoreError::TimedOut)));

    // On this single thread the ticks can only happen while the walk is elsewhere.
    let ticks = std::cell::Cell::new(0);
    let walk = store.count("all", &contains);
    let tick = async {
        loop {
            ticks.set(ticks.get() + 1);
            tokio::task::yield_now().await;
        }
    };
    let count = tokio::select! { biased; count = walk => count, () = tick => unreachable!() };
    assert_eq!(count.unwrap(), 0);
    assert!(ticks.get() > 10, "{}", ticks.get());
}
