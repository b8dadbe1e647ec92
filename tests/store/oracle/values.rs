//! The values that are asked about: every BSON type, and of each the ones where such matchers go wrong.

use bson::{Bson, Decimal128, Document, doc, oid::ObjectId};

/// What the coverage is counted by.
pub(super) const CLASSES: [&str; 16] = [
    "null",
    "missing",
    "array",
    "empty array",
    "nested document",
    "NaN",
    "-0",
    "int",
    "long",
    "double",
    "decimal",
    "date",
    "id",
    "string",
    "bool",
    "other",
];

/// A value and its class; `None` where there is no member.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) class: &'static str,
    pub(super) value: Option<Bson>,
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse::<Decimal128>().unwrap())
}

fn date(millis: i64) -> Bson {
    Bson::DateTime(bson::DateTime::from_millis(millis))
}

fn id(last: u8) -> Bson {
    Bson::ObjectId(ObjectId::from_bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, last]))
}

pub(super) fn all() -> Vec<Value> {
    let of = |class: &'static str, values: Vec<Bson>| {
        values.into_iter().map(move |value| Value { class, value: Some(value) }).collect::<Vec<_>>()
    };
    let mut all = vec![Value { class: "missing", value: None }];
    all.extend(of("null", vec![Bson::Null]));
    all.extend(of("array", arrays()));
    all.extend(of("empty array", vec![Bson::Array(Vec::new())]));
    all.extend(of("nested document", documents()));
    all.extend(of("NaN", vec![f64::NAN.into()]));
    all.extend(of("-0", vec![(-0.0).into()]));
    all.extend(of("int", vec![0.into(), 1.into(), (-1).into(), 2.into(), i32::MAX.into(), i32::MIN.into()]));
    let longs = [0, 1, -1, 1 << 53, (1 << 53) + 1, i64::MAX, i64::MIN, 1_700_000_000_000];
    all.extend(of("long", longs.into_iter().map(Bson::Int64).collect()));
    let doubles =
        [0.0, 1.0, 1.5, -1.0, 0.1, 9_007_199_254_740_992.0, 9.3e18, 1e300, f64::INFINITY, f64::NEG_INFINITY];
    all.extend(of("double", doubles.into_iter().map(Bson::Double).collect()));
    let decimals = [
        "0",
        "-0",
        "1",
        "1.0",
        "0.1",
        "1.5",
        "-1",
        "9007199254740993",
        "1E+400",
        "NaN",
        "Infinity",
        "-Infinity",
    ];
    all.extend(of("decimal", decimals.into_iter().map(decimal).collect()));
    all.extend(of("date", vec![date(0), date(1), date(-1), date(1_700_000_000_000), date(i64::MAX)]));
    all.extend(of("id", (0..5).map(id).collect()));
    let strings = ["", "a", "A", "ab", "b", "é", "a.b", "a\nb", "1"];
    all.extend(of("string", strings.into_iter().map(Bson::from).collect()));
    all.extend(of("bool", vec![true.into(), false.into()]));
    all.extend(of("other", others()));
    all
}

fn arrays() -> Vec<Bson> {
    vec![
        Bson::Array(vec![1.into()]),
        Bson::Array(vec![1.into(), 2.into()]),
        Bson::Array(vec![2.into(), 1.into(), 1.0.into()]),
        Bson::Array(vec![Bson::Null]),
        Bson::Array(vec!["a".into(), Bson::Null, true.into()]),
        Bson::Array(vec![Bson::Array(vec![1.into()])]),
        Bson::Array(vec![Bson::Array(Vec::new()), "b".into()]),
        Bson::Array(vec![doc! { "a": 1 }.into(), doc! { "a": 2, "b": 3 }.into()]),
        Bson::Array(vec![f64::NAN.into(), (-0.0).into(), decimal("1")]),
        Bson::Array(vec![date(0), id(1), 5_i64.into()]),
    ]
}

fn documents() -> Vec<Bson> {
    [
        doc! {},
        doc! { "a": 1 },
        doc! { "a": 1.0 },
        doc! { "a": 1, "b": 2 },
        doc! { "b": 2, "a": 1 },
        doc! { "a": null },
        doc! { "a": [1, 2] },
        doc! { "a": { "a": "x" } },
        doc! { "0": 1 },
    ]
    .map(Bson::Document)
    .to_vec()
}

fn others() -> Vec<Bson> {
    let binary = |bytes: &[u8], subtype| Bson::Binary(bson::Binary { subtype, bytes: bytes.to_vec() });
    vec![
        binary(&[1, 2], bson::spec::BinarySubtype::Generic),
        binary(&[1, 2, 3], bson::spec::BinarySubtype::Generic),
        binary(&[1, 2], bson::spec::BinarySubtype::UserDefined(128)),
        Bson::Timestamp(bson::Timestamp { time: 1, increment: 1 }),
        Bson::MinKey,
        Bson::MaxKey,
    ]
}

/// The values that there are, without the one that is missing.
pub(super) fn present() -> Vec<(&'static str, Bson)> {
    all().into_iter().filter_map(|value| Some((value.class, value.value?))).collect()
}

/// The values that MongoDB 6.0 can group: out of a group, it answers a MinKey or MaxKey as a document around it.
pub(super) fn groupable() -> Vec<Value> {
    all().into_iter().filter(|value| !matches!(value.value, Some(Bson::MinKey | Bson::MaxKey))).collect()
}

/// [`rows_of`] all values.
pub(super) fn rows() -> Vec<Document> {
    rows_of(&all())
}

/// A collection with each value as a member, in a document, in a list, and in documents in a list. `_id` counts up.
pub(super) fn rows_of(values: &[Value]) -> Vec<Document> {
    let mut rows = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let neighbour = &values[(at * 7 + 3) % values.len()];
        let mut row = doc! { "_id": i32::try_from(at).unwrap(), "c": value.class };
        let mut nested = doc! { "x": 1 };
        if let Some(present) = &value.value {
            row.insert("v", present.clone());
            nested.insert("v", present.clone());
        }
        row.insert("n", nested);
        let element =
            |value: &Value| value.value.clone().map_or(doc! { "w": 0 }, |value| doc! { "v": value });
        row.insert("l", vec![element(value), element(neighbour)]);
        row.insert("g", i32::try_from(at % 4).unwrap());
        rows.push(row);
    }
    for at in 0..values.len() {
        let (one, other) = (&values[at], &values[(at * 11 + 5) % values.len()]);
        let list = [one, other].into_iter().filter_map(|value| value.value.clone()).collect::<Vec<_>>();
        rows.push(doc! { "_id": i32::try_from(1000 + at).unwrap(), "c": "array", "v": list, "l": { "v": 1 }, "g": 9 });
    }
    rows
}
