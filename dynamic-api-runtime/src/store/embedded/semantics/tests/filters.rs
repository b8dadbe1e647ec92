//! Filters and sorts over one set of documents that holds every kind of value.

use bson::{Bson, DateTime, Document, bson, doc, oid::ObjectId, spec::ElementType};

use super::{decimal, raw};
use crate::{
    query::{Direction, Filter, Op, Projection, Sort},
    store::{
        StoreError,
        embedded::semantics::{
            matcher::Matcher, pace::Pace, path, projection::project, sort::sort_documents,
        },
    },
};

/// Each gets its position as `_id`.
fn documents() -> Vec<Document> {
    let documents = vec![
        doc! {},
        doc! { "a": Bson::Null },
        doc! { "a": 0 },
        doc! { "a": -0.0 },
        doc! { "a": 1 },
        doc! { "a": 1_i64 },
        doc! { "a": 1.0 },
        doc! { "a": decimal("1.00") },
        doc! { "a": f64::NAN },
        doc! { "a": decimal("NaN") },
        doc! { "a": 9007199254740993_i64 },
        doc! { "a": 9007199254740992.0 },
        doc! { "a": "x" },
        doc! { "a": "abc" },
        doc! { "a": true },
        doc! { "a": DateTime::from_millis(0) },
        doc! { "a": ObjectId::from_bytes([7; 12]) },
        doc! { "a": [] },
        doc! { "a": [1, 2] },
        doc! { "a": [Bson::Null] },
        doc! { "a": [[1, 2]] },
        doc! { "a": ["abc", 3] },
        doc! { "a": {} },
        doc! { "a": { "b": 1 } },
        doc! { "a": { "b": Bson::Null } },
        doc! { "a": [{ "b": 1 }, { "c": 2 }] },
        doc! { "a": [{ "b": [1, 5] }, 7] },
        doc! { "a": [[{ "b": 1 }]] },
    ];
    documents
        .into_iter()
        .zip(0..)
        .map(|(members, id)| [(String::from("_id"), Bson::Int32(id))].into_iter().chain(members).collect())
        .collect()
}

fn matching(filter: &Filter) -> Vec<i32> {
    let matcher = Matcher::new(filter);
    let matches = documents().into_iter().filter(|doc| matcher.matches(&raw(doc)));
    matches.map(|doc| doc.get_i32("_id").unwrap()).collect()
}

fn sorted(sort: &Sort, limit: Option<usize>) -> Vec<i32> {
    let mut docs: Vec<_> = documents().iter().map(raw).collect();
    sort_documents(&mut docs, sort, limit, &Pace::new(&|| Ok(()))).unwrap();
    docs.iter().map(|doc| doc.get_i32("_id").unwrap()).collect()
}

#[test]
fn operators_find_what_mongodb_finds() {
    let cases: Vec<(&str, Op, &[i32])> = vec![
        ("a", Op::Eq(bson!(Bson::Null)), &[0, 1, 19]),
        ("a", Op::Eq(bson!(1)), &[4, 5, 6, 7, 18]),
        ("a", Op::Eq(bson!(0.0)), &[2, 3]),
        ("a", Op::Eq(bson!(f64::NAN)), &[8, 9]),
        ("a", Op::Eq(bson!([])), &[17]),
        ("a", Op::Eq(bson!([1, 2])), &[18, 20]),
        ("a", Op::Eq(doc! {}.into()), &[22]),
        ("a", Op::Eq(bson!(9007199254740993_i64)), &[10]),
        (
            "a",
            Op::Ne(bson!(1)),
            &[0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27],
        ),
        (
            "a",
            Op::Ne(bson!(Bson::Null)),
            &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27],
        ),
        ("a", Op::Gt(bson!(Bson::Null)), &[]),
        ("a", Op::Gte(bson!(Bson::Null)), &[0, 1, 19]),
        ("a", Op::Lt(bson!(Bson::Null)), &[]),
        ("a", Op::Lte(bson!(Bson::Null)), &[0, 1, 19]),
        ("a", Op::Gt(bson!(0)), &[4, 5, 6, 7, 10, 11, 18, 21, 26]),
        ("a", Op::Lt(bson!(1)), &[2, 3]),
        ("a", Op::Gte(bson!(f64::NAN)), &[8, 9]),
        ("a", Op::Gt(bson!(f64::NAN)), &[]),
        ("a", Op::Lt(bson!(f64::NAN)), &[]),
        ("a", Op::Gt(bson!(9007199254740992.0)), &[10]),
        ("a", Op::Gte(bson!("abc")), &[12, 13, 21]),
        ("a", Op::Gt(bson!([1])), &[18, 20, 21, 25, 26, 27]),
        ("a", Op::Lt(bson!([1, 3])), &[17, 18, 19, 20]),
        ("a", Op::Gte(doc! {}.into()), &[22, 23, 24, 25, 26]),
        ("a", Op::Gt(bson!(false)), &[14]),
        ("a", Op::Lte(bson!(DateTime::from_millis(0))), &[15]),
        ("a", Op::In(vec![bson!(Bson::Null), bson!("x")]), &[0, 1, 12, 19]),
        ("a", Op::In(vec![]), &[]),
        ("a", Op::In(vec![bson!([1, 2]), bson!(decimal("1"))]), &[4, 5, 6, 7, 18, 20]),
        (
            "a",
            Op::Nin(vec![bson!(Bson::Null), bson!(1)]),
            &[2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27],
        ),
        (
            "a",
            Op::Nin(vec![]),
            &[
                0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                26, 27,
            ],
        ),
        ("a", Op::All(vec![bson!(1), bson!(2)]), &[18]),
        ("a", Op::All(vec![]), &[]),
        ("a", Op::All(vec![bson!([1, 2])]), &[18, 20]),
        ("a", Op::All(vec![bson!(Bson::Null)]), &[0, 1, 19]),
        (
            "a",
            Op::Exists(true),
            &[
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                26, 27,
            ],
        ),
        ("a", Op::Exists(false), &[0]),
        ("a.b", Op::Exists(true), &[23, 24, 25, 26]),
        (
            "a.b",
            Op::Exists(false),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 27],
        ),
        ("a", Op::Size(0), &[17]),
        ("a", Op::Size(1), &[19, 20, 27]),
        ("a", Op::Size(2), &[18, 21, 25, 26]),
        ("a.b", Op::Size(2), &[26]),
        (
            "a.b",
            Op::Eq(bson!(Bson::Null)),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 22, 24, 25],
        ),
        ("a.b", Op::Eq(bson!(1)), &[23, 25, 26]),
        (
            "a.b",
            Op::Ne(bson!(1)),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 27],
        ),
        ("a.0", Op::Eq(bson!(1)), &[18]),
        ("a.0", Op::Eq(bson!([1, 2])), &[20]),
        ("a.0.b", Op::Eq(bson!(1)), &[25, 26, 27]),
        ("a.0", Op::Exists(true), &[18, 19, 20, 21, 25, 26, 27]),
        ("a.1", Op::Eq(bson!(2)), &[18]),
        ("a.b.1", Op::Eq(bson!(5)), &[26]),
        ("a.b", Op::Gt(bson!(4)), &[26]),
        (
            "a",
            Op::Type(vec![
                ElementType::Int32,
                ElementType::Int64,
                ElementType::Double,
                ElementType::Decimal128,
            ]),
            &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18, 21, 26],
        ),
        ("a", Op::Type(vec![ElementType::Array]), &[17, 18, 19, 20, 21, 25, 26, 27]),
        ("a", Op::Type(vec![ElementType::Null]), &[1, 19]),
        ("a", Op::Type(vec![ElementType::String, ElementType::Boolean]), &[12, 13, 14, 21]),
        ("a.b", Op::Type(vec![ElementType::Int32]), &[23, 25, 26]),
        ("a", Op::Contains("b".into()), &[13, 21]),
        ("a", Op::StartsWith("a".into()), &[13, 21]),
        ("a", Op::EndsWith("c".into()), &[13, 21]),
    ];
    for (path, op, expected) in cases {
        let filter = Filter::field(path, op);
        assert_eq!(matching(&filter), expected, "{filter:?}");
    }
}

#[test]
fn logic_of_nothing_holds_for_all_and_none() {
    let everything: Vec<i32> = (0..28).collect();
    assert_eq!(matching(&Filter::All), everything);
    assert_eq!(matching(&Filter::And(Vec::new())), everything);
    assert!(matching(&Filter::Nothing).is_empty());
    assert!(matching(&Filter::Or(Vec::new())).is_empty());
    assert_eq!(matching(&Filter::Not(Box::new(Filter::Nothing))), everything);
}

#[test]
fn same_compares_members_in_order_and_numbers_by_value() {
    let same = |other: Document| {
        Matcher::new(&Filter::Same(raw(&other))).matches(&raw(&doc! { "a": 1, "b": [1.0, "x"] }))
    };
    assert!(same(doc! { "a": 1_i64, "b": [1, "x"] }));
    assert!(!same(doc! { "b": [1, "x"], "a": 1 }));
    assert!(!same(doc! { "a": 1, "b": [1, "x"], "c": Bson::Null }));
}

#[test]
fn sorts_go_through_all_types_and_into_arrays() {
    let ascending: [i32; 28] = [
        17, 0, 1, 19, 8, 9, 2, 3, 4, 5, 6, 7, 18, 21, 26, 11, 10, 13, 12, 22, 24, 23, 25, 20, 27, 16, 14, 15,
    ];
    let descending: [i32; 28] = [
        15, 14, 16, 27, 20, 26, 25, 23, 24, 22, 12, 13, 21, 10, 11, 18, 4, 5, 6, 7, 2, 3, 8, 9, 0, 1, 19, 17,
    ];
    let by_a = |direction| Sort::none().then("a", direction).then("_id", Direction::Ascending);
    assert_eq!(sorted(&by_a(Direction::Ascending), None), ascending);
    assert_eq!(sorted(&by_a(Direction::Descending), None), descending);
    for limit in [0, 1, 7, 28, 100] {
        let first = sorted(&Sort::none().then("a", Direction::Descending), Some(limit));
        assert_eq!(first, descending[..limit.min(28)]);
    }
    let by_two = Sort::none().then("a.b", Direction::Ascending).then("a.c", Direction::Descending);
    let by_two = by_two.then("_id", Direction::Ascending);
    assert_eq!(
        sorted(&by_two, None),
        [
            25, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 26, 27,
            23
        ]
    );
}

#[test]
fn two_arrays_are_no_sort_key() {
    let mut docs = vec![raw(&doc! { "a": [1], "b": [2] })];
    let sort = Sort::none().then("a", Direction::Ascending).then("b", Direction::Ascending);
    assert!(matches!(
        sort_documents(&mut docs, &sort, None, &Pace::new(&|| Ok(()))),
        Err(StoreError::Invalid(_))
    ));
}

#[test]
fn an_index_holds_each_element_of_an_array() {
    let values = |doc: &Document, path: &str| -> Vec<Bson> {
        let doc = raw(doc);
        path::index_keys(&doc, &[path])
            .unwrap()
            .into_iter()
            .flatten()
            .map(|value| Bson::try_from(value).unwrap())
            .collect()
    };
    assert_eq!(values(&doc! {}, "a"), [Bson::Null]);
    assert_eq!(values(&doc! { "a": [1, [2]] }, "a"), [bson!(1), bson!([2])]);
    assert_eq!(values(&doc! { "a": [] }, "a"), [Bson::Undefined]);
    assert_eq!(
        values(&doc! { "a": [{ "b": 1 }, { "b": [2, 3] }, 4] }, "a.b"),
        [bson!(1), bson!(2), bson!(3), Bson::Null]
    );
    assert_eq!(values(&doc! { "a": [{ "b": 1 }, { "b": 2 }] }, "a.1.b"), [bson!(2), bson!(2)]);
}

#[test]
fn a_projection_keeps_the_documents_order() {
    let doc =
        raw(&doc! { "z": 1, "_id": 0, "a": [{ "b": 1, "c": 2 }, 3, [{ "b": 4 }]], "y": { "b": 5 }, "x": 6 });
    let only = |paths: &[&str]| {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        super::document(&project(&doc, &Projection::Only(paths)))
    };
    assert_eq!(
        only(&["y.b", "a.b", "z"]),
        doc! { "z": 1, "_id": 0, "a": [{ "b": 1 }, [{ "b": 4 }]], "y": { "b": 5 } }
    );
    assert_eq!(only(&["x.b", "y.q"]), doc! { "_id": 0, "y": {} });
    assert_eq!(only(&[]), doc! { "_id": 0 });
    assert_eq!(project(&doc, &Projection::All), doc);
}
