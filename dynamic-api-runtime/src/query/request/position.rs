//! From a row to its place in an order: the values that the sort compares, read by their paths.

use std::cmp::Ordering;

use bson::{Bson, RawArray, RawBsonRef, RawDocument};

use crate::query::{Direction, Sort};

/// How deep the documents nest that a position takes.
const MAX_DEPTH: usize = 8;

/// The values of a row for each key of a sort; `None` where one of them is nothing that can be told.
pub(super) fn of(row: &RawDocument, sort: &Sort) -> Option<Vec<Bson>> {
    let value = |(path, direction): &(String, Direction)| {
        let mut found = vec![];
        collect(row, path, &mut found)?;
        let place = |a: &Bson, b: &Bson| match direction {
            Direction::Ascending => compare(a, b),
            Direction::Descending => compare(b, a),
        };
        found.into_iter().min_by(place)
    };
    sort.0.iter().map(value).collect()
}

/// Adds the values at a path, of which there are several where an array is on it.
fn collect(document: &RawDocument, path: &str, found: &mut Vec<Bson>) -> Option<()> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    match (document.get(name).ok()?, rest) {
        (Some(RawBsonRef::Array(items)), rest) => return collect_items(items, rest, found),
        (Some(RawBsonRef::Document(inner)), Some(rest)) => return collect(inner, rest, found),
        (Some(value), None) => found.push(plain(value)?),
        (_, Some(_)) | (None, None) => found.push(Bson::Null),
    }
    Some(())
}

fn collect_items(items: &RawArray, rest: Option<&str>, found: &mut Vec<Bson>) -> Option<()> {
    let before = found.len();
    for item in items {
        match (item.ok()?, rest) {
            (value, None) => found.push(plain(value)?),
            (RawBsonRef::Document(inner), Some(rest)) => collect(inner, rest, found)?,
            _ => {}
        }
    }
    if found.len() == before {
        // An empty array stands before null; what has documents of no use is null.
        found.push(if rest.is_none() { Bson::MinKey } else { Bson::Null });
    }
    Some(())
}

/// A value that a position can hold: a single one, or a document of such.
pub(super) fn plain(value: RawBsonRef<'_>) -> Option<Bson> {
    match value {
        RawBsonRef::Array(_) => None,
        value => within(value, MAX_DEPTH),
    }
}

fn within(value: RawBsonRef<'_>, depth: usize) -> Option<Bson> {
    Some(match value {
        RawBsonRef::Double(value) => Bson::Double(value),
        RawBsonRef::String(value) => Bson::String(value.to_owned()),
        RawBsonRef::Boolean(value) => Bson::Boolean(value),
        RawBsonRef::Null => Bson::Null,
        RawBsonRef::Int32(value) => Bson::Int32(value),
        RawBsonRef::Int64(value) => Bson::Int64(value),
        RawBsonRef::Timestamp(value) => Bson::Timestamp(value),
        RawBsonRef::Binary(value) => Bson::Binary(value.to_binary()),
        RawBsonRef::ObjectId(value) => Bson::ObjectId(value),
        RawBsonRef::DateTime(value) => Bson::DateTime(value),
        RawBsonRef::Decimal128(value) => Bson::Decimal128(value),
        RawBsonRef::MaxKey => Bson::MaxKey,
        RawBsonRef::MinKey => Bson::MinKey,
        RawBsonRef::Document(inner) => {
            let depth = depth.checked_sub(1)?;
            let member = |member: bson::error::Result<(&bson::raw::CStr, RawBsonRef<'_>)>| {
                let (name, value) = member.ok()?;
                Some((name.as_str().to_owned(), within(value, depth)?))
            };
            Bson::Document(inner.iter().map(member).collect::<Option<_>>()?)
        }
        RawBsonRef::Array(items) => {
            let depth = depth.checked_sub(1)?;
            let items = items.into_iter().map(|item| within(item.ok()?, depth));
            Bson::Array(items.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// BSON's order, as far as it decides which element of an array another program's row is sorted by.
fn compare(a: &Bson, b: &Bson) -> Ordering {
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        (Bson::String(a), Bson::String(b)) => a.cmp(b),
        (Bson::ObjectId(a), Bson::ObjectId(b)) => a.bytes().cmp(&b.bytes()),
        (Bson::Boolean(a), Bson::Boolean(b)) => a.cmp(b),
        (Bson::DateTime(a), Bson::DateTime(b)) => a.cmp(b),
        (Bson::Int64(a), Bson::Int64(b)) => a.cmp(b),
        (Bson::Binary(a), Bson::Binary(b)) => {
            let key =
                |binary: &bson::Binary| (binary.bytes.len(), u8::from(binary.subtype), binary.bytes.clone());
            key(a).cmp(&key(b))
        }
        (a, b) => number(a).total_cmp(&number(b)),
    })
}

fn number(value: &Bson) -> f64 {
    match value {
        Bson::Int32(value) => f64::from(*value),
        #[allow(clippy::cast_precision_loss, reason = "two wide integers are compared as such")]
        Bson::Int64(value) => *value as f64,
        // NaN is the smallest number.
        Bson::Double(value) if value.is_nan() => f64::NEG_INFINITY,
        Bson::Double(value) => *value,
        Bson::Decimal128(value) => value.to_string().parse().unwrap_or(f64::NEG_INFINITY),
        _ => 0.0,
    }
}

fn rank(value: &Bson) -> u8 {
    match value {
        Bson::MinKey => 0,
        Bson::Null => 1,
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => 2,
        Bson::String(_) => 3,
        Bson::Document(_) => 4,
        Bson::Array(_) => 5,
        Bson::Binary(_) => 6,
        Bson::ObjectId(_) => 7,
        Bson::Boolean(_) => 8,
        Bson::DateTime(_) => 9,
        Bson::Timestamp(_) => 10,
        _ => 11,
    }
}
