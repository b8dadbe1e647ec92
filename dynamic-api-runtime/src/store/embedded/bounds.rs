//! What a filter says of the keys of an index, as ranges of its entries, and what that is worth. Reads no documents.

use super::{
    catalogue::Index,
    constraint::{self, Paths},
    entries::key_bit,
    range::KeyRange,
};
use crate::query::Filter;

/// The most ranges an index is asked for; a longer list is checked row by row.
const MAX_RANGES: usize = 2_000;
/// The worth of a key that is bound to a range: more than the right order.
const RANGE: u32 = 5;
/// The worth of a key that is bound to nothing but types, which most rows may have: less than the right order.
const TYPES: u32 = 1;

/// What a filter says of the leading keys of an index.
pub(super) struct Bounds<'i> {
    pub(super) ranges: Vec<KeyRange>,
    /// How many leading keys are bound to single values.
    pub(super) points: usize,
    /// The encoded value of each of those up to the first that has several: behind them the order of the keys is the index's.
    pub(super) fixed: Vec<Vec<u8>>,
    /// What it is worth that the key behind them is bound to a range.
    pub(super) range_worth: u32,
    /// The paths that are bound.
    pub(super) bound: Vec<&'i str>,
}

/// The bounds that a filter gives an index.
pub(super) fn bounds<'i>(index: &'i Index, filter: &Filter, multikey: u64) -> Bounds<'i> {
    let mut bounds = Bounds {
        ranges: vec![KeyRange::all()],
        points: 0,
        fixed: Vec::new(),
        range_worth: 0,
        bound: Vec::new(),
    };
    let mut through_array = false;
    for (position, (path, direction)) in index.spec.keys.iter().enumerate() {
        let paths = if multikey & key_bit(position) == 0 { Paths::Single } else { Paths::Arrays };
        // An entry is of one element; the conditions on two paths through the array may be satisfied by two elements.
        if paths == Paths::Arrays && std::mem::replace(&mut through_array, true) {
            break;
        }
        let Some(intervals) = constraint::intervals(filter, path, *direction, paths) else { break };
        if bounds.ranges.len().saturating_mul(intervals.ranges.len()) > MAX_RANGES {
            break;
        }
        let behind = |range: &KeyRange| {
            intervals.ranges.iter().map(|inner| inner.behind(&range.start)).collect::<Vec<_>>()
        };
        bounds.ranges = bounds.ranges.iter().flat_map(behind).collect();
        bounds.bound.push(path);
        if !intervals.single_values {
            bounds.range_worth = if intervals.whole_types { TYPES } else { RANGE };
            break;
        }
        bounds.points += 1;
        if let ([value], true) = (&intervals.ranges[..], bounds.fixed.len() + 1 == bounds.points) {
            bounds.fixed.push(value.start.clone());
        }
    }
    bounds
}
