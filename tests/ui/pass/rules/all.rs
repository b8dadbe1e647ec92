//! Every rule, at every place where one can stand, and what documents read of them.
#![deny(warnings, clippy::pedantic)]

use std::collections::BTreeMap;

use dynamic_api::{
    ApiType, Bound, Check, Decimal128, Entity, Invalid, Number, Schema, api_type, dynamic_api,
};

#[api_type]
pub struct Contact {
    #[api(validate(email))]
    pub mail: String,
    #[api(validate(length(equal = 2), message = "two letters"))]
    pub country: Option<String>,
}

type Cents = i64;

#[api_type]
pub struct Name(String);

#[dynamic_api(path = "offers", validate(keeps_order, is_sold))]
pub struct Offer {
    #[api(validate(
        length(min = 3),
        url,
        ip,
        ipv4,
        ipv6,
        uuid,
        ascii,
        alphanumeric,
        contains = "a",
        contains = "b"
    ))]
    pub text: String,
    #[api(validate(
        pattern = "^a",
        pattern(value = "b$", message = "ends with b"),
        prefix = "a",
        suffix = "b"
    ))]
    pub code: Option<String>,
    #[api(validate(range(min = -3, exclusive_max = 2.5)))]
    pub rate: f64,
    #[api(validate(range(exclusive_min = 0)))]
    pub price: Decimal128,
    #[api(validate(range(max = 1_000)))]
    pub cents: Cents,
    #[api(validate(length(max = 5), custom = named))]
    pub name: Name,
    #[api(default, validate(length(max = 2), inner(length(max = 5), custom = short)))]
    pub tags: Vec<String>,
    #[api(default, validate(inner(inner(range(min = 1)))))]
    pub rows: BTreeMap<String, Vec<u8>>,
    pub contact: Option<Contact>,
    #[api(read_only, default, validate(range(min = 0)))]
    pub sold: i64,
}

fn keeps_order(offer: &Offer) -> Result<(), Invalid> {
    if offer.rate < 0.0 && offer.cents > 0 { Err(Invalid::at("rate", "order", "no")) } else { Ok(()) }
}

fn is_sold(offer: &Offer) -> Result<(), Invalid> {
    if offer.sold > 5 { Err("sold".into()) } else { Ok(()) }
}

fn named(name: &Name) -> Result<(), Invalid> {
    if name.0.is_empty() { Err("no name".into()) } else { Ok(()) }
}

#[allow(clippy::ptr_arg)]
fn short(text: &String) -> Result<(), Invalid> {
    if text.len() < 5 { Ok(()) } else { Err("long".into()) }
}

#[test]
fn the_metadata_holds_what_was_written() {
    let rules = |name| Offer::META.field(name).unwrap().rules;
    assert_eq!(rules("text").len(), 10);
    let [rule] = rules("rate") else { panic!() };
    let Check::Range { min, max } = rule.check else { panic!() };
    assert_eq!(min, Some(Bound::at(Number::Integer(-3))));
    assert_eq!(max, Some(Bound::exclusive(Number::Float(2.5))));
    let Check::Pattern(pattern) = rules("code")[1].check else { panic!() };
    assert_eq!((pattern().text(), rules("code")[1].message), ("b$", Some("ends with b")));
    let Check::Each(inner) = rules("rows")[0].check else { panic!() };
    assert!(matches!(inner[0].check, Check::Each(_)));
    let Schema::Struct(fields) = Contact::SCHEMA else { panic!() };
    assert!(matches!(fields[0].rules[0].check, Check::Email));
    assert_eq!(fields[1].rules[0].message, Some("two letters"));
    assert_eq!(Offer::META.rules.len(), 2);
}
