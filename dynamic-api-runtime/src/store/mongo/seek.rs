//! What lies behind a place in the order of a sort, as a filter that the server answers by going straight there in an index. Where
//! it is known which index that is, `walk.rs` does it for less.
//!
//! `$gt` and `$lt` hold within one type only, and a sort runs through all of them; compared in `$expr`, a value has the order of a
//! sort, whatever its type, and a single range of an index. Missing members alone are another matter: a sort takes them for null,
//! `$expr` puts them below it.

use bson::{Bson, Document, doc, spec::ElementType};

use super::compile;
use crate::{
    query::{Direction, Filter, Position, Sort},
    store::{StoreError, StoreResult},
};

/// What `$type` calls the types that sort below null.
const MIN_KEY: i32 = -1;
const UNDEFINED: i32 = ElementType::Undefined as i32;
const ARRAY: i32 = ElementType::Array as i32;

/// The documents of `filter` that stand behind `position` in the order of `sort`, and hold no array in its paths.
///
/// One branch for each key: equal in all keys before it, and behind in this one. Each branch holds all of the filter, so that
/// the `$or` is the outermost operator: only such a one does the server plan branch by branch, and merges the branches in their
/// order without reading more than is asked for.
///
/// # Errors
/// [`StoreError::Invalid`] where the position is not of this sort.
pub(super) fn behind(filter: &Filter, sort: &Sort, position: &Position) -> StoreResult<Document> {
    let keys = keys(sort, position)?;
    let common = if *filter == Filter::All { None } else { Some(compile::filter(filter)?) };
    let arrays =
        Some(arrays(&keys)).filter(|arrays| !arrays.is_empty()).map(|arrays| doc! { "$nor": arrays });
    let branches: Vec<Document> = (0..keys.len()).map(|last| branch(&keys[..=last])).collect();
    let within = |parts: Vec<Document>| {
        let all = common.iter().cloned().chain(parts).chain(arrays.clone());
        one_or("$and", all.collect())
    };
    if holds_text(filter) {
        // A search can't stand within an `$or`, and has an order of its own anyway.
        return Ok(within(vec![one_or("$or", branches)]));
    }
    Ok(one_or("$or", branches.into_iter().map(|branch| within(vec![branch])).collect()))
}

/// A key of the sort, and its value in the position.
pub(super) struct Key<'a> {
    pub(super) path: &'a str,
    pub(super) way: Direction,
    pub(super) value: &'a Bson,
}

/// The keys; one that stands twice can't change the order the second time.
pub(super) fn keys<'a>(sort: &'a Sort, position: &'a Position) -> StoreResult<Vec<Key<'a>>> {
    let (wanted, found) = (sort.0.len(), position.0.len());
    if wanted != found {
        return Err(StoreError::Invalid(format!("a position of {found} values in a sort of {wanted} keys")));
    }
    let mut keys: Vec<Key<'a>> = Vec::with_capacity(wanted);
    for ((path, way), value) in sort.0.iter().zip(&position.0) {
        compile::check_path(path)?;
        if keys.iter().all(|key| key.path != path) {
            keys.push(Key { path, way: *way, value });
        }
    }
    Ok(keys)
}

/// Equal to the position in all keys but the last, and behind it in that one.
fn branch(keys: &[Key<'_>]) -> Document {
    let Some((last, before)) = keys.split_last() else { return compile::nothing() };
    one_or("$and", before.iter().map(same).chain([beyond(last)]).collect())
}

/// Equal to the position in all keys.
pub(super) fn at(keys: &[Key<'_>]) -> Document {
    one_or("$and", keys.iter().map(same).collect())
}

fn same(key: &Key<'_>) -> Document {
    match key.value {
        // `$eq` to null, which stands for a missing member too, takes in what is undefined.
        Bson::Null => doc! { key.path: { "$eq": Bson::Null, "$not": { "$type": UNDEFINED } } },
        Bson::Undefined => doc! { key.path: { "$type": UNDEFINED } },
        value => doc! { key.path: { "$eq": value.clone() } },
    }
}

fn beyond(key: &Key<'_>) -> Document {
    use Direction::{Ascending, Descending};
    match (key.value, key.way) {
        (Bson::MinKey, Descending) => compile::nothing(),
        (Bson::Undefined, Descending) => doc! { key.path: { "$type": MIN_KEY } },
        (Bson::Undefined, Ascending) => doc! { key.path: { "$not": { "$type": [MIN_KEY, UNDEFINED] } } },
        (Bson::Null, Descending) => doc! { key.path: { "$type": [MIN_KEY, UNDEFINED] } },
        (_, Ascending) => compared("$gt", key),
        (_, Descending) => compared("$lt", key),
    }
}

fn compared(operator: &str, key: &Key<'_>) -> Document {
    doc! { "$expr": { operator: [format!("${}", key.path), { "$literal": key.value.clone() }] } }
}

/// What must not be: each path of the sort that holds an array or leads through one. An `_id` never does.
pub(super) fn arrays(keys: &[Key<'_>]) -> Vec<Document> {
    let mut paths: Vec<&str> = Vec::new();
    for key in keys.iter().filter(|key| key.path != "_id") {
        let ends = key.path.match_indices('.').map(|(end, _)| end).chain([key.path.len()]);
        for path in ends.map(|end| &key.path[..end]) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths.into_iter().map(|path| doc! { path: { "$type": ARRAY } }).collect()
}

fn one_or(operator: &str, mut parts: Vec<Document>) -> Document {
    match parts.len() {
        0 => compile::nothing(),
        1 => parts.remove(0),
        _ => doc! { operator: parts },
    }
}

fn holds_text(filter: &Filter) -> bool {
    match filter {
        Filter::Text(_) => true,
        Filter::And(parts) => parts.iter().any(holds_text),
        _ => false,
    }
}
