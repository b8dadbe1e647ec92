//! All that the embedded store refuses and MongoDB does. A refusal that is not in this list is a difference.

use bson::{Document, doc};
use dynamic_api_runtime::store::StoreError;

use crate::{ITEMS, documents, insert};

/// The starts of the refusals' texts.
const KNOWN: &[&str] = &["setting "];

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
        ("let", doc! { "$lookup": { "from": "items", "let": { "n": "$n" }, "pipeline": [], "as": "a" } }),
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

/// MongoDB keeps the place of a member that a stage removes for one of the same name that a later stage adds. The embedded store
/// does not, and refuses such a pipeline.
#[tokio::test]
async fn setting_a_removed_member_is_refused() {
    let store = test_support::embedded_store();
    insert(&**store, [doc! { "_id": 1, "a": 1, "b": 1 }]).await.unwrap();
    for removal in [doc! { "$unset": "a" }, doc! { "$project": { "a": 0 } }] {
        let outcome = store.aggregate(ITEMS, &[removal.clone(), doc! { "$addFields": { "a": 2 } }]).await;
        let Err(StoreError::Unsupported { what, .. }) = outcome else { panic!("{removal}: {outcome:?}") };
        assert!(what.starts_with("setting a "), "{what}");
    }
}

/// A member that goes because its new value is missing, or with an empty list, can't be seen from the pipeline: one of the same
/// name that a later stage adds stands at the end, and in MongoDB where it was. The values are the same.
#[tokio::test]
async fn a_member_that_went_with_its_value_comes_back_at_the_end() {
    let pipeline = [doc! { "$addFields": { "a": "$nowhere" } }, doc! { "$addFields": { "a": 2 } }];
    let [embedded, mongo] = test_support::both_stores().await;
    for (store, expected) in
        [(embedded, doc! { "_id": 1, "b": 1, "a": 2 }), (mongo, doc! { "_id": 1, "a": 2, "b": 1 })]
    {
        insert(&**store, [doc! { "_id": 1, "a": 1, "b": 1 }]).await.unwrap();
        assert_eq!(documents(store.aggregate(ITEMS, &pipeline).await.unwrap()), [expected]);
    }
}
