//! Queries of lists by their grammar, most of them valid, and what becomes of them by chance.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    data::{ITEMS, OWNERS, id},
    random::Random,
};
use crate::via::query_string;

/// What the values of a field look like.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Integer,
    Float,
    Bool,
    Enum,
    Date,
    Decimal,
    Uuid,
    Id,
    Texts,
    Integers,
    Ids,
    Structs,
    Object,
}

const FIELDS: [(&str, Kind); 38] = [
    ("title", Kind::Text),
    ("code", Kind::Text),
    ("price", Kind::Float),
    ("stock", Kind::Integer),
    ("small", Kind::Integer),
    ("active", Kind::Bool),
    ("kind", Kind::Enum),
    ("soldAt", Kind::Date),
    ("amount", Kind::Decimal),
    ("serial", Kind::Uuid),
    ("owner", Kind::Id),
    ("parent", Kind::Id),
    ("id", Kind::Id),
    ("createdAt", Kind::Date),
    ("updatedAt", Kind::Date),
    ("page", Kind::Integer),
    ("tags", Kind::Texts),
    ("sizes", Kind::Integers),
    ("friends", Kind::Ids),
    ("address", Kind::Object),
    ("address.city", Kind::Text),
    ("address.zip", Kind::Integer),
    ("address.geo", Kind::Object),
    ("address.geo.lat", Kind::Float),
    ("address.geo.at", Kind::Date),
    ("comments", Kind::Structs),
    ("comments.text", Kind::Text),
    ("comments.by", Kind::Id),
    ("comments.likes", Kind::Integer),
    ("comments.marks", Kind::Texts),
    ("labels", Kind::Object),
    ("labels.en", Kind::Integer),
    ("labels.a", Kind::Integer),
    ("labels.0", Kind::Integer),
    ("tags", Kind::Texts),
    ("sizes", Kind::Integers),
    ("title", Kind::Text),
    ("address.city", Kind::Text),
];

/// Every operator, as clients name it.
pub const OPERATORS: [&str; 14] = [
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
];
/// What else a query can hold.
pub const OTHERS: [&str; 12] = [
    "bare", "or", "dotted", "sort", "fields", "page", "limit", "after", "count", "search", "populate",
    "trashed",
];

/// What can't be asked for.
const CLOSED: [&str; 14] = [
    "secret",
    "pin",
    "note",
    "length",
    "address.vault",
    "comments.vault",
    "_id",
    "isDeleted",
    "deletedAt",
    "vault.city",
    "$where",
    "title.x",
    "owner.secret",
    "stok",
];

/// A query, and what of the language is in it.
#[derive(Debug, Clone)]
pub struct Query {
    pub members: Map<String, Value>,
    pub used: BTreeSet<&'static str>,
}

impl Kind {
    fn takes(self, operator: &str) -> bool {
        match operator {
            "exists" => true,
            "contains" | "startsWith" | "endsWith" => self == Self::Text,
            "all" => matches!(self, Self::Texts | Self::Integers | Self::Ids),
            "size" => matches!(self, Self::Texts | Self::Integers | Self::Ids | Self::Structs),
            "gt" | "gte" | "lt" | "lte" => !self.is_many() && !matches!(self, Self::Bool | Self::Enum),
            _ => !matches!(self, Self::Structs | Self::Object),
        }
    }

    fn is_many(self) -> bool {
        matches!(self, Self::Texts | Self::Integers | Self::Ids | Self::Structs | Self::Object)
    }

    fn value(self, random: &mut Random) -> Value {
        match self {
            Self::Text | Self::Texts => json!(random.pick(&[
                "Ada", "ada", "\u{c4}da", "a", "", ".*", "red", "red car", "x,y", "Ulm", "blue", "c05", "c1",
                "%", "a,b"
            ])),
            Self::Integer | Self::Integers => json!(random.pick(&[0, 1, 2, 5, -1, 40, 89_073])),
            Self::Float => {
                random.pick(&[json!(0), json!(-0.0), json!(1.5), json!(10.0), json!(48.4), json!(1e300)])
            }
            Self::Bool => json!(random.percent(50)),
            Self::Enum => json!(random.pick(&["draft", "public", "gone"])),
            Self::Date => json!(random.pick(&[
                "2026-01-01T00:00:00Z",
                "2026-01-02T03:04:05Z",
                "2026-01-02T04:04:05+01:00",
                "1969-12-31T23:59:59Z"
            ])),
            Self::Decimal => json!(random.pick(&["1.1", "1.10", "0", "-5.5", "1E+3", "5", "NaN"])),
            Self::Uuid => json!(random.pick(&[
                "01010101-0101-0101-0101-010101010101",
                "02020202-0202-0202-0202-020202020202",
                "03030303-0303-0303-0303-030303030303",
            ])),
            Self::Id | Self::Ids if random.percent(30) => json!(id("items", random.below(ITEMS)).to_hex()),
            Self::Id | Self::Ids => json!(id("owners", random.below(OWNERS + 1)).to_hex()),
            Self::Structs | Self::Object => json!({}),
        }
    }
}

impl Random {
    /// A query that is valid more often than not.
    pub fn query(&mut self) -> Query {
        let mut query = Query { members: Map::new(), used: BTreeSet::new() };
        for _ in 0..self.pick(&[0, 1, 1, 2, 2, 3]) {
            self.condition(&mut query.used)
                .into_iter()
                .for_each(|(name, value)| add(&mut query.members, name, value));
        }
        if self.percent(15) {
            let groups = self.groups(2, &mut query.used);
            query.members.insert("or".to_owned(), groups);
        }
        for name in ["sort", "fields", "page", "limit", "count", "search", "populate", "trashed"] {
            let often = match name {
                "sort" | "limit" => 40,
                "search" => 8,
                _ => 15,
            };
            if self.percent(often) {
                query.used.insert(name);
                let value = self.of_list(name);
                // A condition of the field of that name gives way.
                query.members.insert(name.to_owned(), value);
            }
        }
        query
    }

    /// Groups of conditions, some in groups of their own.
    fn groups(&mut self, levels: usize, used: &mut BTreeSet<&'static str>) -> Value {
        used.insert("or");
        let group = |_| {
            let mut group = Map::new();
            for _ in 0..1 + self.below(2) {
                self.condition(used).into_iter().for_each(|(name, value)| add(&mut group, name, value));
            }
            if levels > 0 && self.percent(10) {
                group.insert("or".to_owned(), self.groups(levels - 1, used));
            }
            Value::Object(group)
        };
        (0..3).map(group).collect()
    }

    fn condition(&mut self, used: &mut BTreeSet<&'static str>) -> Option<(String, Value)> {
        if self.percent(3) {
            let name = self.pick(&CLOSED).to_owned();
            return Some((name, json!({ self.pick(&OPERATORS): self.pick(&["Ada", "true", "z1"]) })));
        }
        let operator = self.pick(&OPERATORS);
        let (name, kind) =
            self.pick(&FIELDS.iter().copied().filter(|(_, kind)| kind.takes(operator)).collect::<Vec<_>>());
        let of = if self.percent(3) {
            self.pick(&[Kind::Text, Kind::Integer, Kind::Bool, Kind::Structs])
        } else {
            kind
        };
        let value = match operator {
            "in" | "nin" | "all" => (0..1 + self.below(3)).map(|_| of.value(self)).collect(),
            "exists" => json!(self.percent(50)),
            "size" => json!(self.below(4)),
            "eq" | "ne" if self.percent(5) => Value::Null,
            _ => of.value(self),
        };
        used.insert(operator);
        if name.contains('.') {
            used.insert("dotted");
        }
        // Beside the list's own `page`, the field is reached by an operator only.
        if operator == "eq" && name != "page" && self.percent(50) {
            used.insert("bare");
            return Some((name.to_owned(), value));
        }
        Some((name.to_owned(), json!({ operator: value })))
    }

    fn of_list(&mut self, name: &str) -> Value {
        match name {
            "sort" => json!(self.sort().join(",")),
            "fields" => {
                let names = [
                    "id",
                    "title",
                    "price",
                    "tags",
                    "address",
                    "owner",
                    "createdAt",
                    "length",
                    "comments",
                    "secret",
                ];
                let count = if self.percent(5) { names.len() } else { names.len() - 1 };
                json!(
                    (0..1 + self.below(3)).map(|_| self.pick(&names[..count])).collect::<Vec<_>>().join(",")
                )
            }
            "page" => json!(1 + self.below(4)),
            "limit" => json!(1 + self.below(9)),
            "count" => json!(self.percent(80)),
            "search" => json!(self.pick(&[
                "ada",
                "red",
                "RED car",
                "\"red car\"",
                "red -car",
                "\u{e4}da",
                "zoe",
                "blue lovelace",
                "-red",
                "\"a",
                ","
            ])),
            "populate" => json!(self.pick(&["owner", "friends", "owner,friends", "comments.by", "parent"])),
            _ => json!(self.pick(&["only", "with"])),
        }
    }

    fn sort(&mut self) -> Vec<String> {
        let mut keys: Vec<String> = vec![];
        for _ in 0..1 + self.below(3) {
            let (name, kind) = self.pick(&FIELDS);
            let is_sortable = !kind.is_many() && !name.starts_with("comments") && !name.starts_with("labels");
            let is_new = keys.iter().all(|key| key.trim_start_matches('-') != name);
            if is_new && (is_sortable || self.percent(2)) {
                keys.push(format!("{}{name}", self.pick(&["", "-"])));
            }
        }
        keys
    }

    /// The query as a query string; lists of values sometimes parted by commas.
    pub fn query_text(&mut self, members: &Map<String, Value>) -> String {
        let mut members = members.clone();
        for operators in members.values_mut().filter_map(Value::as_object_mut) {
            for list in operators.values_mut() {
                let is_plain = |items: &&Vec<Value>| !items.iter().any(|item| item == "" || item.is_object());
                let Some(items) = list.as_array().filter(is_plain).filter(|_| self.percent(50)) else {
                    continue;
                };
                let text = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                *list = items.iter().map(text).collect::<Vec<_>>().join(",").into();
            }
        }
        query_string(&members)
    }

    /// A text with something taken out, put in or doubled, `times` times.
    pub fn mutated(&mut self, text: &str) -> String {
        const NOISE: [&str; 26] = [
            "[",
            "]",
            "[]",
            "[0]",
            "[eq]",
            "[or]",
            "[$gt]",
            "%00",
            "%",
            "%zz",
            "&",
            "=",
            ".",
            ",",
            "-",
            "\"",
            "{",
            "}",
            ":",
            "null",
            "[99999]",
            "%F0%9F%A6%80",
            "$",
            "secret",
            "9999999999999999999",
            "true",
        ];
        let mut text = text.to_owned();
        for _ in 0..1 + self.below(3) {
            let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
            if places.is_empty() {
                break;
            }
            let (from, to) = (self.pick(&places), self.pick(&places));
            match self.below(3) {
                0 => text.insert_str(from, self.pick::<&str>(&NOISE)),
                1 => drop(text.remove(from)),
                _ => {
                    let part = text[from.min(to)..from.max(to)].to_owned();
                    text.insert_str(self.pick(&places), &part);
                }
            }
        }
        text
    }
}

/// Adds a condition, beside what there is of the same field.
fn add(members: &mut Map<String, Value>, name: String, value: Value) {
    match (members.get_mut(&name), value) {
        (Some(Value::Object(operators)), Value::Object(more)) => operators.extend(more),
        (_, value) => drop(members.insert(name, value)),
    }
}
