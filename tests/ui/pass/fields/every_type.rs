//! Every type that a field can have without an attribute.
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap};

use dynamic_api::{DateTime, Decimal128, Entity, Id, Uuid, dynamic_api};

#[dynamic_api(path = "things")]
struct Thing {
    text: String,
    tiny: i8,
    small: i16,
    medium: i32,
    large: i64,
    size: isize,
    utiny: u8,
    usmall: u16,
    umedium: u32,
    ularge: u64,
    usize: usize,
    single: f32,
    double: f64,
    yes: bool,
    owner: Id,
    at: DateTime,
    price: Decimal128,
    key: Uuid,
    maybe: Option<String>,
    qualified: std::option::Option<Vec<Id>>,
    lists: Vec<Vec<Option<i32>>>,
    by_name: HashMap<String, DateTime>,
    sorted: BTreeMap<String, Vec<Uuid>>,
    boxed: Box<Id>,
}

#[test]
fn accepted() {
    assert_eq!(Thing::META.fields.len(), 24);
}
