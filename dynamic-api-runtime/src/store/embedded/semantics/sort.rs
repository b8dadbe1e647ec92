//! Documents in the order of a sort. It knows no storage and no index.

use std::cmp::Ordering;

use bson::{RawBsonRef, RawDocument, RawDocumentBuf};

use super::{
    key::{encode_key, encode_key_descending},
    order::compare,
    pace::Pace,
    path, raw,
};
use crate::{
    query::{Direction, Position, Sort},
    store::{StoreError, StoreResult},
};

/// Sorts documents, equal ones in the order in which they came, and keeps the first `limit`. With a limit, only those are
/// sorted.
///
/// # Errors
/// Where two sort keys of one document run through different arrays, and that of `pace`.
pub(crate) fn sort_documents(
    docs: &mut Vec<RawDocumentBuf>,
    sort: &Sort,
    limit: Option<usize>,
    pace: &Pace<'_>,
) -> StoreResult<()> {
    let limit = limit.unwrap_or(usize::MAX);
    if !sort.0.is_empty() {
        let order = positions(docs, sort, limit, pace)?;
        *docs = order.into_iter().map(|i| std::mem::take(&mut docs[i])).collect();
    }
    docs.truncate(limit);
    Ok(())
}

/// The positions of the first `limit` documents, in order.
fn positions(docs: &[RawDocumentBuf], sort: &Sort, limit: usize, pace: &Pace<'_>) -> StoreResult<Vec<usize>> {
    let width = sort.0.len();
    let mut keys = Vec::with_capacity(docs.len() * width);
    for doc in docs {
        pace.step()?;
        append_key(&mut keys, doc, sort)?;
    }
    pace.ask()?;
    let key = |i: usize| &keys[i * width..(i + 1) * width];
    // The position as the last key makes an unstable sort stable.
    let order = |a: &usize, b: &usize| compare_keys(key(*a), key(*b), sort).then(a.cmp(b));
    let mut positions: Vec<usize> = (0..docs.len()).collect();
    if limit < positions.len() {
        positions.select_nth_unstable_by(limit, order);
        positions.truncate(limit);
    }
    positions.sort_unstable_by(order);
    Ok(positions)
}

/// Appends a document's sort key as bytes that order as the documents do.
///
/// # Errors
/// Where two keys of the sort run through different arrays.
pub(crate) fn encode_sort_key(out: &mut Vec<u8>, doc: &RawDocument, sort: &Sort) -> StoreResult<()> {
    let mut keys = Vec::with_capacity(sort.0.len());
    append_key(&mut keys, doc, sort)?;
    for (key, (_, direction)) in keys.into_iter().zip(&sort.0) {
        encode(out, key, *direction)?;
    }
    Ok(())
}

/// What a sort puts behind a position.
#[derive(Debug)]
pub(crate) struct Behind<'s> {
    sort: &'s Sort,
    position: Vec<u8>,
}

impl<'s> Behind<'s> {
    /// Behind this position in the order of `sort`.
    ///
    /// # Errors
    /// Where the position has not one value for each key of the sort, or one that no document can have.
    pub(crate) fn new(sort: &'s Sort, position: &Position) -> StoreResult<Self> {
        if position.0.len() != sort.0.len() {
            return Err(StoreError::Invalid(format!(
                "a position of {} values in an order of {} keys",
                position.0.len(),
                sort.0.len()
            )));
        }
        let mut bytes = Vec::new();
        for (value, (_, direction)) in position.0.iter().zip(&sort.0) {
            encode(&mut bytes, raw::from_bson(value)?.as_raw_bson_ref(), *direction)?;
        }
        Ok(Self { sort, position: bytes })
    }

    /// Whether the document is there. One with an array at a path of the sort is nowhere.
    pub(crate) fn holds(&self, doc: &RawDocument) -> StoreResult<bool> {
        let mut bytes = Vec::with_capacity(self.position.len());
        for (path, direction) in &self.sort.0 {
            let Ok(value) = path::scalar(doc, path) else { return Ok(false) };
            encode(&mut bytes, value.unwrap_or(RawBsonRef::Null), *direction)?;
        }
        Ok(bytes > self.position)
    }
}

fn encode(out: &mut Vec<u8>, value: RawBsonRef<'_>, direction: Direction) -> StoreResult<()> {
    match direction {
        Direction::Ascending => encode_key(out, value),
        Direction::Descending => encode_key_descending(out, value),
    }
}

fn compare_keys(a: &[RawBsonRef<'_>], b: &[RawBsonRef<'_>], sort: &Sort) -> Ordering {
    let parts = a.iter().zip(b).zip(&sort.0);
    parts
        .map(|((a, b), (_, direction))| match direction {
            Direction::Ascending => compare(*a, *b),
            Direction::Descending => compare(*b, *a),
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Appends a document's sort key: of an array, the element that comes first in this sort.
fn append_key<'a>(keys: &mut Vec<RawBsonRef<'a>>, doc: &'a RawDocument, sort: &Sort) -> StoreResult<()> {
    // A sort by `_id` alone takes an array as one value. A document's can't be one, a group's can.
    if let [(path, _)] = &sort.0[..]
        && path == "_id"
    {
        keys.push(raw::member(doc, path).unwrap_or(RawBsonRef::Null));
        return Ok(());
    }
    let start = keys.len();
    for (path, _) in &sort.0 {
        let Ok(value) = path::scalar(doc, path) else {
            keys.truncate(start);
            keys.extend(first_key(doc, sort)?);
            return Ok(());
        };
        keys.push(value.unwrap_or(RawBsonRef::Null));
    }
    Ok(())
}

fn first_key<'a>(doc: &'a RawDocument, sort: &Sort) -> StoreResult<Vec<RawBsonRef<'a>>> {
    let paths: Vec<&str> = sort.0.iter().map(|(path, _)| path.as_str()).collect();
    let keys = path::index_keys(doc, &paths)?;
    Ok(keys.into_iter().min_by(|a, b| compare_keys(a, b, sort)).unwrap_or_default())
}
