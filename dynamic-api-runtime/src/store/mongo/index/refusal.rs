//! Why indexes can't be created, in words for the developer who starts the program: which values, and what to do.

use std::time::Duration;

use bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::error::Error as Failure;

use super::{
    super::{
        client::MongoStore,
        error::{DUPLICATE_KEY, code, duplicate_fields, from_driver, message},
    },
    existing::Existing,
    shape::{self, declared},
};
use crate::store::{CollectionSpec, Collections, IndexKind, IndexSpec, StoreError};

/// How many duplicated values a refusal names.
const NAMED_DUPLICATES: i32 = 3;
/// How long the look-up of those values may take; without it the refusal is still readable.
const LOOK_UP_LIMIT: Duration = Duration::from_secs(5);

/// What the server said against indexes that nothing else is in the place of.
pub(super) async fn of_create(
    store: &MongoStore,
    spec: &CollectionSpec,
    wanted: &[&IndexSpec],
    error: Failure,
) -> StoreError {
    if code(&error) == Some(DUPLICATE_KEY) {
        return duplicates(store, spec, wanted, &error).await;
    }
    match from_driver(&spec.name, error) {
        StoreError::Invalid(reason) => {
            StoreError::Index(format!("the indexes of collection `{}` can't be created: {reason}", spec.name))
        }
        other => other,
    }
}

/// Indexes of another shape are in the place of declared ones.
pub(super) fn of_drift(collection: &str, drifted: &[(&Existing, &IndexSpec)]) -> StoreError {
    let one = |(existing, wanted): &(&Existing, &IndexSpec)| {
        let name = existing.name();
        format!(
            "the index `{}` can't be created on collection `{collection}`: the index `{name}` exists as {}, declared is {}. \
             Drop the existing one (`db.getCollection(\"{collection}\").dropIndex(\"{name}\")`), leave that to \
             `sync_indexes(SyncIndexes::Exact)`, or declare it as it is.",
            wanted.name(),
            existing.shape(),
            Existing(declared(wanted)).shape(),
        )
    };
    StoreError::Index(drifted.iter().map(one).collect::<Vec<_>>().join("\n"))
}

/// As [`of_drift`], where only the server knows of which index.
pub(super) fn of_other_shape(collection: &str, error: &Failure) -> StoreError {
    StoreError::Index(format!("collection `{collection}` has an index of another shape: {}", message(error)))
}

/// Whether documents stand against a unique index, as far as can be seen in a few seconds.
pub(super) async fn of_duplicates(
    store: &MongoStore,
    collection: &str,
    index: &IndexSpec,
) -> Option<StoreError> {
    let named = named_duplicates(store, collection, index).await;
    if named.is_empty() { None } else { Some(not_unique(collection, index, &named)) }
}

async fn duplicates(
    store: &MongoStore,
    spec: &CollectionSpec,
    wanted: &[&IndexSpec],
    error: &Failure,
) -> StoreError {
    let key = duplicate_fields(error);
    let paths =
        |index: &&&IndexSpec| index.keys.iter().map(|(path, _)| path).eq(key.iter().map(|(path, _)| path));
    let Some(index) = wanted.iter().filter(|index| index.is_unique()).find(paths) else {
        return StoreError::Index(format!("collection `{}` holds duplicates: {}", spec.name, message(error)));
    };
    let named = match named_duplicates(store, &spec.name, index).await {
        named if named.is_empty() => vec![pairs(&key)],
        named => named,
    };
    not_unique(&spec.name, index, &named)
}

fn not_unique(collection: &str, index: &IndexSpec, named: &[String]) -> StoreError {
    StoreError::Index(format!(
        "the unique index `{}` can't be created on collection `{collection}`: more than one document has {}. \
         Change or remove all but one of them, or declare the index without `unique`.",
        index.name(),
        named.join(", or "),
    ))
}

/// Some values that stand more than once, each with how often.
async fn named_duplicates(store: &MongoStore, collection: &str, index: &IndexSpec) -> Vec<String> {
    // A group key takes no dotted names, so the members are numbered.
    let key: Document = index
        .keys
        .iter()
        .enumerate()
        .map(|(at, (path, _))| (format!("k{at}"), format!("${path}").into()))
        .collect();
    let pipeline = [
        doc! { "$match": shape::partial_filter(index) },
        doc! { "$group": { "_id": key, "count": { "$sum": 1 } } },
        doc! { "$match": { "count": { "$gt": 1 } } },
        doc! { "$sort": { "count": -1, "_id": 1 } },
        doc! { "$limit": NAMED_DUPLICATES },
    ];
    let look_up = store.clone().with_answer_limit(LOOK_UP_LIMIT);
    if index.kind == IndexKind::UniqueIgnoringCase {
        // By our reads they would be grouped letter for letter.
        return vec![];
    }
    let found = look_up.aggregate(collection, &pipeline).await.unwrap_or_default();
    found.iter().filter_map(|row| named_duplicate(row, index)).collect()
}

fn named_duplicate(row: &RawDocumentBuf, index: &IndexSpec) -> Option<String> {
    let row = Document::try_from(row).ok()?;
    let key = row.get_document("_id").ok()?;
    let value = |at: usize| key.get(format!("k{at}")).cloned().unwrap_or(Bson::Null);
    let values: Vec<_> =
        index.keys.iter().enumerate().map(|(at, (path, _))| (path.clone(), value(at))).collect();
    let count = row.get_i32("count").ok()?;
    Some(format!("{} ({count} documents)", pairs(&values)))
}

fn pairs(values: &[(String, Bson)]) -> String {
    let pairs: Vec<_> = values.iter().map(|(path, value)| format!("{path} = {value}")).collect();
    pairs.join(" and ")
}
