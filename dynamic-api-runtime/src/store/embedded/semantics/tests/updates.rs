//! Updates and replacements of one document.

use bson::{Bson, Document, bson, doc};

use super::{decimal, document, raw};
use crate::{
    query::{FieldUpdate, Replacement, Update},
    store::{
        StoreError,
        embedded::semantics::update::{apply, replace},
    },
};

#[test]
fn updates_leave_what_mongodb_leaves() {
    /// `None` where the update is refused.
    type Case = (Document, Update, Option<Document>);
    let cases: Vec<Case> = vec![
        (
            doc! { "_id": 0, "b": 1, "a": 2 },
            Update::default()
                .with("a", FieldUpdate::Set(bson!(3)))
                .with("z", FieldUpdate::Set(bson!(1)))
                .with("c", FieldUpdate::Set(bson!(2))),
            Some(doc! { "_id": 0, "b": 1, "a": 3, "c": 2, "z": 1 }),
        ),
        (
            doc! { "_id": 0 },
            Update::default()
                .with("x.10", FieldUpdate::Set(bson!(1)))
                .with("x.9", FieldUpdate::Set(bson!(1)))
                .with("x.a", FieldUpdate::Set(bson!(1))),
            Some(doc! { "_id": 0, "x": { "9": 1, "10": 1, "a": 1 } }),
        ),
        (
            doc! { "_id": 0, "a": [1] },
            Update::default().with("a.3", FieldUpdate::Set(bson!(9))),
            Some(doc! { "_id": 0, "a": [1, Bson::Null, Bson::Null, 9] }),
        ),
        (
            doc! { "_id": 0, "a": [1, 2] },
            Update::default().with("a.0", FieldUpdate::Unset),
            Some(doc! { "_id": 0, "a": [Bson::Null, 2] }),
        ),
        (
            doc! { "_id": 0, "a": { "b": 1 } },
            Update::default().with("a.b", FieldUpdate::Unset).with("q.r", FieldUpdate::Unset),
            Some(doc! { "_id": 0, "a": {} }),
        ),
        (
            doc! { "_id": 0, "a": 1 },
            Update::default().with("a.b", FieldUpdate::Unset),
            Some(doc! { "_id": 0, "a": 1 }),
        ),
        (doc! { "_id": 0, "a": 1 }, Update::default().with("a.b", FieldUpdate::Set(bson!(1))), None),
        (doc! { "_id": 0, "a": Bson::Null }, Update::default().with("a.b", FieldUpdate::Set(bson!(1))), None),
        (doc! { "_id": 0, "a": [] }, Update::default().with("a.b", FieldUpdate::Set(bson!(1))), None),
        (
            doc! { "_id": 0, "a": 2147483647 },
            Update::default().with("a", FieldUpdate::Inc(bson!(1))),
            Some(doc! { "_id": 0, "a": 2147483648_i64 }),
        ),
        (
            doc! { "_id": 0, "a": 9223372036854775807_i64 },
            Update::default().with("a", FieldUpdate::Inc(bson!(1))),
            None,
        ),
        (
            doc! { "_id": 0, "a": 1 },
            Update::default().with("a", FieldUpdate::Inc(bson!(0.5))),
            Some(doc! { "_id": 0, "a": 1.5 }),
        ),
        (
            doc! { "_id": 0, "a": 1 },
            Update::default().with("a", FieldUpdate::Inc(bson!(1_i64))),
            Some(doc! { "_id": 0, "a": 2_i64 }),
        ),
        (
            doc! { "_id": 0, "a": decimal("1.10") },
            Update::default().with("a", FieldUpdate::Inc(bson!(1))),
            Some(doc! { "_id": 0, "a": decimal("2.10") }),
        ),
        (
            doc! { "_id": 0, "a": decimal("1") },
            Update::default().with("a", FieldUpdate::Inc(bson!(0.1))),
            Some(doc! { "_id": 0, "a": decimal("1.100000000000000") }),
        ),
        (
            doc! { "_id": 0 },
            Update::default().with("a.b", FieldUpdate::Inc(bson!(5_i64))),
            Some(doc! { "_id": 0, "a": { "b": 5_i64 } }),
        ),
        (doc! { "_id": 0, "a": Bson::Null }, Update::default().with("a", FieldUpdate::Inc(bson!(1))), None),
        (doc! { "_id": 0, "a": "x" }, Update::default().with("a", FieldUpdate::Inc(bson!(1))), None),
        (
            doc! { "_id": 0, "a": 5 },
            Update::default().with("a", FieldUpdate::Min(bson!(3.0))).with("b", FieldUpdate::Max(bson!(1))),
            Some(doc! { "_id": 0, "a": 3.0, "b": 1 }),
        ),
        (
            doc! { "_id": 0, "a": 5 },
            Update::default().with("a", FieldUpdate::Min(bson!(5.0))),
            Some(doc! { "_id": 0, "a": 5 }),
        ),
        (
            doc! { "_id": 0, "a": 5 },
            Update::default().with("a", FieldUpdate::Max(bson!("x"))),
            Some(doc! { "_id": 0, "a": "x" }),
        ),
        (
            doc! { "_id": 0, "a": Bson::Null },
            Update::default().with("a", FieldUpdate::Min(bson!(0))),
            Some(doc! { "_id": 0, "a": Bson::Null }),
        ),
        (
            doc! { "_id": 0, "a": [1] },
            Update::default().with("a", FieldUpdate::Push(vec![bson!(2), bson!(3)])),
            Some(doc! { "_id": 0, "a": [1, 2, 3] }),
        ),
        (
            doc! { "_id": 0 },
            Update::default().with("a", FieldUpdate::Push(vec![])),
            Some(doc! { "_id": 0, "a": [] }),
        ),
        (doc! { "_id": 0, "a": 1 }, Update::default().with("a", FieldUpdate::Push(vec![bson!(1)])), None),
        (
            doc! { "_id": 0, "a": Bson::Null },
            Update::default().with("a", FieldUpdate::Push(vec![bson!(1)])),
            None,
        ),
        (
            doc! { "_id": 0, "a": [1, 1] },
            Update::default().with("a", FieldUpdate::AddToSet(vec![bson!(1.0), bson!(2), bson!(2_i64)])),
            Some(doc! { "_id": 0, "a": [1, 1, 2] }),
        ),
        (
            doc! { "_id": 0 },
            Update::default().with("a", FieldUpdate::AddToSet(vec![bson!(1), bson!(1.0)])),
            Some(doc! { "_id": 0, "a": [1] }),
        ),
        (
            doc! { "_id": 0, "a": [1, 1.0, 2, [1]] },
            Update::default().with("a", FieldUpdate::Pull(vec![bson!(1)])),
            Some(doc! { "_id": 0, "a": [2, [1]] }),
        ),
        (
            doc! { "_id": 0 },
            Update::default().with("a", FieldUpdate::Pull(vec![bson!(1)])),
            Some(doc! { "_id": 0 }),
        ),
        (doc! { "_id": 0, "a": 1 }, Update::default().with("a", FieldUpdate::Pull(vec![bson!(1)])), None),
        (
            doc! { "_id": 0, "a": 1 },
            Update::default().with("a", FieldUpdate::Set(bson!(1))).with("a.b", FieldUpdate::Inc(bson!(1))),
            None,
        ),
        (doc! { "_id": 0, "a": 1 }, Update::default().with("_id", FieldUpdate::Set(bson!(2))), None),
        (
            doc! { "_id": 0, "a": 1 },
            Update::default().with("_id", FieldUpdate::Set(bson!(0))),
            Some(doc! { "_id": 0, "a": 1 }),
        ),
    ];
    for (before, update, expected) in cases {
        let after = match apply(&raw(&before), &update) {
            Ok(after) => Some(document(&after)),
            Err(StoreError::Invalid(_)) => None,
            Err(other) => panic!("{before} {update:?}: {other}"),
        };
        assert_eq!(after, expected, "{before} {update:?}");
    }
}

#[test]
fn positional_operators_are_refused_by_name() {
    for path in ["a.$", "a.$[]", "a.$[x].b"] {
        let refused = apply(&raw(&doc! { "_id": 0, "a": [1] }), &Update::default().set(path, 1));
        assert!(matches!(refused, Err(StoreError::Unsupported { .. })), "{path}");
    }
}

#[test]
fn a_replacement_keeps_the_id_and_the_members_named() {
    let before = raw(&doc! { "a": 1, "_id": 7, "createdAt": 5, "old": true });
    let replacement =
        Replacement { document: raw(&doc! { "b": 2, "_id": 9 }), keep: vec!["createdAt", "deletedAt"] };
    assert_eq!(document(&replace(&before, &replacement)), doc! { "_id": 7, "b": 2, "createdAt": 5 });
}
