//! Sorts, pages and projections.

use dynamic_api_runtime::query::{Direction, Filter, Find, Op, Projection, Sort};

use super::{
    compare::Comparison,
    seed::Seed,
    values::{self, CLASSES},
};
use crate::ITEMS;

const SORT_PATHS: [&str; 8] = ["v", "n.v", "l.v", "l.0.v", "v.0", "v.a", "c", "g"];

async fn ask(comparison: &mut Comparison, find: Find) {
    let [mongo, embedded] = comparison.stores();
    let answers = [mongo.find(ITEMS, &find).await, embedded.find(ITEMS, &find).await];
    comparison.compare(|| format!("{find:?}"), answers);
}

fn direction(seed: &mut Seed) -> Direction {
    *seed.pick(&[Direction::Ascending, Direction::Descending])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sorts_and_pages() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let mut seed = Seed::new(3);
    for path in SORT_PATHS {
        for way in [Direction::Ascending, Direction::Descending] {
            // The whole collection, so every type is compared with every other.
            comparison.meets_all("sort");
            ask(&mut comparison, Find::new(Filter::All).sort(Sort::none().then(path, way).stable())).await;
        }
    }
    for _ in 0..150 {
        // Two lists in one key are refused, so the second path holds none.
        let sort = Sort::none().then(*seed.pick(&["g", "c"]), direction(&mut seed));
        let sort = sort.then(*seed.pick(&SORT_PATHS[..6]), direction(&mut seed)).stable();
        let mut find = Find::new(Filter::field("g", Op::Lt((*seed.pick(&[1, 3, 10])).into()))).sort(sort);
        find = find.skip(seed.below(40) as u64);
        if seed.below(3) > 0 {
            find = find.limit(seed.below(30) as u64);
        }
        comparison.meets_all("page");
        ask(&mut comparison, find).await;
    }
    comparison.finish(150, &["sort", "page"], &CLASSES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn projections() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let paths = [
        "v",
        "n.v",
        "l.v",
        "v.a",
        "v.0",
        "v.a.a",
        "c",
        "n",
        "l",
        "_id",
        "nowhere",
        "n.nowhere",
        "l.w",
        "v.b",
    ];
    let mut seed = Seed::new(4);
    let mut asked: Vec<Vec<&str>> = paths.iter().map(|path| vec![*path]).collect();
    asked.push(Vec::new());
    asked.extend((0..60).map(|_| (0..=seed.below(4)).map(|_| *seed.pick(&paths)).collect()));
    for some in asked {
        comparison.meets_all("projection");
        let only = Projection::Only(some.iter().map(|path| (*path).to_owned()).collect());
        ask(&mut comparison, Find::new(Filter::All).sort(Sort::none().stable()).project(only)).await;
    }
    comparison.finish(70, &["projection"], &CLASSES);
}
