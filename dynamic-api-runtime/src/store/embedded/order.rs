//! Which walk along an index, or along the collection, gives the order of a sort, and where it starts for what is behind a
//! position. Reads no documents.

use std::{cmp::Ordering, iter};

use bson::Bson;

use super::{
    catalogue::Index,
    entries::{encoded, key_bit},
    plan::{Question, with_raw},
    range::{KeyRange, successor},
};
use crate::query::{Direction, Sort};

/// A walk along an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) direction: Direction,
    pub(super) ties: Ties,
}

/// In which order a walk shows entries of equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ties {
    /// Along the walk: entries end with the ascending `_id`.
    Along,
    /// By ascending `_id`, although the walk is backwards.
    Ascending,
}

impl Walk {
    /// A walk that shows entries as they come.
    pub(super) fn along(direction: Direction) -> Self {
        Self { direction, ties: Ties::Along }
    }
}

/// The direction of `_id` where it is all that a sort is about.
pub(super) fn id_direction(sort: &Sort) -> Option<Direction> {
    match sort.0.first() {
        None => Some(Direction::Ascending),
        Some((path, direction)) => (path == "_id").then_some(*direction),
    }
}

/// How the index is to be walked for the order of `sort`, what is equal there by `_id` as everywhere; `None` where no walk
/// gives it. The first `fixed` keys have one value in all the entries that are asked for.
pub(super) fn walk(index: &Index, fixed: usize, sort: &Sort, multikey: u64) -> Option<Walk> {
    let is_multikey = |position: usize| multikey & key_bit(position) != 0;
    let (fixed, free) = index.spec.keys.split_at(fixed);
    let mut free = (fixed.len()..).zip(free);
    let mut direction = None;
    let by_id = ("_id".to_owned(), Direction::Ascending);
    for (path, wanted) in sort.0.iter().chain(iter::once(&by_id)) {
        if let Some(position) = fixed.iter().position(|(key, _)| key == path) {
            // All documents have this value; but one with an array sorts by the smallest or largest of its values.
            if is_multikey(position) {
                return None;
            }
        } else if let Some((position, (key, along))) = free.next() {
            let needed = if along == wanted { Direction::Ascending } else { Direction::Descending };
            if key != path || is_multikey(position) || *direction.get_or_insert(needed) != needed {
                return None;
            }
        } else if path == "_id" {
            return behind_all_keys(direction, *wanted);
        } else {
            return None;
        }
        // No two documents have one `_id`: the keys behind it order nothing.
        if path == "_id" {
            break;
        }
    }
    Some(Walk::along(direction.unwrap_or(Direction::Ascending)))
}

/// The walk where `_id` is wanted behind all keys of the index, and these need a direction.
fn behind_all_keys(needed: Option<Direction>, wanted: Direction) -> Option<Walk> {
    match (needed.unwrap_or(wanted), wanted) {
        (along, wanted) if along == wanted => Some(Walk::along(along)),
        (Direction::Descending, _) => Some(Walk { direction: Direction::Descending, ties: Ties::Ascending }),
        (Direction::Ascending, _) => None,
    }
}

/// The keys of the index that may be behind the position, for a walk that gives the order. `fixed` are the encoded values of
/// its first keys.
pub(super) fn index_range(index: &Index, fixed: &[Vec<u8>], walk: Walk, question: Question<'_>) -> KeyRange {
    let Some(position) = question.after else { return KeyRange::all() };
    let mut start = Start { prefix: fixed.concat(), included: false };
    let (keys, free) = index.spec.keys.split_at(fixed.len());
    let mut free = free.iter();
    let mut sorted = question.sort.0.iter().zip(&position.0);
    while let Some(((path, wanted), value)) = sorted.next() {
        if let Some(at) = keys.iter().position(|(key, _)| key == path) {
            let Some(value) = encoded_value(value, *wanted) else { return KeyRange::all() };
            // Both are compared in the index's direction, or both in the other.
            let along = if keys[at].1 == *wanted { fixed[at].clone() } else { inverted(&fixed[at]) };
            match along.cmp(&value) {
                Ordering::Equal => continue,
                // All that is equal in the keys before is on one side of the position.
                other => start.included = other == Ordering::Greater,
            }
            break;
        }
        let along = match free.next() {
            Some((_, along)) => *along,
            None if walk.ties == Ties::Ascending => {
                // Of equal values, some are behind the position and some are not.
                start.included = true;
                break;
            }
            None => Direction::Ascending,
        };
        let Some(value) = encoded_value(value, along) else { return KeyRange::all() };
        start.prefix.extend(value);
        if path == "_id" {
            start.included = sorted.next().is_some();
            break;
        }
    }
    start.range(walk.direction)
}

/// The encoded `_id`s that may be behind the position, where the sort begins with `_id`.
pub(super) fn table_range(question: Question<'_>) -> KeyRange {
    let (Some(position), [(path, direction), rest @ ..]) = (question.after, &question.sort.0[..]) else {
        return KeyRange::all();
    };
    let first = position.0.first().and_then(|value| encoded_value(value, Direction::Ascending));
    match first {
        Some(prefix) if path == "_id" => Start { prefix, included: !rest.is_empty() }.range(*direction),
        _ => KeyRange::all(),
    }
}

/// Where a walk starts: at the keys with this prefix, or behind them.
struct Start {
    prefix: Vec<u8>,
    included: bool,
}

impl Start {
    fn range(self, direction: Direction) -> KeyRange {
        let nothing = KeyRange { start: Vec::new(), end: Some(Vec::new()) };
        match (direction, self.included) {
            (Direction::Ascending, true) => KeyRange { start: self.prefix, end: None },
            (Direction::Ascending, false) => match successor(&self.prefix) {
                Some(start) => KeyRange { start, end: None },
                None => nothing,
            },
            (Direction::Descending, true) => KeyRange { start: Vec::new(), end: successor(&self.prefix) },
            (Direction::Descending, false) => KeyRange { start: Vec::new(), end: Some(self.prefix) },
        }
    }
}

/// A key's component in the other direction.
fn inverted(component: &[u8]) -> Vec<u8> {
    component.iter().map(|byte| !byte).collect()
}

fn encoded_value(value: &Bson, direction: Direction) -> Option<Vec<u8>> {
    with_raw(value, |value| encoded(value, direction).ok())
}
