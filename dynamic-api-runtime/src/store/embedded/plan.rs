//! How a filter and a sort are served: by `_id`, by an index, or by a walk over all. Decides from the catalogue alone and reads
//! no documents.

use std::sync::Arc;

use bson::{Bson, RawBson, RawBsonRef};

use super::{
    catalogue::{Collection, Index},
    constraint::{self, Intervals, Paths},
    entries::key_bit,
    range::KeyRange,
    view::View,
};
use crate::query::{Direction, Filter, Sort};

/// The most ranges an index is asked for; a longer list is checked row by row.
const MAX_RANGES: usize = 2_000;

/// Where the candidates come from.
#[derive(Debug)]
pub(super) enum Access {
    /// The documents with these encoded `_id`s, in this order.
    Ids(Vec<Vec<u8>>),
    /// A walk along an index.
    Index {
        index: Arc<Index>,
        ranges: Vec<KeyRange>,
        direction: Direction,
        /// A document may have several entries in the ranges.
        repeats: bool,
    },
    /// A walk over the collection.
    Table { range: KeyRange, direction: Direction },
}

/// How a read is carried out.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) access: Access,
    /// Whether every candidate satisfies the filter, which need not be checked then.
    pub(super) exact: bool,
    /// Whether the candidates come in the order that was asked for.
    pub(super) ordered: bool,
}

/// The plan for `filter` and `sort`; `limited` where only the first rows are wanted.
pub(super) fn plan(
    view: &impl View,
    collection: &Collection,
    filter: &Filter,
    sort: &Sort,
    limited: bool,
) -> Plan {
    let ids = constraint::intervals(filter, "_id", Direction::Ascending, Paths::Single);
    let direction = id_direction(sort);
    if let Some(ids) = ids.as_ref().and_then(Intervals::points) {
        return by_ids(ids, filter, direction);
    }
    let best = collection.indexes.iter().filter_map(|index| candidate(view, index, filter, sort, limited));
    let best = best.max_by_key(|candidate| candidate.score);
    let id_range = ids.map(|ids| ids.hull());
    match best {
        Some(best) if id_range.is_none() || best.score >= EQUAL => best.plan,
        _ => Plan {
            access: Access::Table {
                range: id_range.unwrap_or_else(KeyRange::all),
                direction: direction.unwrap_or(Direction::Ascending),
            },
            exact: matches!(filter, Filter::All),
            ordered: direction.is_some(),
        },
    }
}

fn by_ids(mut ids: Vec<Vec<u8>>, filter: &Filter, direction: Option<Direction>) -> Plan {
    if direction == Some(Direction::Descending) {
        ids.reverse();
    }
    let exact = match filter {
        Filter::Field { path, op } => path == "_id" && constraint::is_exact(op),
        _ => false,
    };
    // At most one document has no wrong order.
    let ordered = direction.is_some() || ids.len() <= 1;
    Plan { access: Access::Ids(ids), exact, ordered }
}

/// The direction of `_id` where it is all that a sort is about.
fn id_direction(sort: &Sort) -> Option<Direction> {
    match sort.0.first() {
        None => Some(Direction::Ascending),
        Some((path, direction)) => (path == "_id").then_some(*direction),
    }
}

struct Candidate {
    score: u32,
    plan: Plan,
}

/// The worth of a key that is bound to single values.
const EQUAL: u32 = 10;
/// The worth of a key that is bound to a range.
const RANGE: u32 = 5;
/// The worth of the right order where only the first rows are wanted.
const ORDER: u32 = 4;

/// What an index is worth for a read; `None` where it does not help, or lacks documents that may satisfy the filter.
fn candidate(
    view: &impl View,
    index: &Arc<Index>,
    filter: &Filter,
    sort: &Sort,
    limited: bool,
) -> Option<Candidate> {
    if !constraint::implies_condition(filter, &index.spec) {
        return None;
    }
    let multikey = view.multikey(index);
    let bounds = bounds(index, filter, multikey);
    let walk = order(index, &bounds, sort, multikey);
    let ordered = walk.is_some();
    let score = u32::try_from(bounds.points).unwrap_or(u32::MAX / EQUAL).saturating_mul(EQUAL)
        + if bounds.ranged { RANGE } else { 0 }
        + if ordered && limited && !sort.0.is_empty() { ORDER } else { 0 }
        + u32::from(bounds.points == index.spec.keys.len());
    if score == 0 {
        return None;
    }
    let exact = multikey == 0 && constraint::is_covered(filter, &bounds.bound, &index.spec.only_null);
    let repeats = multikey != 0;
    let direction = walk.unwrap_or(Direction::Ascending);
    let mut ranges = bounds.ranges;
    if direction == Direction::Descending {
        ranges.reverse();
    }
    let access = Access::Index { index: Arc::clone(index), ranges, direction, repeats };
    Some(Candidate { score, plan: Plan { access, exact, ordered } })
}

/// What a filter says of the leading keys of an index.
struct Bounds<'i> {
    ranges: Vec<KeyRange>,
    /// How many leading keys are bound to single values.
    points: usize,
    /// How many of those to one value each, so that the order of the keys behind them is the index's order.
    fixed: usize,
    /// Whether the key behind them is bound to a range.
    ranged: bool,
    /// The paths that are bound.
    bound: Vec<&'i str>,
}

fn bounds<'i>(index: &'i Index, filter: &Filter, multikey: u64) -> Bounds<'i> {
    let mut bounds =
        Bounds { ranges: vec![KeyRange::all()], points: 0, fixed: 0, ranged: false, bound: Vec::new() };
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
            bounds.ranged = true;
            break;
        }
        bounds.points += 1;
        if intervals.ranges.len() == 1 && bounds.fixed + 1 == bounds.points {
            bounds.fixed += 1;
        }
    }
    bounds
}

/// In which direction the index is to be walked for the order of `sort`, ties in the order of `_id` as everywhere; `None`
/// where no direction gives it.
fn order(index: &Index, bounds: &Bounds<'_>, sort: &Sort, multikey: u64) -> Option<Direction> {
    let is_multikey = |position: usize| multikey & key_bit(position) != 0;
    let fixed = &index.spec.keys[..bounds.fixed];
    let mut free = index.spec.keys.iter().enumerate().skip(bounds.fixed);
    let mut walk = None;
    for (path, direction) in &sort.0 {
        if path == "_id" {
            // Entries of equal values are in the ascending order of `_id`, also in a walk backwards (see `scan`).
            let last = free.next().is_none() && *direction == Direction::Ascending;
            return last.then(|| walk.unwrap_or(Direction::Ascending));
        }
        if let Some(position) = fixed.iter().position(|(key, _)| key == path) {
            // All documents have this value; but one with an array sorts by the smallest or largest of its values.
            if is_multikey(position) {
                return None;
            }
            continue;
        }
        let (position, (_, along)) = free.next().filter(|(_, (key, _))| key == path)?;
        let needed = if along == direction { Direction::Ascending } else { Direction::Descending };
        if is_multikey(position) || *walk.get_or_insert(needed) != needed {
            return None;
        }
    }
    free.next().is_none().then(|| walk.unwrap_or(Direction::Ascending))
}

/// A value as the index functions take it.
pub(super) fn with_raw<T>(value: &Bson, use_it: impl FnOnce(RawBsonRef<'_>) -> Option<T>) -> Option<T> {
    match value {
        Bson::ObjectId(id) => use_it(RawBsonRef::ObjectId(*id)),
        Bson::String(text) => use_it(RawBsonRef::String(text)),
        Bson::Int32(number) => use_it(RawBsonRef::Int32(*number)),
        Bson::Int64(number) => use_it(RawBsonRef::Int64(*number)),
        Bson::DateTime(time) => use_it(RawBsonRef::DateTime(*time)),
        Bson::Null => use_it(RawBsonRef::Null),
        value => use_it(RawBson::try_from(value.clone()).ok()?.as_raw_bson_ref()),
    }
}

#[cfg(test)]
mod tests {
    use bson::{Bson, bson, spec::ElementType};

    use super::*;
    use crate::{
        query::Op,
        store::{
            IndexSpec, StoreResult,
            embedded::view::{Bytes, Entries, Rows},
        },
    };

    /// A database that a plan must not read.
    struct Unread;

    impl View for Unread {
        fn document(&self, _: &Collection, _: &[u8]) -> StoreResult<Option<Bytes<'_>>> {
            unreachable!()
        }

        fn documents(&self, _: &Collection, _: &KeyRange, _: Direction) -> StoreResult<Rows<'_>> {
            unreachable!()
        }

        fn entries(&self, _: &Index, _: &KeyRange, _: Direction) -> StoreResult<Entries<'_>> {
            unreachable!()
        }

        fn len(&self, _: &Collection) -> StoreResult<Option<u64>> {
            unreachable!()
        }
    }

    fn index(paths: &[&str]) -> IndexSpec {
        let key = |path: &&str| match path.strip_prefix('-') {
            Some(path) => (path.to_owned(), Direction::Descending),
            None => ((*path).to_owned(), Direction::Ascending),
        };
        let keys = paths.iter().map(key).collect();
        IndexSpec {
            keys,
            kind: crate::store::IndexKind::Plain,
            only_types: Vec::new(),
            only_null: Vec::new(),
        }
    }

    fn sort(paths: &[&str]) -> Sort {
        Sort(index(paths).keys)
    }

    /// How a read is served, in a word: the index's name or `ids` or `table`, the number of ranges, and what more is true of it.
    fn planned(indexes: &[IndexSpec], multikey: u64, filter: &Filter, sort: &Sort, limited: bool) -> String {
        let indexes = (0..).zip(indexes).map(|(id, spec)| Arc::new(Index::new(id, spec.clone(), multikey)));
        let plan = plan(&Unread, &Collection::new("all", indexes.collect()), filter, sort, limited);
        let access = match &plan.access {
            Access::Ids(ids) => format!("ids {}", ids.len()),
            Access::Index { index, ranges, direction: Direction::Ascending, .. } => {
                format!("{} {}", index.name, ranges.len())
            }
            Access::Index { index, ranges, .. } => format!("{} {} backwards", index.name, ranges.len()),
            Access::Table { range, .. } if *range == KeyRange::all() => "table".to_owned(),
            Access::Table { .. } => "table range".to_owned(),
        };
        let also = |is: bool, word: &'static str| if is { word } else { "" };
        access + also(plan.exact, " exact") + also(plan.ordered, " ordered")
    }

    fn served(indexes: &[IndexSpec], filter: &Filter) -> String {
        planned(indexes, 0, filter, &Sort::none(), false)
    }

    #[test]
    fn an_id_is_looked_up_whatever_else_is_asked() {
        let by_id = Filter::eq("_id", 1);
        let indexes = [index(&["a"])];
        assert_eq!(served(&indexes, &by_id), "ids 1 exact ordered");
        assert_eq!(served(&indexes, &by_id.clone().and(Filter::eq("a", 1))), "ids 1 ordered");
        assert_eq!(served(&indexes, &Filter::is_in("_id", [3, 1, 3])), "ids 2 exact ordered");
        assert_eq!(served(&indexes, &by_id.and(Filter::eq("_id", 2))), "ids 0 ordered");
        assert_eq!(served(&indexes, &Filter::Nothing), "ids 0 ordered");
        assert_eq!(served(&indexes, &Filter::field("_id", Op::Gt(bson!(3)))), "table range ordered");
    }

    #[test]
    fn an_index_serves_what_its_leading_keys_are_bound_to() {
        let indexes = [index(&["a", "-b"]), index(&["c"])];
        assert_eq!(served(&indexes, &Filter::eq("a", 1)), "a_1_b_-1 1 exact");
        assert_eq!(served(&indexes, &Filter::eq("a", 1).and(Filter::eq("b", 1))), "a_1_b_-1 1 exact ordered");
        assert_eq!(
            served(&indexes, &Filter::is_in("a", [1, 2]).and(Filter::is_in("b", [1, 2]))),
            "a_1_b_-1 4 exact"
        );
        let range = Filter::field("b", Op::Gt(bson!(1))).and(Filter::field("b", Op::Lt(bson!(9))));
        assert_eq!(served(&indexes, &Filter::eq("a", 1).and(range.clone())), "a_1_b_-1 1 exact");
        assert_eq!(served(&indexes, &range), "table ordered");
        assert_eq!(served(&indexes, &Filter::eq("c", 1).and(Filter::eq("d", 1))), "c_1 1 ordered");
        assert_eq!(served(&indexes, &Filter::field("c", Op::StartsWith("x".to_owned()))), "c_1 1");
        assert_eq!(served(&indexes, &Filter::Or(vec![Filter::eq("c", 1), Filter::eq("c", 2)])), "c_1 2");
        assert_eq!(
            served(&indexes, &Filter::Or(vec![Filter::eq("c", 1), Filter::eq("d", 2)])),
            "table ordered"
        );
        assert_eq!(served(&indexes, &Filter::field("c", Op::Ne(bson!(1)))), "table ordered");
        assert_eq!(served(&indexes, &Filter::eq("c", vec![1, 2])), "table ordered");
    }

    #[test]
    fn with_arrays_two_conditions_do_not_narrow_each_other() {
        let indexes = [index(&["a", "b"])];
        let planned = |filter: &Filter| planned(&indexes, 0b11, filter, &sort(&["a", "b"]), true);
        let range = Filter::field("a", Op::Gt(bson!(5))).and(Filter::field("a", Op::Lt(bson!(5))));
        assert_eq!(planned(&range), "a_1_b_1 1");
        assert_eq!(planned(&Filter::eq("a", 1).and(Filter::eq("b", 1))), "a_1_b_1 1");
        assert_eq!(planned(&Filter::eq("a", Bson::Null)), "table");
    }

    #[test]
    fn a_partial_index_serves_only_what_implies_its_condition() {
        let mut living = index(&["a"]);
        living.only_null = vec!["gone".to_owned()];
        let mut text = index(&["b"]);
        text.only_types = vec![("b".to_owned(), vec![ElementType::String])];
        let indexes = [living, text];
        let is_living = Filter::eq("gone", Bson::Null);
        assert_eq!(served(&indexes, &Filter::eq("a", 1)), "table ordered");
        assert_eq!(served(&indexes, &Filter::eq("a", 1).and(is_living)), "a_1 1 exact ordered");
        assert_eq!(served(&indexes, &Filter::eq("b", "x")), "b_1 1 exact ordered");
        assert_eq!(served(&indexes, &Filter::eq("b", 1)), "table ordered");
        assert_eq!(served(&indexes, &Filter::is_in("b", [bson!("x"), bson!(1)])), "table ordered");
    }

    #[test]
    fn the_first_rows_of_an_order_come_from_an_index_that_has_it() {
        let indexes = [index(&["a", "-b"])];
        let ordered = |filter: &Filter, by: &[&str]| planned(&indexes, 0, filter, &sort(by), true);
        assert_eq!(ordered(&Filter::All, &["a", "-b", "_id"]), "a_1_b_-1 1 exact ordered");
        assert_eq!(ordered(&Filter::All, &["-a", "b", "_id"]), "a_1_b_-1 1 backwards exact ordered");
        assert_eq!(ordered(&Filter::eq("a", 1), &["b", "_id"]), "a_1_b_-1 1 backwards exact ordered");
        assert_eq!(ordered(&Filter::eq("a", 1), &["a", "b"]), "a_1_b_-1 1 backwards exact ordered");
        assert_eq!(ordered(&Filter::All, &["a", "b"]), "table exact");
        assert_eq!(ordered(&Filter::All, &["-a", "b", "-_id"]), "table exact");
        assert_eq!(ordered(&Filter::All, &["-_id"]), "table exact ordered");
        // The next page behind a cursor starts at the cursor.
        let behind = Filter::Or(vec![
            Filter::field("a", Op::Gt(bson!(5))),
            Filter::eq("a", 5).and(Filter::field("b", Op::Lt(bson!(3)))),
        ]);
        assert_eq!(ordered(&behind, &["a", "-b"]), "a_1_b_-1 2 ordered");
        // Without a limit, sorting is cheaper than fetching every row through an index.
        assert_eq!(planned(&indexes, 0, &Filter::All, &sort(&["a", "-b"]), false), "table exact");
    }
}
