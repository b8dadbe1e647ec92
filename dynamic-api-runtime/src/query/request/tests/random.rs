//! Queries that no one would write: each has an answer.

use serde_json::{Map, Value, json};

use super::{META, ROUTE, Told, json as payload, pairs, parse, told};
use crate::query::{Filter, request::ReadRequest};

/// Numbers that are the same in every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % bound
    }

    pub(super) fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

const NAMES: [&str; 36] = [
    "name",
    "price",
    "stock",
    "active",
    "category",
    "seller",
    "note",
    "soldAt",
    "cost",
    "serial",
    "tags",
    "sizes",
    "matrix",
    "address.city",
    "origin.zip",
    "comments.likes",
    "labels.en",
    "raw",
    "id",
    "createdAt",
    "page",
    "limit",
    "sort",
    "fields",
    "after",
    "count",
    "search",
    "populate",
    "trashed",
    "or",
    "secret",
    "$where",
    "__proto__",
    "a.b",
    "",
    "nam",
];
const OPERATORS: [&str; 18] = [
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "nin",
    "exists",
    "contains",
    "startsWith",
    "endsWith",
    "all",
    "size",
    "$gt",
    "",
    "0",
    "city",
];
const TEXTS: [&str; 22] = [
    "",
    "a",
    "1",
    "-1",
    "1.5",
    "1e400",
    "true",
    "false",
    "null",
    "misc",
    "book",
    "a,b",
    ",",
    "507f1f77bcf86cd799439011",
    "2026-11-23T17:12:00Z",
    "-price,name",
    "name,id",
    "only",
    "\u{1f980}\0",
    "99999999999999999999",
    "\"a b\" -c",
    "$gt",
];
const NOISE: [&str; 12] =
    ["[", "]", "[]", "[0]", "[or]", "%00", "%", "&", "=", ".", "[99999]", "%F0%9F%A6%80"];

impl Random {
    fn name(&mut self, depth: usize) -> String {
        let mut name = String::new();
        for _ in 0..self.below(depth + 1) {
            name += &format!("{}[{}]", if name.is_empty() { "or" } else { "[or]" }, self.below(3));
        }
        let field = self.pick(&NAMES);
        name = if name.is_empty() { field.to_owned() } else { format!("{name}[{field}]") };
        if self.below(2) == 0 {
            name += &format!("[{}]", self.pick(&OPERATORS));
        }
        if self.below(4) == 0 {
            name += ["[]", "[0]", "[1]"][self.below(3)];
        }
        name
    }

    fn query(&mut self) -> String {
        let mut query = String::new();
        for _ in 0..self.below(6) {
            let text: String = form_urlencoded::byte_serialize(self.pick(&TEXTS).as_bytes()).collect();
            query += &format!("{}={text}&", self.name(5));
        }
        for _ in 0..self.below(3) {
            let places: Vec<usize> = query.char_indices().map(|(place, _)| place).collect();
            if places.is_empty() {
                break;
            }
            let place = places[self.below(places.len())];
            match self.below(2) {
                0 => query.insert_str(place, self.pick(&NOISE)),
                _ => drop(query.remove(place)),
            }
        }
        query
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 7 } else { 12 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(1000)),
            3 => json!(u64::MAX),
            4 => json!(-1.5),
            5 | 6 => json!(self.pick(&TEXTS)),
            7 | 8 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            9 => Value::Object(self.members(&OPERATORS, depth - 1)),
            _ => Value::Object(self.members(&NAMES, depth - 1)),
        }
    }

    fn members(&mut self, names: &[&str], depth: usize) -> Map<String, Value> {
        (0..self.below(4)).map(|_| (self.pick(names).to_owned(), self.value(depth))).collect()
    }
}

/// Checks that a filter holds nothing but what a client can ask for.
fn check_filter(filter: &Filter) {
    match filter {
        Filter::All | Filter::Text(_) => {}
        Filter::And(filters) | Filter::Or(filters) => {
            assert!(!filters.is_empty());
            filters.iter().for_each(check_filter);
        }
        Filter::Field { path, .. } => {
            let top = path.split('.').next().unwrap();
            let is_open = META.field(top).is_some_and(|field| field.is_filterable());
            assert!(is_open || ["_id", "createdAt", "updatedAt"].contains(&path.as_str()), "{path}");
            assert!(!path.contains(['$', '\0']) && !path.contains(".secret"), "{path}");
        }
        other => panic!("{other:?}"),
    }
}

fn check_told(told: &Told) {
    assert!((1..=101).contains(&told.len()), "{}", told.len());
    assert!(told.iter().all(|(_, message)| !message.is_empty()));
}

#[test]
fn every_query_is_a_request_or_is_told_what_is_wrong() {
    let mut random = Random(0x5EED_1234_5678_9ABC);
    let mut good = 0;
    for round in 0..20_000 {
        let query = if round % 2 == 0 {
            pairs(&random.query())
        } else {
            payload(Value::Object(random.members(&NAMES, 5)).to_string())
        };
        match parse(&query) {
            Ok(request) => {
                good += 1;
                check_filter(&request.filter);
                assert!((1..=1000).contains(&request.limit) && request.sort.0.len() <= 9);
            }
            Err(told) => check_told(&told),
        }
        if let Err(error) = ReadRequest::parse(&query, META, &ROUTE) {
            check_told(&told(error));
        }
    }
    // Both answers are met often enough to mean something.
    assert!((2_000..18_000).contains(&good), "{good}");
}
