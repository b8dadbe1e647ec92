//! Aggregation pipelines.

use bson::{Bson, Document, RawDocumentBuf, bson, doc};

use super::{decimal, document, raw};
use crate::{
    query::{Filter, Op},
    store::{
        StoreError, StoreResult,
        embedded::semantics::{
            aggregate::{Lookup, leading_match, run},
            matcher::Matcher,
            pace::Pace,
        },
    },
};

/// The collection `other`; every other one is empty.
struct Other;

impl Lookup for Other {
    fn find(&self, collection: &str, filter: Filter) -> StoreResult<Vec<RawDocumentBuf>> {
        let matcher = Matcher::new(&filter);
        let docs = [
            doc! { "_id": 10, "k": 1.0 },
            doc! { "_id": 11, "k": [3, 4] },
            doc! { "_id": 12, "k": Bson::Null },
            doc! { "_id": 13 },
        ];
        let mut found: Vec<_> = docs.iter().map(raw).filter(|doc| matcher.matches(doc)).collect();
        found.retain(|_| collection == "other");
        Ok(found)
    }
}

fn is_unsupported(pipeline: &[Document]) -> bool {
    matches!(outcome(&[], pipeline), Err(StoreError::Unsupported { .. }))
}

fn outcome(docs: &[Document], pipeline: &[Document]) -> StoreResult<Vec<Document>> {
    let out = run(pipeline, docs.iter().map(raw).collect(), &Other, &Pace::new(&|| Ok(())))?;
    Ok(out.iter().map(document).collect())
}

#[test]
fn pipelines_answer_what_mongodb_answers() {
    /// What goes in, the pipeline, what comes out.
    type Case = (Vec<Document>, Vec<Document>, Vec<Document>);
    let cases: Vec<Case> = vec![
        (
            vec![
                doc! { "_id": 0, "a": 1, "b": { "c": 1, "d": 2 } },
                doc! { "_id": 1, "b": [{ "c": 1, "d": 2 }, 5, [{ "c": 3 }]] },
                doc! { "_id": 2, "b": 7 },
            ],
            vec![doc! { "$project": { "b.c": 1 } }],
            vec![
                doc! { "_id": 0, "b": { "c": 1 } },
                doc! { "_id": 1, "b": [{ "c": 1 }, [{ "c": 3 }]] },
                doc! { "_id": 2 },
            ],
        ),
        (
            vec![doc! { "_id": 0, "a": 1, "b": { "c": 1 } }],
            vec![doc! { "$project": { "_id": 0, "x": "$b.c", "b.e": { "$literal": "$a" }, "a": 1 } }],
            vec![doc! { "a": 1, "b": { "e": "$a" }, "x": 1 }],
        ),
        (
            vec![doc! { "_id": 0, "b": [{ "c": 1 }, 5] }],
            vec![doc! { "$addFields": { "b.d": "$_id", "n.m": 1, "gone": "$zz" } }],
            vec![doc! { "_id": 0, "b": [{ "c": 1, "d": 0 }, { "d": 0 }], "n": { "m": 1 } }],
        ),
        (
            vec![doc! { "_id": 0, "a": 1, "b": [{ "c": 1, "d": 2 }, 5] }],
            vec![doc! { "$unset": ["a", "b.c"] }],
            vec![doc! { "_id": 0, "b": [{ "d": 2 }, 5] }],
        ),
        (
            vec![
                doc! { "_id": 0, "g": "x", "v": 1 },
                doc! { "_id": 1, "g": "x", "v": 2147483647 },
                doc! { "_id": 2, "g": "y", "v": 0.1 },
                doc! { "_id": 3, "g": "y", "v": 0.2 },
                doc! { "_id": 4, "g": "y", "v": "no" },
                doc! { "_id": 5, "v": decimal("1.5") },
            ],
            vec![
                doc! { "$sort": { "_id": 1 } },
                doc! { "$group": { "_id": "$g", "sum": { "$sum": "$v" }, "avg": { "$avg": "$v" }, "min": { "$min": "$v" }, "max": { "$max": "$v" }, "first": { "$first": "$v" }, "last": { "$last": "$v" }, "all": { "$push": "$v" }, "n": { "$count": {} } } },
                doc! { "$sort": { "_id": 1 } },
            ],
            vec![
                doc! { "_id": Bson::Null, "sum": decimal("1.5"), "avg": decimal("1.5"), "min": decimal("1.5"), "max": decimal("1.5"), "first": decimal("1.5"), "last": decimal("1.5"), "all": [decimal("1.5")], "n": 1 },
                doc! { "_id": "x", "sum": 2147483648_i64, "avg": 1073741824.0, "min": 1, "max": 2147483647, "first": 1, "last": 2147483647, "all": [1, 2147483647], "n": 2 },
                doc! { "_id": "y", "sum": 0.30000000000000004, "avg": 0.15000000000000002, "min": 0.1, "max": "no", "first": 0.1, "last": "no", "all": [0.1, 0.2, "no"], "n": 3 },
            ],
        ),
        (
            vec![doc! { "_id": 0, "v": 0.1 }, doc! { "_id": 1, "v": 0.2 }, doc! { "_id": 2, "v": 0.3 }],
            vec![
                doc! { "$sort": { "_id": 1 } },
                doc! { "$group": { "_id": Bson::Null, "s": { "$sum": "$v" } } },
            ],
            vec![doc! { "_id": Bson::Null, "s": 0.6 }],
        ),
        (
            vec![doc! { "_id": 0, "v": 9223372036854775807_i64 }, doc! { "_id": 1, "v": 1 }],
            vec![doc! { "$group": { "_id": Bson::Null, "s": { "$sum": "$v" } } }],
            vec![doc! { "_id": Bson::Null, "s": 9.223372036854776e18 }],
        ),
        (
            vec![
                doc! { "_id": 0, "v": 1 },
                doc! { "_id": 1, "v": 1.0 },
                doc! { "_id": 2, "v": Bson::Null },
                doc! { "_id": 3 },
            ],
            vec![
                doc! { "$sort": { "_id": 1 } },
                doc! { "$group": { "_id": "$v", "n": { "$sum": 1 }, "m": { "$min": "$x" } } },
                doc! { "$sort": { "_id": 1 } },
            ],
            vec![
                doc! { "_id": Bson::Null, "n": 2, "m": Bson::Null },
                doc! { "_id": 1, "n": 2, "m": Bson::Null },
            ],
        ),
        (
            vec![
                doc! { "_id": 0, "a": [1, 2] },
                doc! { "_id": 1, "a": [] },
                doc! { "_id": 2, "a": Bson::Null },
                doc! { "_id": 3 },
                doc! { "_id": 4, "a": 5 },
            ],
            vec![doc! { "$unwind": "$a" }],
            vec![doc! { "_id": 0, "a": 1 }, doc! { "_id": 0, "a": 2 }, doc! { "_id": 4, "a": 5 }],
        ),
        (
            vec![
                doc! { "_id": 0, "a": [1, 2] },
                doc! { "_id": 1, "a": [] },
                doc! { "_id": 2, "a": Bson::Null },
                doc! { "_id": 3 },
                doc! { "_id": 4, "a": 5 },
            ],
            vec![
                doc! { "$unwind": { "path": "$a", "includeArrayIndex": "i", "preserveNullAndEmptyArrays": true } },
            ],
            vec![
                doc! { "_id": 0, "a": 1, "i": 0_i64 },
                doc! { "_id": 0, "a": 2, "i": 1_i64 },
                doc! { "_id": 1, "i": Bson::Null },
                doc! { "_id": 2, "a": Bson::Null, "i": Bson::Null },
                doc! { "_id": 3, "i": Bson::Null },
                doc! { "_id": 4, "a": 5, "i": Bson::Null },
            ],
        ),
        (
            vec![doc! { "_id": 0 }, doc! { "_id": 1 }],
            vec![
                doc! { "$facet": { "page": [{ "$sort": { "_id": -1 } }, { "$limit": 1 }], "total": [{ "$count": "n" }] } },
            ],
            vec![doc! { "page": [{ "_id": 1 }], "total": [{ "n": 2 }] }],
        ),
        (
            vec![],
            vec![doc! { "$facet": { "page": [{ "$limit": 1 }], "total": [{ "$count": "n" }] } }],
            vec![doc! { "page": [], "total": [] }],
        ),
        (
            vec![
                doc! { "_id": 0, "k": 1 },
                doc! { "_id": 1, "k": [2, 3] },
                doc! { "_id": 2, "k": Bson::Null },
                doc! { "_id": 3 },
                doc! { "_id": 4, "k": [] },
            ],
            vec![
                doc! { "$sort": { "_id": 1 } },
                doc! { "$lookup": { "from": "other", "localField": "k", "foreignField": "k", "as": "found" } },
            ],
            vec![
                doc! { "_id": 0, "k": 1, "found": [{ "_id": 10, "k": 1.0 }] },
                doc! { "_id": 1, "k": [2, 3], "found": [{ "_id": 11, "k": [3, 4] }] },
                doc! { "_id": 2, "k": Bson::Null, "found": [{ "_id": 12, "k": Bson::Null }, { "_id": 13 }] },
                doc! { "_id": 3, "found": [{ "_id": 12, "k": Bson::Null }, { "_id": 13 }] },
                doc! { "_id": 4, "k": [], "found": [{ "_id": 12, "k": Bson::Null }, { "_id": 13 }] },
            ],
        ),
        (
            vec![doc! { "_id": 0, "a": { "x": 1 } }, doc! { "_id": 1, "a": { "y": 2 } }],
            vec![doc! { "$replaceRoot": { "newRoot": "$a" } }],
            vec![doc! { "x": 1 }, doc! { "y": 2 }],
        ),
        (
            vec![
                doc! { "_id": 0, "a": 0 },
                doc! { "_id": 1, "a": 1 },
                doc! { "_id": 2, "a": 2 },
                doc! { "_id": 3, "a": 0 },
                doc! { "_id": 4, "a": 1 },
                doc! { "_id": 5, "a": 2 },
            ],
            vec![
                doc! { "$sort": { "a": -1, "_id": 1 } },
                doc! { "$skip": 1 },
                doc! { "$limit": 3 },
                doc! { "$project": { "a": 1 } },
            ],
            vec![doc! { "_id": 5, "a": 2 }, doc! { "_id": 1, "a": 1 }, doc! { "_id": 4, "a": 1 }],
        ),
    ];
    for (docs, pipeline, expected) in cases {
        assert_eq!(outcome(&docs, &pipeline).unwrap(), expected, "{pipeline:?}");
    }
}

#[test]
fn a_missing_key_is_null_alone_and_left_out_among_others() {
    let docs = [doc! { "_id": 0, "b": 1 }, doc! { "_id": 1, "a": Bson::Null, "b": 1 }];
    let ids = |id: Bson| {
        let groups = outcome(&docs, &[doc! { "$group": { "_id": id } }]).unwrap();
        groups.into_iter().map(|group| group.get("_id").cloned().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(bson!("$a")), [Bson::Null]);
    assert_eq!(ids(bson!({ "x": "$a" })), [bson!({ "x": Bson::Null })]);
    assert_eq!(ids(bson!({ "x": "$a", "y": "$b" })), [bson!({ "y": 1 }), bson!({ "x": Bson::Null, "y": 1 })]);
}

#[test]
fn sums_are_compensated_to_the_last_digit() {
    let sum = |values: Vec<Bson>| {
        let docs: Vec<_> = values.into_iter().map(|value| doc! { "v": value }).collect();
        let stage =
            doc! { "$group": { "_id": Bson::Null, "sum": { "$sum": "$v" }, "avg": { "$avg": "$v" } } };
        let group = outcome(&docs, &[stage]).unwrap().remove(0);
        (group.get("sum").cloned().unwrap(), group.get("avg").cloned().unwrap())
    };
    let tenths = vec![bson!(0.1); 10];
    assert_eq!(sum(tenths), (bson!(1.0), bson!(0.1)));
    let large = vec![bson!(1e100), bson!(7.7), bson!(0.1), bson!(-1e100), bson!(1.0)];
    assert_eq!(sum(large), (bson!(8.8), bson!(1.7600000000000002)));
    assert_eq!(sum(vec![bson!(1e100), bson!(1.0), bson!(-1e100)]), (bson!(0.0), bson!(0.0)));
    let mixed = vec![bson!(1), bson!(0.5), decimal("0.10").into()];
    assert_eq!(sum(mixed), (decimal("1.60").into(), decimal("0.5333333333333333333333333333333333").into()));
    let thirds = vec![decimal("1").into(), bson!(0), bson!(0)];
    assert_eq!(sum(thirds), (decimal("1").into(), decimal("0.3333333333333333333333333333333333").into()));
    let longs = vec![bson!(-501203462260773819_i64), bson!(-443090238727183084_i64)];
    assert_eq!(sum(longs), (bson!(-944293700987956903_i64), bson!(-4.7214685049397843e17)));
}

#[test]
fn what_is_not_here_is_refused_by_name() {
    let cases = [
        (doc! { "$bucket": {} }, "$bucket"),
        (doc! { "$match": { "$expr": true } }, "$expr"),
        (doc! { "$match": { "a": { "$elemMatch": { "b": 1 } } } }, "$elemMatch"),
        (doc! { "$match": { "a": { "$regex": "a.*b" } } }, "/a.*b/"),
        (doc! { "$match": { "a": { "$regex": "a", "$options": "i" } } }, "/a/i"),
        (doc! { "$addFields": { "a": { "$concat": ["$b", "x"] } } }, "$concat"),
        (doc! { "$group": { "_id": Bson::Null, "a": { "$stdDevPop": "$b" } } }, "$stdDevPop"),
        (doc! { "$lookup": { "from": "other", "let": {}, "pipeline": [], "as": "x" } }, "let"),
        (doc! { "$project": { "a": "$$NOW" } }, "$$NOW"),
    ];
    for (stage, name) in cases {
        match outcome(&[], std::slice::from_ref(&stage)) {
            Err(StoreError::Unsupported { store: "embedded", what }) => {
                assert!(what.contains(name), "{what}")
            }
            other => panic!("{stage}: {other:?}"),
        }
    }
}

#[test]
fn a_removed_member_is_not_set_again() {
    assert!(is_unsupported(&[doc! { "$unset": "a" }, doc! { "$limit": 1 }, doc! { "$set": { "a.b": 1 } }]));
    assert!(!is_unsupported(&[doc! { "$unset": "a" }, doc! { "$set": { "b": 1 } }]));
    let rebuilt = [doc! { "$unset": "a" }, doc! { "$group": { "_id": "$b" } }, doc! { "$set": { "a": 1 } }];
    assert!(!is_unsupported(&rebuilt));
}

#[test]
fn what_mongodb_refuses_is_invalid() {
    let stages = [
        doc! { "$limit": 0 },
        doc! { "$limit": -1 },
        doc! { "$skip": -1 },
        doc! { "$skip": "x" },
        doc! { "$sort": {} },
        doc! { "$sort": { "a": 2 } },
        doc! { "$project": {} },
        doc! { "$project": { "a": 1, "b": 0 } },
        doc! { "$project": { "a": 1, "a.b": 1 } },
        doc! { "$unset": [] },
        doc! { "$count": "$n" },
        doc! { "$facet": {} },
        doc! { "$facet": { "a": [{ "$facet": {} }] } },
        doc! { "$unwind": "a" },
        doc! { "$group": { "n": { "$sum": 1 } } },
        doc! { "$group": { "_id": 1, "n": { "$sum": ["$a", "$b"] } } },
        doc! { "$match": { "$or": [] } },
        doc! { "$match": { "a": { "$in": 1 } } },
        doc! { "$match": { "a": { "$not": {} } } },
        doc! { "$match": {}, "$limit": 1 },
        doc! {},
    ];
    for stage in stages {
        let refused = outcome(&[], std::slice::from_ref(&stage));
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{stage}: {refused:?}");
    }
}

#[test]
fn the_first_matches_are_a_filter_for_the_planner() {
    let pipeline = [
        doc! { "$match": { "a": 1, "b": { "$gt": 2, "$exists": true } } },
        doc! { "$match": { "c": { "$not": { "$in": [1] } } } },
        doc! { "$sort": { "a": 1 } },
        doc! { "$match": { "d": 1 } },
    ];
    let (filter, stages) = leading_match(&pipeline).unwrap();
    assert_eq!(stages, 2);
    let b = Filter::And(vec![Filter::field("b", Op::Gt(bson!(2))), Filter::field("b", Op::Exists(true))]);
    let c = Filter::Not(Box::new(Filter::field("c", Op::In(vec![bson!(1)]))));
    assert_eq!(filter, Filter::And(vec![Filter::eq("a", 1), b, c]));
    assert_eq!(leading_match(&[doc! { "$limit": 1 }]).unwrap(), (Filter::All, 0));
}

#[test]
fn an_escaped_regular_expression_is_the_text_it_stands_for() {
    let found = |pattern: &str, text: &str| {
        let docs = [doc! { "a": text }];
        !outcome(&docs, &[doc! { "$match": { "a": { "$regex": pattern } } }]).unwrap().is_empty()
    };
    assert!(found(r"a\.b", "xa.by") && !found(r"a\.b", "xaxby"));
    assert!(found("^ab", "abc") && !found("^ab", "cab"));
    assert!(found("bc$", "abc") && found("bc$", "abc\n") && !found("bc$", "bcd"));
    assert!(found("^abc$", "abc") && !found("^abc$", "abcabc"));
}
