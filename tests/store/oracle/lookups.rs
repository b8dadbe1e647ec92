//! Look-ups of other collections: by equality, by a pipeline, and by both.

use bson::{Document, doc};

use super::{
    compare::Comparison,
    pipelines::{ask, sorted},
    values::{self, CLASSES},
};
use crate::ITEMS;

/// A collection to look up in: each value as `k`.
fn others() -> Vec<Document> {
    let row = |(at, value): (usize, values::Value)| {
        let mut row =
            doc! { "_id": i32::try_from(at).unwrap(), "list": [{ "k": at as i32 % 3 }], "g": at as i32 % 4 };
        row.extend(value.value.map(|value| ("k".to_owned(), value)));
        row
    };
    values::all().into_iter().enumerate().map(row).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lookups() {
    let (rows, others) = (values::rows(), others());
    let mut comparison = Comparison::new(&[(ITEMS, &rows), ("others", &others)]).await;
    for (local, foreign) in [
        ("v", "k"),
        ("n.v", "k"),
        ("l.v", "k"),
        ("g", "_id"),
        ("g", "list.k"),
        ("nowhere", "k"),
        ("v", "nowhere"),
        ("v.a", "k"),
    ] {
        for to in ["joined", "n.joined", "v"] {
            comparison.meets_all("$lookup");
            let lookup = doc! { "$lookup": { "from": "others", "localField": local, "foreignField": foreign, "as": to } };
            ask(&mut comparison, vec![sorted(), lookup]).await;
        }
    }
    let nowhere =
        doc! { "$lookup": { "from": "no such", "localField": "v", "foreignField": "k", "as": "joined" } };
    ask(&mut comparison, vec![sorted(), nowhere, doc! { "$unwind": "$joined" }]).await;
    for wrong in
        [doc! { "from": "others" }, doc! { "from": 1, "localField": "v", "foreignField": "k", "as": "j" }]
    {
        ask(&mut comparison, vec![doc! { "$lookup": wrong }]).await;
    }
    comparison.finish(20, &["$lookup"], &CLASSES);
}

/// What a look-up may put its documents through.
fn inner_pipelines() -> Vec<Vec<Document>> {
    let nested = doc! { "$lookup": {
        "from": "others", "localField": "g", "foreignField": "_id", "pipeline": [{ "$project": { "g": 1 } }], "as": "inner",
    } };
    let plain = doc! { "$lookup": { "from": "others", "localField": "g", "foreignField": "_id", "as": "k" } };
    vec![
        vec![],
        vec![doc! { "$match": { "g": { "$gte": 2 } } }, doc! { "$unset": ["list", "g"] }],
        vec![doc! { "$match": { "g": 1 } }, doc! { "$match": { "_id": { "$lt": 30 } } }],
        vec![doc! { "$match": { "k": null } }],
        vec![sorted(), doc! { "$limit": 2 }],
        vec![doc! { "$sort": { "g": -1, "_id": 1 } }, doc! { "$skip": 1 }, doc! { "$limit": 3 }],
        vec![doc! { "$unset": "k" }, doc! { "$match": { "g": 3 } }],
        vec![doc! { "$group": { "_id": "$g", "n": { "$sum": 1 } } }, sorted()],
        vec![doc! { "$count": "n" }],
        vec![doc! { "$unwind": "$list" }, doc! { "$addFields": { "of": "$list.k" } }],
        vec![doc! { "$replaceWith": { "k": "$k", "id": "$_id" } }],
        vec![doc! { "$match": { "g": 2 } }, nested.clone()],
        vec![doc! { "$match": { "g": { "$in": [0, 1] } } }, plain.clone()],
        vec![plain, doc! { "$unset": ["k.list"] }],
        vec![doc! { "$unset": "list" }, nested],
        vec![doc! { "$facet": { "few": [{ "$limit": 1 }], "n": [{ "$count": "n" }] } }],
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lookups_by_equality_and_pipeline() {
    let (rows, others) = (values::rows(), others());
    let mut comparison = Comparison::new(&[(ITEMS, &rows), ("others", &others)]).await;
    for inner in inner_pipelines() {
        for (local, foreign) in
            [("v", "k"), ("l.v", "k"), ("g", "_id"), ("g", "list.k"), ("nowhere", "k"), ("v.0", "k")]
        {
            comparison.meets_all("$lookup");
            for to in ["joined", "n.joined", "v"] {
                let lookup = doc! { "$lookup": {
                    "from": "others", "localField": local, "foreignField": foreign, "pipeline": inner.clone(), "as": to,
                } };
                ask(&mut comparison, vec![sorted(), lookup]).await;
            }
        }
    }
    comparison.finish(280, &["$lookup"], &CLASSES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lookups_by_pipeline() {
    let (rows, others) = (values::rows(), others());
    let mut comparison = Comparison::new(&[(ITEMS, &rows[..6]), ("others", &others)]).await;
    for inner in inner_pipelines() {
        for (from, to) in
            [("others", "joined"), ("others", "n.joined"), ("others", "v"), ("no such", "joined")]
        {
            let lookup = doc! { "$lookup": { "from": from, "pipeline": inner.clone(), "as": to } };
            ask(&mut comparison, vec![sorted(), lookup.clone()]).await;
            ask(&mut comparison, vec![sorted(), lookup, doc! { "$unwind": format!("${to}") }]).await;
        }
    }
    for wrong in [
        doc! { "from": "others", "pipeline": {}, "as": "j" },
        doc! { "from": "others", "pipeline": [1], "as": "j" },
        doc! { "from": "others", "pipeline": [] },
        doc! { "from": "others", "pipeline": [], "localField": "v", "as": "j" },
        doc! { "from": "others", "pipeline": [], "foreignField": "v", "as": "j" },
        doc! { "from": "others", "pipeline": [{ "$limit": 0 }], "as": "j" },
    ] {
        ask(&mut comparison, vec![doc! { "$lookup": wrong }]).await;
    }
    comparison.finish(120, &[], &[]);
}
