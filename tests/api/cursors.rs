//! Going through a list by its cursors while rows come and go: what was there all the time comes once and in order.

use std::{cmp::Ordering, collections::BTreeMap};

use bson::{Bson, DateTime, Document, RawDocumentBuf, doc, oid::ObjectId};
use futures_util::future::join_all;
use serde_json::{Value, json};
use test_support::TestStore;

use crate::{
    fuzz::{items::builder, random::Random},
    http::Http,
};

/// Lists that are gone through on each store.
const LISTS: u64 = 120;
/// Rows of a list in the beginning.
const ROWS: usize = 30;
/// What a list can be sorted by here, besides `id`.
const KEYS: [&str; 10] = [
    "title",
    "code",
    "price",
    "stock",
    "small",
    "active",
    "kind",
    "soldAt",
    "address.zip",
    "address.geo.lat",
];

/// A row by what it is sorted by; missing is as null.
#[derive(Debug, Clone)]
struct Row {
    id: ObjectId,
    values: BTreeMap<&'static str, Bson>,
}

impl Row {
    /// A row of random values, few enough for many to be equal.
    fn new(random: &mut Random) -> Self {
        let at = DateTime::from_millis(1_800_000_000_000);
        let mut values = BTreeMap::new();
        for key in KEYS {
            let value = match key {
                "title" => random.pick(&["", "a", "B", "b", "\u{e4}"]).into(),
                "code" => ObjectId::new().to_hex().into(),
                "price" => random.pick(&[0.0, -0.0, 1.5, -2.0, 1e300]).into(),
                "stock" | "small" => {
                    random.pick(&[Bson::Null, 0.into(), 1.into(), Bson::Int32(-7), Bson::Double(1.0)])
                }
                "active" => random.pick(&[Bson::Null, true.into(), false.into()]),
                "kind" => random.pick(&["draft", "gone"]).into(),
                "soldAt" => random.pick(&[Bson::Null, at.into(), DateTime::from_millis(-1).into()]),
                "address.zip" => random.pick(&[Bson::Null, 1.into(), 2.into()]),
                _ => random.pick(&[Bson::Null, 1.5.into(), (-1.5).into()]),
            };
            values.insert(key, value);
        }
        Self { id: ObjectId::new(), values }
    }

    /// The document, in which what is null is sometimes missing, and sometimes the struct that it would be in.
    fn document(&self, random: &mut Random, list: ObjectId) -> RawDocumentBuf {
        let (mut row, mut address, mut geo) =
            (doc! { "_id": self.id, "parent": list }, Document::new(), Document::new());
        for (key, value) in &self.values {
            if *value == Bson::Null && random.percent(50) {
                continue;
            }
            match *key {
                "address.zip" => drop(address.insert("zip", value)),
                // Within a position there is always one.
                "address.geo.lat" if *value == Bson::Null => {}
                "address.geo.lat" => drop(geo.insert("lat", value)),
                key => drop(row.insert(key, value)),
            }
        }
        if !geo.is_empty() {
            address.insert("geo", geo);
        }
        if !address.is_empty() || random.percent(50) {
            address.insert("city", "Ulm");
            row.insert("address", address);
        }
        RawDocumentBuf::try_from(&row).unwrap()
    }

    /// The body that makes such a row; without what JSON has no form of.
    fn body(&self, list: ObjectId) -> Value {
        let mut body = json!({ "parent": list.to_hex() });
        let of_json = |value: &Bson| value.clone().into_relaxed_extjson();
        for key in ["title", "code", "price", "active", "kind"] {
            body[key] = of_json(&self.values[key]);
        }
        for key in ["stock", "small"] {
            body[key] = self.values[key].as_f64().map_or_else(|| of_json(&self.values[key]), |_| json!(1));
        }
        body
    }

    fn compare(&self, other: &Self, sort: &[(&'static str, bool)]) -> Ordering {
        let by_key = sort.iter().map(|(key, descends)| {
            let order = match *key {
                "id" => self.id.bytes().cmp(&other.id.bytes()),
                key => compare(&self.values[key], &other.values[key]),
            };
            if *descends { order.reverse() } else { order }
        });
        by_key.fold(Ordering::Equal, Ordering::then)
    }
}

/// The order of the values that rows have here: null, numbers, texts, booleans, dates.
fn compare(one: &Bson, other: &Bson) -> Ordering {
    let rank = |value: &Bson| match value {
        Bson::Null => 0,
        Bson::String(_) => 2,
        Bson::Boolean(_) => 3,
        Bson::DateTime(_) => 4,
        _ => 1,
    };
    let number = |value: &Bson| value.as_f64().or(value.as_i32().map(f64::from)).unwrap();
    rank(one).cmp(&rank(other)).then_with(|| match (one, other) {
        (Bson::Null, Bson::Null) => Ordering::Equal,
        (Bson::String(one), Bson::String(other)) => one.cmp(other),
        (Bson::Boolean(one), Bson::Boolean(other)) => one.cmp(other),
        (Bson::DateTime(one), Bson::DateTime(other)) => one.cmp(other),
        (one, other) => number(one).partial_cmp(&number(other)).unwrap(),
    })
}

/// A list that is gone through while it changes.
struct Walk<'a> {
    api: &'a Http,
    store: &'a TestStore,
    random: Random,
    list: ObjectId,
    /// Every row that was ever there.
    rows: Vec<Row>,
    /// Those that may go: they are there yet.
    volatile: Vec<ObjectId>,
    /// What was seen.
    seen: Vec<ObjectId>,
}

impl<'a> Walk<'a> {
    async fn new(api: &'a Http, store: &'a TestStore, seed: u64) -> Self {
        let mut random = Random(seed);
        let (rows, list): (Vec<Row>, _) =
            ((0..ROWS).map(|_| Row::new(&mut random)).collect(), ObjectId::new());
        let documents: Vec<_> = rows.iter().map(|row| row.document(&mut random, list)).collect();
        store.insert("items", &documents).await.unwrap();
        let volatile = rows.iter().skip(ROWS / 2).map(|row| row.id).collect();
        Self { api, store, random, list, rows, volatile, seen: vec![] }
    }

    fn sort(&mut self) -> Vec<(&'static str, bool)> {
        let mut sort: Vec<(&str, bool)> = vec![];
        for _ in 0..self.random.below(4) {
            let key = if self.random.percent(10) { "id" } else { self.random.pick(&KEYS) };
            if sort.iter().all(|(earlier, _)| *earlier != key) {
                sort.push((key, self.random.percent(50)));
            }
        }
        sort
    }

    async fn go(mut self) {
        let before: Vec<Row> = self.rows.clone();
        let leaves: Vec<ObjectId> = self.volatile.clone();
        let mut sort = self.sort();
        let names: Vec<String> =
            sort.iter().map(|(key, descends)| format!("{}{key}", if *descends { "-" } else { "" })).collect();
        let address = format!("/items?parent={}&fields=id&sort={}", self.list.to_hex(), names.join(","));
        let mut after = String::new();
        loop {
            let limit = 1 + self.random.below(6);
            let page = self.api.get(&format!("{address}&limit={limit}{after}")).await;
            let rows = page.json(200);
            assert_eq!(page.header("x-skipped"), "", "{address}");
            let ids = rows
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].as_str().unwrap().parse::<ObjectId>().unwrap());
            self.seen.extend(ids);
            let next = page.header("x-next-cursor");
            if next.is_empty() {
                break;
            }
            after = format!("&after={next}");
            self.change().await;
        }
        // Rows of one place are in the order of their ids, which runs the way of the last key.
        sort.push(("id", sort.last().is_some_and(|(_, descends)| *descends)));
        let row = |id: &ObjectId| self.rows.iter().find(|row| row.id == *id).unwrap();
        for pair in self.seen.windows(2) {
            let order = row(&pair[0]).compare(row(&pair[1]), &sort);
            assert_eq!(
                order,
                Ordering::Less,
                "{} {address}: {:?}",
                self.store.name(),
                (row(&pair[0]), row(&pair[1]))
            );
        }
        for stays in before.iter().filter(|row| !leaves.contains(&row.id)) {
            assert!(self.seen.contains(&stays.id), "{} {address}: {stays:?} is missing", self.store.name());
        }
    }

    /// Takes rows away and adds others, between two pages.
    async fn change(&mut self) {
        let last = self.seen.last().copied();
        if let Some(place) =
            self.volatile.iter().position(|id| Some(*id) == last).filter(|_| self.random.percent(80))
        {
            self.remove(place).await;
        }
        if !self.volatile.is_empty() && self.random.percent(40) {
            let place = self.random.below(self.volatile.len());
            self.remove(place).await;
        }
        if self.rows.len() > 2 * ROWS || self.random.percent(50) {
            return;
        }
        let mut row = Row::new(&mut self.random);
        if self.random.percent(50) {
            let document = row.document(&mut self.random, self.list);
            self.store.insert("items", &[document]).await.unwrap();
        } else {
            let made = self.api.post("/items", row.body(self.list)).await.json(201);
            row.id = made["id"].as_str().unwrap().parse().unwrap();
            for key in ["soldAt", "address.zip", "address.geo.lat"] {
                row.values.insert(key, Bson::Null);
            }
        }
        self.volatile.push(row.id);
        self.rows.push(row);
    }

    async fn remove(&mut self, place: usize) {
        let id = self.volatile.swap_remove(place);
        let gone = self.api.delete(&format!("/items/{}", id.to_hex())).await.json(200);
        assert_eq!(gone, json!({ "deletedCount": 1 }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stays_comes_once_and_in_order() {
    for store in test_support::both_stores().await {
        let api = Http(builder(&store).build().await.unwrap());
        for seed in (0..LISTS).step_by(8) {
            let walk = async |seed| Walk::new(&api, &store, 0xC0_5EED + seed).await.go().await;
            join_all((seed..seed + 8).map(walk)).await;
        }
    }
}
