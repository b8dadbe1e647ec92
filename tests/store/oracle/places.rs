//! What is behind a place in an order, with indexes to walk along and without.

use bson::{Bson, oid::ObjectId};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Position, Sort},
    store::{CollectionSpec, IndexKind, IndexSpec, SyncIndexes},
};

use super::{
    compare::Comparison,
    seed::Seed,
    values::{self, CLASSES, Value},
};
use crate::ITEMS;

/// No document holds two lists in the paths of one of them, which no index could hold.
const SORTS: [&[&str]; 6] = [&["_id"], &["v"], &["n.v"], &["g"], &["g", "v"], &["c", "g", "n.v"]];

fn direction(seed: &mut Seed) -> Direction {
    *seed.pick(&[Direction::Ascending, Direction::Descending])
}

fn sort(seed: &mut Seed) -> Sort {
    let paths = *seed.pick(&SORTS);
    paths.iter().fold(Sort::none(), |sort, path| sort.then(*path, direction(seed))).stable()
}

async fn index(comparison: &Comparison, sorts: &[Sort]) {
    let index = |sort: &Sort| IndexSpec {
        keys: sort.0.clone(),
        kind: IndexKind::Plain,
        only_types: vec![],
        only_null: vec![],
    };
    let mut spec = CollectionSpec { name: ITEMS.to_owned(), indexes: vec![] };
    spec.indexes.extend(sorts.iter().filter(|sort| sort.0.len() > 1).map(index));
    for store in comparison.stores() {
        store.prepare(&spec, SyncIndexes::Exact).await.unwrap();
    }
}

/// A value for a key, of a document or not.
fn part(seed: &mut Seed, path: &str, comparison: &mut Comparison) -> Bson {
    let of_all = |class: &str| !["array", "empty array"].contains(&class);
    let all: Vec<Value> = values::all().into_iter().filter(|value| of_all(value.class)).collect();
    match path {
        "_id" if seed.below(9) == 0 => ObjectId::from_bytes([0; 12]).into(),
        "_id" => i32::try_from(seed.below(1_100)).unwrap().into(),
        "g" => i32::try_from(seed.below(10)).unwrap().into(),
        "c" => (*seed.pick(&CLASSES)).into(),
        _ => {
            let value = seed.pick(&all);
            comparison.meets("place", value.class);
            value.value.clone().unwrap_or(Bson::Null)
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_among_all_values() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let mut seed = Seed::new(7);
    let filters = [Filter::All, Filter::eq("deletedAt", Bson::Null), Filter::eq("g", 1)];
    for round in 0..12 {
        let sorts: Vec<Sort> = (0..5).map(|_| sort(&mut seed)).collect();
        if round > 1 {
            index(&comparison, &sorts).await;
        }
        for _ in 0..60 {
            let sort = seed.pick(&sorts).clone();
            let parts = sort.0.iter().map(|(path, _)| part(&mut seed, path, &mut comparison)).collect();
            let find = Find::new(seed.pick(&filters).clone())
                .sort(sort)
                .after(Position(parts))
                .limit(seed.below(20) as u64);
            let [mongo, embedded] = comparison.stores();
            let answers = [mongo.find(ITEMS, &find).await, embedded.find(ITEMS, &find).await];
            comparison.compare(|| format!("{find:?}"), answers);
        }
    }
    let one: Vec<&str> = CLASSES.into_iter().filter(|class| !class.ends_with("array")).collect();
    comparison.finish(700, &["place"], &one);
}
