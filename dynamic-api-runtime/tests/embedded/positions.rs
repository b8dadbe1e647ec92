//! What a page behind a position costs: no more far behind than at the start, where an index has its order.

use std::time::{Duration, Instant};

use bson::{Bson, RawDocumentBuf, rawdoc};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Position, Sort},
    store::{Collections, EmbeddedStore},
};

use super::{index, prepare, read};

/// Of so many documents with one value, and as many with others.
const MANY: i32 = 20_000;

async fn store_with(paths: &[&str]) -> EmbeddedStore {
    let store = EmbeddedStore::in_memory().unwrap();
    prepare(&store, "all", vec![index(paths)]).await;
    let documents: Vec<RawDocumentBuf> = (0..2 * MANY)
        .map(|id| rawdoc! { "_id": id, "shop": 1, "price": if id < MANY { -1 } else { id } })
        .collect();
    store.insert("all", &documents).await.unwrap();
    store
}

async fn page(store: &EmbeddedStore, filter: &Filter, sort: &Sort, position: Vec<Bson>) -> (i32, Duration) {
    let find = Find::new(filter.clone()).sort(sort.clone()).after(Position(position)).limit(20);
    let began = Instant::now();
    let found = store.find("all", &find).await.unwrap();
    (read(&found[0]).get_i32("_id").unwrap(), began.elapsed())
}

/// The shortest time of some, so that what else the machine does is not counted.
async fn cost(
    store: &EmbeddedStore,
    filter: &Filter,
    sort: &Sort,
    position: &[Bson],
    first: i32,
) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..10 {
        let (found, took) = page(store, filter, sort, position.to_vec()).await;
        assert_eq!(found, first);
        least = least.min(took);
    }
    least
}

#[tokio::test]
async fn a_late_page_costs_what_an_early_one_costs() {
    let by_price = |direction| Sort::none().then("price", direction).stable();
    let within_shop = |direction| {
        Sort::none().then("shop", Direction::Ascending).then("price", direction).then("_id", direction)
    };
    for (paths, filter, sort, width) in [
        (&["price", "_id"][..], Filter::All, by_price(Direction::Ascending), 2),
        (&["price"], Filter::All, by_price(Direction::Ascending), 2),
        (&["-price", "-_id"], Filter::All, by_price(Direction::Ascending), 2),
        (&["shop", "price", "_id"], Filter::eq("shop", 1), by_price(Direction::Ascending), 2),
        (&["shop", "price", "_id"], Filter::eq("shop", 1), within_shop(Direction::Ascending), 3),
        (&[], Filter::All, Sort::none().stable(), 1),
    ] {
        let store = store_with(if paths.is_empty() { &["shop"] } else { paths }).await;
        let place = |price: i32, id: i32| [1.into(), price.into(), id.into()][3 - width..].to_vec();
        let early = cost(&store, &filter, &sort, &place(-1, 10), 11).await;
        // Far within the documents of one value, and far behind them.
        for (place, first) in
            [(place(-1, MANY - 100), MANY - 99), (place(2 * MANY - 50, 2 * MANY - 50), 2 * MANY - 49)]
        {
            let late = cost(&store, &filter, &sort, &place, first).await;
            assert!(late < early * 10 + Duration::from_millis(2), "{paths:?} {sort:?}: {early:?}, {late:?}");
        }
    }
}

#[tokio::test]
async fn a_late_page_backwards_costs_what_an_early_one_costs() {
    let down = Sort::none().then("price", Direction::Descending).stable();
    for paths in [&["price", "_id"][..], &["price"], &["-price", "-_id"]] {
        let store = store_with(paths).await;
        let place = |price: i32, id: i32| [price.into(), id.into()];
        let early =
            cost(&store, &Filter::All, &down, &place(2 * MANY - 10, 2 * MANY - 10), 2 * MANY - 11).await;
        for (place, first) in [(place(MANY + 30, MANY + 30), MANY + 29), (place(-1, 100), 99)] {
            let late = cost(&store, &Filter::All, &down, &place, first).await;
            assert!(late < early * 10 + Duration::from_millis(2), "{paths:?}: {early:?}, {late:?}");
        }
    }
}
