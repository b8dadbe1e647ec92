//! Making a collection ready: the declared indexes, and what in the existing data stands against them, in words for the developer.

use std::time::Duration;

use bson::{Bson, Document, RawDocumentBuf, doc, spec::ElementType};
use mongodb::error::Error as Failure;

use super::{
    client::MongoStore,
    compile,
    error::{DUPLICATE_KEY, code, duplicate_fields, from_driver, message},
};
use crate::{
    query::{Filter, Find, Op, Projection},
    store::{CollectionSpec, Collections, IndexSpec, StoreError, StoreResult, type_name::type_name},
};

/// The server's codes for an index that exists in another shape: IndexOptionsConflict, IndexKeySpecsConflict.
const OTHER_SHAPE: [i32; 2] = [85, 86];
/// How many duplicated values a refusal names.
const NAMED_DUPLICATES: i32 = 3;
/// How long the look-up of those values may take; without it the refusal is still readable.
const LOOK_UP_LIMIT: Duration = Duration::from_secs(5);

/// Creates the indexes of `spec` that are missing, in one command. Building them takes as long as it takes.
pub(super) async fn create_missing(store: &MongoStore, spec: &CollectionSpec) -> StoreResult<()> {
    let mut missing: Vec<&IndexSpec> = spec.indexes.iter().collect();
    let Err(error) = create(store, &spec.name, &missing).await else { return Ok(()) };
    if !is_other_shape(&error) {
        return Err(refusal(store, spec, &missing, error).await);
    }
    // One that does the same under another name will do.
    let existing = existing(store, &spec.name).await?;
    missing.retain(|wanted| !existing.iter().any(|index| serves(index, wanted)));
    match create(store, &spec.name, &missing).await {
        Ok(()) => Ok(()),
        Err(error) => Err(refusal(store, spec, &missing, error).await),
    }
}

async fn create(store: &MongoStore, collection: &str, indexes: &[&IndexSpec]) -> Result<(), Failure> {
    if indexes.is_empty() {
        return Ok(());
    }
    let indexes: Vec<Document> = indexes.iter().map(|spec| compile::index(spec)).collect();
    store.database().run_command(doc! { "createIndexes": collection, "indexes": indexes }).await.map(drop)
}

fn is_other_shape(error: &Failure) -> bool {
    code(error).is_some_and(|code| OTHER_SHAPE.contains(&code))
}

async fn existing(store: &MongoStore, collection: &str) -> StoreResult<Vec<Document>> {
    let failed = |error| from_driver(collection, error);
    let answer = store.database().run_command(doc! { "listIndexes": collection }).await.map_err(failed)?;
    let batch = answer.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
    let batch = batch.map_err(StoreError::other)?;
    Ok(batch.iter().filter_map(Bson::as_document).cloned().collect())
}

/// Whether an index that exists enforces and serves what is wanted: its keys, uniqueness and documents.
fn serves(existing: &Document, wanted: &IndexSpec) -> bool {
    let wanted = compile::index(wanted);
    let is_unique = |index: &Document| index.get_bool("unique").unwrap_or(false);
    let only = |index: &Document| index.get_document("partialFilterExpression").ok().cloned();
    let special = ["sparse", "collation", "expireAfterSeconds", "hidden"];
    same_keys(existing, &wanted)
        && is_unique(existing) == is_unique(&wanted)
        && only(existing) == only(&wanted)
        && !special.iter().any(|option| existing.contains_key(option))
}

/// Compares the key patterns, in order; the server may hold a direction as a double.
fn same_keys(left: &Document, right: &Document) -> bool {
    let keys = |index: &Document| -> Vec<(String, Option<i64>)> {
        let Ok(keys) = index.get_document("key") else { return Vec::new() };
        keys.iter().map(|(path, way)| (path.clone(), direction(way))).collect()
    };
    keys(left) == keys(right)
}

fn direction(way: &Bson) -> Option<i64> {
    match way {
        Bson::Int32(way) => Some(i64::from(*way)),
        Bson::Int64(way) => Some(*way),
        Bson::Double(way) if *way > 0.0 => Some(1),
        Bson::Double(_) => Some(-1),
        _ => None,
    }
}

/// What to tell the developer who starts the program.
async fn refusal(
    store: &MongoStore,
    spec: &CollectionSpec,
    wanted: &[&IndexSpec],
    error: Failure,
) -> StoreError {
    match code(&error) {
        Some(DUPLICATE_KEY) => duplicates(store, spec, wanted, &error).await,
        Some(code) if OTHER_SHAPE.contains(&code) => other_shape(store, spec, wanted, &error).await,
        _ => match from_driver(&spec.name, error) {
            StoreError::Invalid(reason) => StoreError::Index(format!(
                "the indexes of collection `{}` can't be created: {reason}",
                spec.name
            )),
            other => other,
        },
    }
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
    StoreError::Index(format!(
        "the unique index `{}` can't be created on collection `{}`: more than one document has {}. \
         Change or remove all but one of them, or declare the index without `unique`.",
        index.name(),
        spec.name,
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
        doc! { "$match": compile::partial_filter(index) },
        doc! { "$group": { "_id": key, "count": { "$sum": 1 } } },
        doc! { "$match": { "count": { "$gt": 1 } } },
        doc! { "$sort": { "count": -1, "_id": 1 } },
        doc! { "$limit": NAMED_DUPLICATES },
    ];
    let look_up = store.clone().with_answer_limit(LOOK_UP_LIMIT);
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

async fn other_shape(
    store: &MongoStore,
    spec: &CollectionSpec,
    wanted: &[&IndexSpec],
    error: &Failure,
) -> StoreError {
    let existing = existing(store, &spec.name).await.unwrap_or_default();
    let clash = wanted.iter().find_map(|wanted| {
        let declared = compile::index(wanted);
        let is_rival =
            |index: &&Document| index.get("name") == declared.get("name") || same_keys(index, &declared);
        let rival = existing.iter().filter(is_rival).find(|index| !serves(index, wanted))?;
        Some((declared, rival))
    });
    let Some((declared, rival)) = clash else {
        return StoreError::Index(format!(
            "collection `{}` has an index of another shape: {}",
            spec.name,
            message(error)
        ));
    };
    let name = rival.get_str("name").unwrap_or_default();
    StoreError::Index(format!(
        "the index `{}` can't be created on collection `{}`: the index `{name}` exists as {}, declared is {}. \
         Drop the existing one (`db.getCollection(\"{}\").dropIndex(\"{name}\")`), or declare it as it is.",
        declared.get_str("name").unwrap_or_default(),
        spec.name,
        shape(rival),
        shape(&declared),
        spec.name,
    ))
}

/// An index as the developer would write it, without the members that say nothing.
fn shape(index: &Document) -> Document {
    index
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "v" | "ns" | "name"))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

/// The type of the first `_id` that is no ObjectId, found through the index on `_id`.
pub(super) async fn foreign_id_type(store: &MongoStore, collection: &str) -> StoreResult<Option<String>> {
    let foreign = Filter::Not(Box::new(Filter::field("_id", Op::Type(vec![ElementType::ObjectId]))));
    let first = Find::new(foreign).limit(1).project(Projection::Only(Vec::new()));
    let Some(row) = store.find(collection, &first).await?.pop() else { return Ok(None) };
    let id = row.get("_id").map_err(StoreError::other)?;
    Ok(id.map(|id| type_name(id.element_type()).to_owned()))
}
