//! All that the embedded store refuses and MongoDB does. A refusal that is not in this list is a difference.

use bson::{Document, doc};
use dynamic_api_runtime::store::StoreError;

use crate::{ITEMS, documents, insert};

/// The starts of the refusals' texts.
const KNOWN: &[&str] = &["the operator $elemMatch", "the operator $mod"];

pub(super) fn is_known(what: &str) -> bool {
    KNOWN.iter().any(|known| what.starts_with(known))
}

/// Stages and operators outside the embedded store's list: each must be refused by name, and never be answered wrongly.
fn refused() -> Vec<(&'static str, Document)> {
    vec![
        ("$bucket", doc! { "$bucket": { "groupBy": "$n", "boundaries": [0, 1] } }),
        ("$bucketAuto", doc! { "$bucketAuto": { "groupBy": "$n", "buckets": 2 } }),
        ("$densify", doc! { "$densify": { "field": "n", "range": { "step": 1, "bounds": "full" } } }),
        ("$fill", doc! { "$fill": { "output": { "n": { "value": 0 } } } }),
        ("$geoNear", doc! { "$geoNear": { "near": [0, 0], "distanceField": "d" } }),
        (
            "$graphLookup",
            doc! { "$graphLookup": { "from": "items", "startWith": "$n", "connectFromField": "n", "connectToField": "n", "as": "a" } },
        ),
        ("$indexStats", doc! { "$indexStats": {} }),
        ("$merge", doc! { "$merge": "other" }),
        ("$out", doc! { "$out": "other" }),
        ("$redact", doc! { "$redact": "$$KEEP" }),
        ("$sample", doc! { "$sample": { "size": 1 } }),
        ("$setWindowFields", doc! { "$setWindowFields": { "output": {} } }),
        ("$sortByCount", doc! { "$sortByCount": "$n" }),
        ("$unionWith", doc! { "$unionWith": "items" }),
        ("$concat", doc! { "$project": { "a": { "$concat": ["a", "b"] } } }),
        ("$stdDevPop", doc! { "$group": { "_id": null, "a": { "$stdDevPop": "$n" } } }),
        ("$where", doc! { "$match": { "$where": "true" } }),
        ("$geoWithin", doc! { "$match": { "n": { "$geoWithin": { "$center": [[0, 0], 1] } } } }),
        ("$elemMatch", doc! { "$match": { "n": { "$elemMatch": { "$gt": 0 } } } }),
        ("$mod", doc! { "$match": { "n": { "$mod": [2, 1] } } }),
        ("pipeline", doc! { "$lookup": { "from": "items", "pipeline": [], "as": "a" } }),
    ]
}

#[tokio::test]
async fn what_the_embedded_store_lacks_is_refused_by_name() {
    let store = test_support::embedded_store();
    insert(&**store, [doc! { "_id": 1, "n": 1 }]).await.unwrap();
    for (name, stage) in refused() {
        let outcome = store.aggregate(ITEMS, std::slice::from_ref(&stage)).await;
        let Err(StoreError::Unsupported { what, .. }) = outcome else { panic!("{stage}: {outcome:?}") };
        assert!(what.contains(name), "{stage}: {what}");
    }
}

/// MongoDB keeps the place of a member that a stage takes away, and gives it back to one of the same name that a later stage adds;
/// here the new one stands at the end. The values are the same.
#[tokio::test]
async fn a_member_that_was_taken_away_comes_back_at_the_end() {
    let pipeline = [doc! { "$unset": "a" }, doc! { "$addFields": { "a": 2 } }];
    let [embedded, mongo] = test_support::both_stores().await;
    for (store, expected) in
        [(embedded, doc! { "_id": 1, "b": 1, "a": 2 }), (mongo, doc! { "_id": 1, "a": 2, "b": 1 })]
    {
        insert(&**store, [doc! { "_id": 1, "a": 1, "b": 1 }]).await.unwrap();
        assert_eq!(documents(store.aggregate(ITEMS, &pipeline).await.unwrap()), [expected]);
    }
}
