//! Rules on stored values: what they are asked of, and what they compare.

#![allow(clippy::unwrap_used)]

use bson::{Decimal128, RawBson, RawDocumentBuf, rawdoc};

use super::{Bound, Check, Number, Pattern, Rule, members};
use crate::{
    entity::Field,
    error::Error,
    input::Violations,
    types::{ApiType, Schema},
};

fn holds(check: Check, value: impl Into<RawBson>) -> bool {
    super::holds::holds(&check, value.into().as_raw_bson_ref())
}

fn range(min: Option<Bound>, max: Option<Bound>) -> Check {
    Check::Range { min, max }
}

#[test]
fn ranges_compare_numbers_of_every_width_exactly() {
    let from = |number| range(Some(Bound::at(number)), None);
    let below = |number| range(None, Some(Bound::exclusive(number)));
    assert!(holds(from(Number::Integer(5)), 5_i32) && holds(from(Number::Integer(5)), 5.0));
    assert!(!holds(below(Number::Integer(5)), 5_i64) && holds(below(Number::Integer(5)), 4.999_999_999_999));
    // A double has no room for the last digit.
    assert!(!holds(below(Number::Integer(9_007_199_254_740_993)), 9_007_199_254_740_993_i64));
    assert!(holds(below(Number::Integer(9_007_199_254_740_993)), 9_007_199_254_740_992_i64));
    assert!(!holds(from(Number::Float(0.5)), 0_i64) && holds(from(Number::Float(-0.5)), 0_i64));
    let decimal = |text: &str| text.parse::<Decimal128>().unwrap();
    assert!(holds(from(Number::Float(0.1)), decimal("0.1")));
    assert!(!holds(from(Number::Float(0.1)), decimal("0.09999999999999999999999999")));
}

#[test]
fn what_a_rule_is_not_about_it_says_nothing_of() {
    assert!(holds(Check::Email, 5_i32) && holds(range(Some(Bound::at(Number::Integer(5))), None), "a"));
    let hash = bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: vec![1] };
    assert!(holds(Check::Length { min: Some(8), max: None }, hash), "a password that is hashed by now");
}

#[test]
fn a_pattern_that_is_none_takes_nothing() {
    static WRONG: Pattern = Pattern::new("(");
    assert!(!holds(Check::Pattern(|| &WRONG), "("));
}

struct Item;

impl ApiType for Item {
    const SCHEMA: &'static Schema = &Schema::Struct(&[
        Field::new::<String>("name").rules(&[Rule::new(Check::Ascii)]),
        Field::new::<Vec<Inner>>("inner"),
    ]);
}

struct Inner;

impl ApiType for Inner {
    const SCHEMA: &'static Schema = &Schema::Struct(&[Field::new::<i64>("size")
        .rules(&[Rule::new(Check::Range { min: Some(Bound::at(Number::Integer(0))), max: None })])]);
}

const FIELDS: &[Field] = &[Field::new::<Option<Vec<Item>>>("items"), Field::new::<String>("free")];

fn pointers(document: &RawDocumentBuf) -> Vec<String> {
    let mut violations = Violations::default();
    members(FIELDS, document, "/list/0", &mut violations);
    match violations.into() {
        Error::Invalid(found) => found.into_iter().map(|violation| violation.pointer).collect(),
        other => panic!("{other}"),
    }
}

#[test]
fn rules_are_found_at_every_depth_and_other_types_passed_over() {
    let document = rawdoc! {
        "items": [
            { "name": "é", "inner": [{ "size": -1 }, { "size": "x" }, 5, { "size": -2.5 }] },
            7,
            { "name": bson::RawBson::Null, "inner": { "size": -1 } },
        ],
        "free": "é",
    };
    let expected = ["/list/0/items/0/name", "/list/0/items/0/inner/0/size", "/list/0/items/0/inner/3/size"];
    assert_eq!(pointers(&document), expected);
    assert!(pointers(&rawdoc! { "items": bson::RawBson::Null }).is_empty());
    assert!(pointers(&rawdoc! {}).is_empty());
}

#[test]
fn rules_fit_the_schemas_that_they_are_about() {
    let (length, ascii) = (Rule::new(Check::Length { min: None, max: Some(1) }), Rule::new(Check::Ascii));
    const ASCII: &[Rule] = &[Rule::new(Check::Ascii)];
    let of_items = Rule::new(Check::Each(ASCII));
    for (rule, fitting, others) in [
        (length, vec![String::SCHEMA, <Option<Vec<i64>>>::SCHEMA], vec![i64::SCHEMA, Item::SCHEMA]),
        (ascii, vec![<Option<String>>::SCHEMA], vec![<Vec<String>>::SCHEMA, &Schema::Enum(&["a"])]),
        (of_items, vec![<Vec<Option<String>>>::SCHEMA], vec![String::SCHEMA, <Vec<i64>>::SCHEMA]),
    ] {
        assert!(fitting.into_iter().all(|schema| rule.fits(schema)), "{rule:?}");
        assert!(!others.into_iter().any(|schema| rule.fits(schema)), "{rule:?}");
    }
}
