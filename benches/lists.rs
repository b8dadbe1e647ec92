//! What a list costs in a collection of 100,000 rows: far pages by number and by cursor against the first, counted against not,
//! populated against not, and a long page against a short one.
//!
//! `cargo bench --bench lists` asks the router in process, each pair of requests in turns, and prints the medians of their times and
//! of the ratio. `cargo bench --bench lists -- embedded` measures one store only.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use bson::{RawDocumentBuf, doc, oid::ObjectId};
use dynamic_api::{DynamicApi, EmbeddedStore, MongoStore, Ref, Store, dynamic_api};
use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// One page more than 5,000.
const ROWS: i64 = 100_020;
const AUTHORS: usize = 1_000;
const PAGE: i64 = 20;
/// Measured rounds of each pair, after one that warms up.
const ROUNDS: usize = 9;
/// How long a round of a cheap request goes on, so that one that was disturbed says little.
const ROUND: Duration = Duration::from_millis(20);

#[dynamic_api(path = "authors", routes(get_one))]
struct Author {
    name: String,
}

#[dynamic_api(
    path = "articles",
    index(price),
    index(category),
    page(default = 20, max = 10000),
    routes(get_many(populate(author)))
)]
struct Article {
    title: String,
    /// As many values as rows.
    price: i64,
    /// Ten values, so that ten thousand rows are equal.
    category: i64,
    author: Ref<Author>,
    text: String,
}

/// The same rows, of which some could be deleted.
#[dynamic_api(path = "living", soft_delete, index(price), routes(get_many))]
struct Living {
    price: i64,
    text: String,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            over("embedded").await?;
            over("mongodb").await
        }
        [store @ ("embedded" | "mongodb")] => over(store).await,
        _ => Err("usage: lists [embedded | mongodb]".into()),
    }
}

async fn over(name: &str) -> Outcome<()> {
    let file = tempfile(name);
    let store: Store = match name {
        "embedded" => EmbeddedStore::open(&file)?.into(),
        _ => {
            let server = MongoStore::connect(test_support::mongod()).await?;
            server.with_database(&format!("bench_lists_{}", std::process::id())).into()
        }
    };
    let outcome = measure(name, &store).await;
    store.drop_all().await?;
    drop(store);
    let _ = std::fs::remove_file(file);
    outcome
}

fn tempfile(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("dynamic-api-bench-lists-{name}-{}.redb", std::process::id()))
}

async fn measure(name: &str, store: &Store) -> Outcome<()> {
    let api = DynamicApi::builder().store(store.clone()).resource::<Author>();
    let api = api.resource::<Article>().resource::<Living>();
    let lists = Lists { store: name.to_owned(), router: api.build().await? };
    seed(store).await?;

    let far = ROWS / PAGE - 1;
    let living = "living?sort=price";
    for sort in
        ["articles?sort=price", "articles?sort=-price", "articles?sort=category", "articles?sort=id", living]
    {
        let first = format!("/{sort}&limit={PAGE}");
        // The cursor in front of the page, which is not the last one, so that it is full like the first.
        let before = lists.get(&format!("{first}&page={}", far - 1)).await?;
        let cursor = before.cursor.ok_or("no cursor in front of the page")?;
        lists
            .compare(&format!("page {far} by number, {sort}"), &format!("{first}&page={far}"), &first)
            .await?;
        lists
            .compare(&format!("page {far} by cursor, {sort}"), &format!("{first}&after={cursor}"), &first)
            .await?;
    }
    let page = "/articles?sort=price&limit=20";
    lists.compare("counted, all rows", &format!("{page}&count=true"), page).await?;
    let filtered = "/articles?sort=price&limit=20&category=3";
    lists.compare("counted, 10,000 rows", &format!("{filtered}&count=true"), filtered).await?;
    let hundred = "/articles?sort=price&limit=100";
    lists.compare("100 rows populated", &format!("{hundred}&populate=author"), hundred).await?;
    lists.compare("100 rows, two fields", &format!("{hundred}&fields=title,price"), hundred).await?;
    lists.compare("10,000 rows against 100", "/articles?sort=price&limit=10000", hundred).await
}

/// Rows whose prices are a permutation of their numbers, so that the order of prices is not that of ids.
async fn seed(store: &Store) -> Outcome<()> {
    let authors: Vec<ObjectId> = (0..AUTHORS).map(|_| ObjectId::new()).collect();
    let rows = authors.iter().map(|id| doc! { "_id": *id, "name": format!("Author {id}"), "__v": 0 });
    store.insert("authors", &raw(rows)?).await?;
    let numbers: Vec<i64> = (0..ROWS).collect();
    for chunk in numbers.chunks(5_000) {
        let rows = chunk.iter().map(|number| {
            let price = number * 7_919 % ROWS;
            doc! {
                "_id": ObjectId::new(), "title": format!("Article {number}"), "price": price, "category": price % 10,
                "author": authors[price as usize % AUTHORS], "text": "x".repeat(200), "__v": 0,
            }
        });
        let rows = raw(rows)?;
        store.insert("articles", &rows).await?;
        store.insert("living", &rows).await?;
    }
    Ok(())
}

fn raw(rows: impl Iterator<Item = bson::Document>) -> Outcome<Vec<RawDocumentBuf>> {
    Ok(rows.map(|row| RawDocumentBuf::try_from(&row)).collect::<Result<_, _>>()?)
}

struct Lists {
    store: String,
    router: Router,
}

struct Page {
    micros: f64,
    cursor: Option<String>,
}

impl Lists {
    async fn get(&self, path: &str) -> Outcome<Page> {
        let start = Instant::now();
        let response = self.router.clone().oneshot(Request::get(path).body(Body::empty())?).await?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await?.to_bytes();
        let micros = start.elapsed().as_secs_f64() * 1e6;
        if parts.status != 200 {
            return Err(format!("{path}: {} {}", parts.status, String::from_utf8_lossy(&bytes)).into());
        }
        let cursor = parts.headers.get("x-next-cursor").and_then(|value| value.to_str().ok());
        Ok(Page { micros, cursor: cursor.map(str::to_owned) })
    }

    /// The time of a request, over as many as fit into a round.
    async fn round(&self, path: &str) -> Outcome<f64> {
        let (start, mut micros, mut requests) = (Instant::now(), 0.0, 0.0);
        while requests == 0.0 || start.elapsed() < ROUND {
            micros += self.get(path).await?.micros;
            requests += 1.0;
        }
        Ok(micros / requests)
    }

    /// Asks for both in turns, and prints what the first costs in terms of the second.
    async fn compare(&self, what: &str, path: &str, baseline: &str) -> Outcome<()> {
        let (mut ours, mut base) = (vec![], vec![]);
        for round in 0..=ROUNDS {
            for turn in 0..2 {
                let is_ours = (round + turn) % 2 == 0;
                let micros = self.round(if is_ours { path } else { baseline }).await?;
                if round > 0 {
                    if is_ours { ours.push(micros) } else { base.push(micros) }
                }
            }
        }
        let ratio = median(ours.iter().zip(&base).map(|(ours, base)| ours / base));
        println!(
            "{:>9} {what:<44} {:>10.0} us against {:>9.0} us, ratio {ratio:.2}",
            self.store,
            median(ours.into_iter()),
            median(base.into_iter())
        );
        Ok(())
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
