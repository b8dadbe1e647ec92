//! Keys against the order that they stand for, on seeded random values of every type.

use std::cmp::Ordering;

use bson::{
    Binary, Bson, DateTime, JavaScriptCodeWithScope, RawBson, Regex, Timestamp, bson, doc, oid::ObjectId,
    spec::BinarySubtype,
};

use super::decimal;
use crate::store::embedded::semantics::{
    key::{encode_key, encode_key_descending},
    order::compare,
};

/// A linear congruential generator: the same values in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }

    fn value(&mut self, depth: usize) -> Bson {
        let fixed = fixed();
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0..4 => fixed[self.below(fixed.len())].clone(),
            4 => Bson::Double(f64::from_bits((self.0 >> 3) << (self.below(8)))),
            5 => {
                let digits = self.below(1 << 30);
                decimal(&format!(
                    "{}{digits}E{}",
                    if digits.is_multiple_of(2) { "" } else { "-" },
                    self.below(40) as i32 - 20
                ))
                .into()
            }
            6 | 7 => Bson::Array((0..self.below(3)).map(|_| self.value(depth - 1)).collect()),
            _ => {
                let names = ["a", "b", "", "ab"];
                let members =
                    (0..self.below(3)).map(|i| (names[i + self.below(2)].to_owned(), self.value(depth - 1)));
                Bson::Document(members.collect())
            }
        }
    }
}

fn fixed() -> Vec<Bson> {
    let numbers = [
        "0",
        "-0",
        "1",
        "1.00",
        "-1",
        "0.1",
        "0.10000000000000000555",
        "1.5",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "1E+6144",
        "-1E+6144",
        "1E-6176",
        "-1E-6176",
        "NaN",
        "Infinity",
        "-Infinity",
        "0E+3",
        "1.797693134862315708145274237317043E+308",
        "1.8E+308",
        "4.9E-324",
        "2E-324",
    ];
    let mut values: Vec<Bson> = numbers.iter().map(|text| decimal(text).into()).collect();
    let doubles = [
        0.0,
        -0.0,
        1.0,
        0.1,
        -1.5,
        9_007_199_254_740_992.0,
        9_223_372_036_854_775_808.0,
        f64::MAX,
        f64::MIN,
        5e-324,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    values.extend(doubles.map(Bson::Double));
    let longs = [
        0,
        1,
        -1,
        (1 << 53) + 1,
        (1 << 53) - 1,
        -(1 << 53) - 1,
        i64::MAX,
        i64::MAX - 1,
        i64::MIN,
        i64::MIN + 1,
    ];
    values.extend(longs.map(Bson::Int64));
    values.extend([0, 1, -1, i32::MAX, i32::MIN].map(Bson::Int32));
    values.extend(["", "a", "a\0", "a\0b", "a\u{1}", "ab", "b", "\u{e9}"].map(Bson::from));
    values.push(Bson::Symbol("a".into()));
    values.extend([Bson::Null, Bson::Undefined, Bson::MinKey, Bson::MaxKey, bson!(true), bson!(false)]);
    values.extend([i64::MIN, -1, 0, 1, i64::MAX].map(|millis| DateTime::from_millis(millis).into()));
    values.extend([ObjectId::from_bytes([0; 12]), ObjectId::from_bytes([255; 12])].map(Bson::from));
    values.extend([(1, 2), (2, 1)].map(|(time, increment)| Timestamp { time, increment }.into()));
    for bytes in [&b""[..], b"a", b"b", b"ab"] {
        for subtype in [BinarySubtype::Generic, BinarySubtype::Uuid, BinarySubtype::BinaryOld] {
            values.push(Binary { subtype, bytes: bytes.to_vec() }.into());
        }
    }
    for (pattern, options) in [("a", ""), ("a", "i"), ("ab", "")] {
        let (pattern, options) = (pattern.try_into().unwrap(), options.try_into().unwrap());
        values.push(Bson::RegularExpression(Regex { pattern, options }));
    }
    values.push(Bson::JavaScriptCode("x".into()));
    let scope = doc! { "a": 1 };
    values.push(Bson::JavaScriptCodeWithScope(JavaScriptCodeWithScope { code: "x".into(), scope }));
    values
}

fn key(value: &RawBson) -> Vec<u8> {
    let mut key = Vec::new();
    encode_key(&mut key, value.as_raw_bson_ref()).unwrap();
    key
}

fn values() -> Vec<RawBson> {
    let mut random = Random(42);
    let values = fixed().into_iter().chain((0..300).map(|_| random.value(2)));
    values.map(|value| RawBson::try_from(value).unwrap()).collect()
}

#[test]
fn keys_order_as_their_values_do() {
    let keyed: Vec<_> = values().into_iter().map(|value| (key(&value), value)).collect();
    for (a_key, a) in &keyed {
        for (b_key, b) in &keyed {
            let order = compare(a.as_raw_bson_ref(), b.as_raw_bson_ref());
            assert_eq!(a_key.cmp(b_key), order, "{a:?} {b:?}");
            let is_beginning = order != Ordering::Equal && b_key.starts_with(a_key);
            assert!(!is_beginning, "the key of {a:?} begins that of {b:?}");
        }
    }
}

#[test]
fn descending_keys_order_the_other_way_round() {
    let descending = |value: &RawBson| {
        let mut key = b"head".to_vec();
        encode_key_descending(&mut key, value.as_raw_bson_ref()).unwrap();
        key
    };
    let values = values();
    for pair in values.windows(2) {
        assert_eq!(descending(&pair[0]).cmp(&descending(&pair[1])), key(&pair[1]).cmp(&key(&pair[0])));
    }
}

#[test]
fn equal_numbers_have_one_key() {
    let ones = [
        bson!(1),
        bson!(1_i64),
        bson!(1.0),
        decimal("1").into(),
        decimal("1.00").into(),
        decimal("0.1E1").into(),
    ];
    let keys: Vec<_> = ones.into_iter().map(|one| key(&RawBson::try_from(one).unwrap())).collect();
    assert!(keys.iter().all(|key| *key == keys[0]));
}
