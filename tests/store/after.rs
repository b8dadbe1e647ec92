//! Pages by position: what was there all the time comes exactly once and in order, whatever the values, the indexes, and what
//! comes and goes between the pages.

use std::cmp::Ordering;

use bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Op, Position, Sort, Update},
    store::{CollectionSpec, IndexKind, IndexSpec, StoreError, SyncIndexes},
};
use test_support::TestStore;

use crate::{ITEMS, documents, ids, insert, on_both_stores};

on_both_stores![
    every_row_comes_once_and_in_order_while_others_come_and_go,
    a_position_needs_no_row,
    a_position_goes_through_all_types,
    rows_with_lists_are_left_out,
    a_position_goes_with_filter_skip_and_limit,
    a_position_of_another_length_is_refused,
    a_sort_that_is_not_total_leaves_out_what_equals_the_position,
    equal_values_are_told_apart_by_their_ids,
];

const ASC: Direction = Direction::Ascending;
const DESC: Direction = Direction::Descending;

/// Numbers that look random and are the same at every run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn one_of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn direction(&mut self) -> Direction {
        *self.one_of(&[ASC, DESC])
    }
}

fn decimal(text: &str) -> Bson {
    text.parse::<bson::Decimal128>().unwrap().into()
}

/// Values in their order, equal ones in one list. `None` is no value.
fn ladder() -> Vec<Vec<Option<Bson>>> {
    let some = |values: Vec<Bson>| values.into_iter().map(Some).collect::<Vec<_>>();
    let binary = |bytes: &[u8]| {
        Bson::Binary(bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: bytes.to_vec() })
    };
    vec![
        some(vec![Bson::MinKey]),
        vec![None, Some(Bson::Null)],
        some(vec![f64::NAN.into(), decimal("NaN")]),
        some(vec![f64::NEG_INFINITY.into(), decimal("-Infinity")]),
        some(vec![(-3).into(), (-3.0).into()]),
        some(vec![decimal("-0.3")]),
        some(vec![0.into(), 0_i64.into(), (-0.0).into(), decimal("-0"), decimal("0.00")]),
        some(vec![decimal("0.1")]),
        some(vec![0.1.into()]),
        some(vec![1.into(), 1.0.into(), decimal("1.0")]),
        some(vec![i64::MAX.into()]),
        some(vec![f64::INFINITY.into()]),
        some(vec!["".into()]),
        some(vec!["A".into()]),
        some(vec!["a".into()]),
        some(vec!["a\0".into()]),
        some(vec!["é".into()]),
        some(vec![doc! {}.into()]),
        some(vec![doc! { "a": 1 }.into(), doc! { "a": 1.0 }.into()]),
        some(vec![doc! { "a": 2 }.into()]),
        some(vec![binary(&[9])]),
        some(vec![binary(&[1, 2])]),
        some(vec![ObjectId::from_bytes([1; 12]).into()]),
        some(vec![ObjectId::from_bytes([2; 12]).into()]),
        some(vec![false.into()]),
        some(vec![true.into()]),
        some(vec![DateTime::from_millis(-1).into()]),
        some(vec![DateTime::from_millis(5).into()]),
        some(vec![Bson::MaxKey]),
    ]
}

/// A row, and what the model sorts it by.
#[derive(Clone)]
struct Row {
    id: i32,
    /// The rung of the value of each of [`PATHS`].
    rungs: [usize; 3],
    document: Document,
}

const PATHS: [&str; 3] = ["a", "b.c", "d"];

fn row(random: &mut Random, ladder: &[Vec<Option<Bson>>], id: i32) -> Row {
    // Few rungs, so that many rows are equal in some of their values.
    let rungs = [random.below(ladder.len()), 4 + random.below(7), [1, 2, 9, 14][random.below(4)]];
    let [a, b, d] = rungs.map(|rung| random.one_of(&ladder[rung]).clone());
    let mut document = doc! { "_id": id, "b": {} };
    document.extend(a.map(|a| ("a".to_owned(), a)));
    document.extend(d.map(|d| ("d".to_owned(), d)));
    if let Some(b) = b {
        document.insert("b", doc! { "c": b });
    }
    Row { id, rungs, document }
}

fn value(document: &Document, path: &str) -> Bson {
    let value = match path.split_once('.') {
        Some((first, rest)) => document.get_document(first).ok().and_then(|inner| inner.get(rest)),
        None => document.get(path),
    };
    value.cloned().unwrap_or(Bson::Null)
}

fn position(document: &Document, sort: &Sort) -> Position {
    Position(sort.0.iter().map(|(path, _)| value(document, path)).collect())
}

fn compare(left: &Row, right: &Row, sort: &Sort) -> Ordering {
    let by_key = |(path, direction): &(String, Direction)| {
        let order = match PATHS.iter().position(|known| known == path) {
            Some(at) => left.rungs[at].cmp(&right.rungs[at]),
            None => left.id.cmp(&right.id),
        };
        if *direction == DESC { order.reverse() } else { order }
    };
    sort.0.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn random_sort(random: &mut Random) -> Sort {
    let mut sort = Sort::none();
    for _ in 0..=random.below(3) {
        let path = *random.one_of(&PATHS);
        if sort.0.iter().all(|(other, _)| other != path) {
            let direction = random.direction();
            sort = sort.then(path, direction);
        }
    }
    // Mostly as every list is sorted, sometimes with the `_id` the other way round.
    if random.below(4) > 0 { sort.stable() } else { sort.then("_id", random.direction()) }
}

fn plain(keys: &[(String, Direction)]) -> IndexSpec {
    IndexSpec { keys: keys.to_vec(), kind: IndexKind::Plain, only_types: vec![], only_null: vec![] }
}

async fn prepare(store: &TestStore, indexes: Vec<IndexSpec>) {
    let spec = CollectionSpec { name: ITEMS.to_owned(), indexes };
    store.prepare(&spec, SyncIndexes::Exact).await.unwrap();
}

/// The index that a sort walks along, or none, or one without the `_id`.
fn fitting(random: &mut Random, sort: &Sort) -> Vec<IndexSpec> {
    let keys = match random.below(4) {
        0 => return Vec::new(),
        1 => &sort.0[..sort.0.len() - 1],
        _ => &sort.0[..],
    };
    let turned: Vec<_> = keys
        .iter()
        .map(|(path, direction)| (path.clone(), if *direction == ASC { DESC } else { ASC }))
        .collect();
    if random.below(2) == 0 { vec![plain(keys)] } else { vec![plain(&turned)] }
}

async fn every_row_comes_once_and_in_order_while_others_come_and_go(store: &TestStore) {
    let ladder = ladder();
    for seed in 0..12 {
        let random = &mut Random(seed);
        store.delete_many(ITEMS, &Filter::All).await.unwrap();
        let sort = random_sort(random);
        prepare(store, fitting(random, &sort)).await;
        let mut staying: Vec<Row> = (0..60).map(|n| row(random, &ladder, n * 10)).collect();
        let mut guests: Vec<Row> = (0..20).map(|n| row(random, &ladder, n * 30 + 5)).collect();
        insert(&***store, staying.iter().chain(&guests).map(|row| row.document.clone())).await.unwrap();
        staying.sort_by(|left, right| compare(left, right, &sort));

        let mut seen: Vec<Document> = Vec::new();
        let mut next_guest = 1_001;
        loop {
            let limit = 1 + random.below(9) as u64;
            let mut find = Find::new(Filter::All).sort(sort.clone()).limit(limit);
            find.after = seen.last().map(|last| position(last, &sort));
            let page = documents(store.find(ITEMS, &find).await.unwrap());
            if page.is_empty() {
                break;
            }
            assert!(page.len() as u64 <= limit);
            seen.extend(page);
            // Someone comes, and someone goes: sometimes the very row that the position was taken of.
            let guest = row(random, &ladder, next_guest);
            next_guest += 1;
            insert(&***store, [guest.document.clone()]).await.unwrap();
            guests.push(guest);
            let last = seen.last().and_then(|last| last.get_i32("_id").ok());
            let leaves =
                guests.iter().position(|guest| Some(guest.id) == last).unwrap_or(random.below(guests.len()));
            let leaving = guests.swap_remove(leaves);
            store.delete_one(ITEMS, &Filter::eq("_id", leaving.id)).await.unwrap();
            assert!(seen.len() < 2_000, "the pages never end");
        }
        let mut all = ids(&seen);
        let of_staying = |id: &Bson| staying.iter().any(|row| Bson::from(row.id) == *id);
        let found: Vec<Bson> = all.iter().filter(|id| of_staying(id)).cloned().collect();
        let expected: Vec<Bson> = staying.iter().map(|row| row.id.into()).collect();
        assert_eq!(found, expected, "seed {seed}, {sort:?}");
        let pages = all.len();
        all.sort_by_key(|id| id.as_i32());
        all.dedup();
        assert_eq!(all.len(), pages, "a row came twice: seed {seed}, {sort:?}");
    }
}

async fn found_after(store: &TestStore, sort: &Sort, position: Vec<Bson>) -> Vec<Bson> {
    let find = Find::new(Filter::All).sort(sort.clone()).after(Position(position));
    ids(&documents(store.find(ITEMS, &find).await.unwrap()))
}

fn by(keys: &[(&str, Direction)]) -> Sort {
    Sort(keys.iter().map(|(path, direction)| ((*path).to_owned(), *direction)).collect())
}

fn bsons(ids: impl IntoIterator<Item = i32>) -> Vec<Bson> {
    ids.into_iter().map(Bson::from).collect()
}

async fn a_position_needs_no_row(store: &TestStore) {
    insert(&***store, (0..6).map(|n| doc! { "_id": n * 2, "v": n / 2 })).await.unwrap();
    for indexes in
        [vec![], vec![plain(&by(&[("v", ASC), ("_id", ASC)]).0)], vec![plain(&by(&[("v", DESC)]).0)]]
    {
        prepare(store, indexes).await;
        let up = by(&[("v", ASC), ("_id", ASC)]);
        assert_eq!(found_after(store, &up, vec![1.into(), 5.into()]).await, bsons([6, 8, 10]));
        assert_eq!(found_after(store, &up, vec![0.5.into(), 100.into()]).await, bsons([4, 6, 8, 10]));
        assert_eq!(found_after(store, &up, vec![Bson::Null, 100.into()]).await, bsons([0, 2, 4, 6, 8, 10]));
        assert_eq!(found_after(store, &up, vec!["x".into(), 0.into()]).await, bsons([]));
        let down = by(&[("v", DESC), ("_id", DESC)]);
        assert_eq!(found_after(store, &down, vec![1.into(), 5.into()]).await, bsons([4, 2, 0]));
        assert_eq!(found_after(store, &down, vec![Bson::MaxKey, 0.into()]).await, bsons([10, 8, 6, 4, 2, 0]));
        let across = by(&[("v", DESC), ("_id", ASC)]);
        assert_eq!(found_after(store, &across, vec![1.into(), 4.into()]).await, bsons([6, 0, 2]));
        let by_id = by(&[("_id", ASC)]);
        assert_eq!(found_after(store, &by_id, vec![7.into()]).await, bsons([8, 10]));
        assert_eq!(found_after(store, &by(&[("_id", DESC)]), vec![4.into()]).await, bsons([2, 0]));
    }
}

async fn a_position_goes_through_all_types(store: &TestStore) {
    let ladder = ladder();
    let rungs = ladder.iter().enumerate();
    let rows: Vec<(usize, Document)> = rungs
        .flat_map(|(rung, equal)| equal.iter().map(move |value| (rung, value)))
        .zip(0..)
        .map(|((rung, value), id)| {
            let mut row = doc! { "_id": id };
            row.extend(value.clone().map(|value| ("v".to_owned(), value)));
            (rung, row)
        })
        .collect();
    insert(&***store, rows.iter().map(|(_, row)| row.clone())).await.unwrap();
    for indexes in [vec![], vec![plain(&by(&[("v", ASC), ("_id", ASC)]).0)]] {
        prepare(store, indexes).await;
        for (rung, row) in &rows {
            let id = row.get_i32("_id").unwrap();
            let behind = rows.iter().filter(|(other, row)| (other, row.get_i32("_id").unwrap()) > (rung, id));
            let behind = bsons(behind.map(|(_, row)| row.get_i32("_id").unwrap()));
            let place = vec![value(row, "v"), id.into()];
            let found = found_after(store, &by(&[("v", ASC), ("_id", ASC)]), place.clone()).await;
            assert_eq!(found, behind, "behind {place:?}");

            let before = rows.iter().filter(|(other, row)| (other, row.get_i32("_id").unwrap()) < (rung, id));
            let mut before = bsons(before.map(|(_, row)| row.get_i32("_id").unwrap()));
            before.reverse();
            let found = found_after(store, &by(&[("v", DESC), ("_id", DESC)]), place.clone()).await;
            assert_eq!(found, before, "downwards behind {place:?}");
        }
    }
}

async fn rows_with_lists_are_left_out(store: &TestStore) {
    let rows = [
        doc! { "_id": 1, "v": 1, "d": { "e": 1 } },
        doc! { "_id": 2, "v": [2, 3], "d": { "e": 1 } },
        doc! { "_id": 3, "v": [], "d": { "e": 1 } },
        doc! { "_id": 4, "v": 4, "d": { "e": 1 } },
        doc! { "_id": 5, "v": 5, "d": [{ "e": 1 }] },
        doc! { "_id": 6, "v": 6, "other": [1] },
    ];
    insert(&***store, rows).await.unwrap();
    for indexes in [vec![], vec![plain(&by(&[("v", ASC), ("_id", ASC)]).0)]] {
        prepare(store, indexes).await;
        let up = by(&[("v", ASC), ("_id", ASC)]);
        assert_eq!(found_after(store, &up, vec![Bson::MinKey, 0.into()]).await, bsons([1, 4, 5, 6]));
        assert_eq!(found_after(store, &up, vec![1.into(), 1.into()]).await, bsons([4, 5, 6]));
        let deep = by(&[("d.e", DESC), ("_id", DESC)]);
        assert_eq!(found_after(store, &deep, vec![Bson::MaxKey, 0.into()]).await, bsons([4, 3, 2, 1, 6]));
        let both = by(&[("v", DESC), ("d.e", ASC), ("_id", ASC)]);
        assert_eq!(
            found_after(store, &both, vec![Bson::MaxKey, Bson::Null, 0.into()]).await,
            bsons([6, 4, 1])
        );
    }
}

async fn a_position_goes_with_filter_skip_and_limit(store: &TestStore) {
    insert(&***store, (0..40).map(|n| doc! { "_id": n, "shop": n % 2, "v": n / 10 })).await.unwrap();
    let sort = by(&[("v", ASC), ("_id", ASC)]);
    let with_shop = by(&[("shop", ASC), ("v", ASC), ("_id", ASC)]);
    for indexes in [vec![], vec![plain(&sort.0)], vec![plain(&with_shop.0)]] {
        prepare(store, indexes).await;
        let odd = Filter::eq("shop", 1).and(Filter::field("v", Op::Lt(3.into())));
        let find = Find::new(odd).sort(sort.clone()).after(Position(vec![1.into(), 14.into()]));
        let page = store.find(ITEMS, &find.clone().skip(1).limit(4)).await.unwrap();
        assert_eq!(ids(&documents(page)), bsons([17, 19, 21, 23]));
        assert_eq!(store.find(ITEMS, &find.clone().limit(0)).await.unwrap(), []);
        assert_eq!(ids(&documents(store.find(ITEMS, &find.skip(6)).await.unwrap())), bsons([27, 29]));
        // A key of the sort that the filter binds to one value.
        let bound = Find::new(Filter::eq("shop", 1)).sort(with_shop.clone()).limit(2);
        for (place, expected) in [
            (vec![1.into(), 1.into(), 14.into()], bsons([15, 17])),
            (vec![0.into(), 3.into(), 99.into()], bsons([1, 3])),
            (vec![2.into(), 0.into(), 0.into()], bsons([])),
        ] {
            let page = store.find(ITEMS, &bound.clone().after(Position(place.clone()))).await.unwrap();
            assert_eq!(ids(&documents(page)), expected, "{place:?}");
        }
    }
    let in_transaction = store.begin().await.unwrap();
    in_transaction.update_one(ITEMS, &Filter::eq("_id", 39), &Update::default().set("v", 0)).await.unwrap();
    let find = Find::new(Filter::All).sort(sort).after(Position(vec![0.into(), 8.into()])).limit(3);
    assert_eq!(ids(&documents(in_transaction.find(ITEMS, &find).await.unwrap())), bsons([9, 39, 10]));
    in_transaction.abort().await.unwrap();
}

async fn a_position_of_another_length_is_refused(store: &TestStore) {
    insert(&***store, [doc! { "_id": 1, "v": 1 }]).await.unwrap();
    let sort = by(&[("v", ASC), ("_id", ASC)]);
    for place in [vec![], vec![1.into()], vec![1.into(), 1.into(), 1.into()]] {
        let find = Find::new(Filter::All).sort(sort.clone()).after(Position(place));
        let outcome = store.find(ITEMS, &find).await;
        assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
    }
}

async fn a_sort_that_is_not_total_leaves_out_what_equals_the_position(store: &TestStore) {
    insert(&***store, (0..9).map(|n| doc! { "_id": n, "v": n / 3 })).await.unwrap();
    for indexes in [vec![], vec![plain(&by(&[("v", ASC)]).0)]] {
        prepare(store, indexes).await;
        assert_eq!(found_after(store, &by(&[("v", ASC)]), vec![0.into()]).await.len(), 6);
        assert_eq!(found_after(store, &by(&[("v", DESC)]), vec![1.into()]).await.len(), 3);
        assert_eq!(found_after(store, &by(&[("v", DESC)]), vec![0.into()]).await.len(), 0);
    }
}

async fn equal_values_are_told_apart_by_their_ids(store: &TestStore) {
    prepare(store, vec![plain(&by(&[("v", DESC), ("_id", DESC)]).0)]).await;
    insert(&***store, (0..3_000).map(|n| doc! { "_id": n, "v": "same" })).await.unwrap();
    for (direction, expected) in [(ASC, bsons(1_500..1_505)), (DESC, bsons((1_494..1_499).rev()))] {
        let sort = by(&[("v", direction)]).stable();
        let find =
            Find::new(Filter::All).sort(sort).after(Position(vec!["same".into(), 1_499.into()])).limit(5);
        assert_eq!(ids(&documents(store.find(ITEMS, &find).await.unwrap())), expected);
    }
}
