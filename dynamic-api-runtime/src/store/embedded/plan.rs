//! How a filter and a sort are served: by `_id`, by an index, or by a walk over all. Decides from the catalogue alone and reads
//! no documents.

use std::sync::Arc;

use bson::{Bson, RawBson, RawBsonRef};

use super::{
    bounds::bounds,
    catalogue::{Collection, Index},
    constraint::{self, Intervals, Paths},
    order::{self, Walk},
    range::KeyRange,
    search,
    view::View,
};
use crate::query::{Direction, Filter, Position, Sort, TextSearch};

/// What a read asks for, as far as a plan depends on it.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) filter: &'q Filter,
    pub(super) sort: &'q Sort,
    /// Behind which place of the order the wanted rows are.
    pub(super) after: Option<&'q Position>,
    /// Whether only the first rows are wanted.
    pub(super) limited: bool,
}

impl<'q> Question<'q> {
    /// All documents that satisfy a filter, in no order.
    pub(super) fn all(filter: &'q Filter) -> Self {
        Self { filter, sort: const { &Sort(Vec::new()) }, after: None, limited: false }
    }

    /// The first of them.
    pub(super) fn first(filter: &'q Filter) -> Self {
        Self { limited: true, ..Self::all(filter) }
    }

    /// Whether the right order saves looking at most rows.
    fn wants_order(&self) -> bool {
        (self.limited || self.after.is_some()) && !self.sort.0.is_empty()
    }
}

/// Where the candidates come from.
#[derive(Debug)]
pub(super) enum Access {
    /// The documents with these encoded `_id`s, in this order.
    Ids(Vec<Vec<u8>>),
    /// A walk along an index.
    Index {
        index: Arc<Index>,
        ranges: Vec<KeyRange>,
        walk: Walk,
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
    /// How many of the first candidates are passed over without a look at them.
    pub(super) unread: u64,
}

impl Plan {
    /// The plan of a read that leaves out the first `skip` documents, and how many of them are still to be left out: none where
    /// each candidate is known to be one of them, once.
    pub(super) fn passing_over(self, skip: u64) -> (Self, u64) {
        let has_repeats = matches!(self.access, Access::Index { repeats: true, .. });
        if self.exact && self.ordered && !has_repeats {
            (Self { unread: skip, ..self }, 0)
        } else {
            (self, skip)
        }
    }
}

/// The plan for a question.
pub(super) fn plan(view: &impl View, collection: &Collection, question: Question<'_>) -> Plan {
    let Question { filter, sort, .. } = question;
    let ids = constraint::intervals(filter, "_id", Direction::Ascending, Paths::Single);
    let direction = order::id_direction(sort);
    if let Some(ids) = ids.as_ref().and_then(Intervals::points) {
        return by_ids(ids, filter, direction);
    }
    if let (Some(search), Some(index)) = (search::of(filter), collection.text_index()) {
        return by_words(index, search, direction);
    }
    let best = collection.indexes.iter().filter_map(|index| candidate(view, index, question));
    let best = best.max_by_key(|candidate| candidate.score);
    let id_range = ids.map(|ids| ids.hull());
    match best {
        Some(best) if id_range.is_none() || best.score >= EQUAL => best.plan,
        _ => Plan {
            unread: 0,
            access: Access::Table {
                range: order::table_range(question).intersect(&id_range.unwrap_or_else(KeyRange::all)),
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
    Plan { access: Access::Ids(ids), exact, ordered, unread: 0 }
}

/// The documents that hold one of the words, of a single word in the order of `_id`.
fn by_words(index: &Arc<Index>, search: &TextSearch, direction: Option<Direction>) -> Plan {
    let ranges = search::ranges(search);
    let ordered = ranges.len() <= 1 && direction.is_some();
    let walk = Walk::along(direction.unwrap_or(Direction::Ascending));
    let repeats = ranges.len() > 1;
    let access = Access::Index { index: Arc::clone(index), ranges, walk, repeats };
    Plan { access, exact: false, ordered, unread: 0 }
}

struct Candidate {
    score: u32,
    plan: Plan,
}

/// The worth of a key that is bound to single values.
const EQUAL: u32 = 10;
/// The worth of the right order where only the first rows are wanted.
const ORDER: u32 = 4;

/// What an index is worth for a read; `None` where it does not help, or lacks documents that may satisfy the filter.
fn candidate(view: &impl View, index: &Arc<Index>, question: Question<'_>) -> Option<Candidate> {
    let filter = question.filter;
    if !index.spec.kind.holds_values() || !constraint::implies_condition(filter, &index.spec) {
        return None;
    }
    let multikey = view.multikey(index);
    let bounds = bounds(index, filter, multikey);
    let walk = order::walk(index, bounds.fixed.len(), question.sort, multikey);
    let ordered = walk.is_some();
    let score = u32::try_from(bounds.points).unwrap_or(u32::MAX / EQUAL).saturating_mul(EQUAL)
        + bounds.range_worth
        + if ordered && question.wants_order() { ORDER } else { 0 }
        + u32::from(bounds.points == index.spec.keys.len());
    if score == 0 {
        return None;
    }
    let exact = multikey == 0 && constraint::is_covered(filter, &bounds.bound, &index.spec.only_null);
    let repeats = multikey != 0;
    let mut ranges = bounds.ranges;
    if let Some(walk) = walk {
        let behind = order::index_range(index, &bounds.fixed, walk, question);
        ranges = ranges.iter().map(|range| range.intersect(&behind)).collect();
        ranges.retain(|range| !range.is_empty());
    }
    let walk = walk.unwrap_or(Walk::along(Direction::Ascending));
    if walk.direction == Direction::Descending {
        ranges.reverse();
    }
    let access = Access::Index { index: Arc::clone(index), ranges, walk, repeats };
    Some(Candidate { score, plan: Plan { access, exact, ordered, unread: 0 } })
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
        let question = Question { filter, sort, after: None, limited };
        let plan = plan(&Unread, &Collection::new("all", indexes.collect()), question);
        let access = match &plan.access {
            Access::Ids(ids) => format!("ids {}", ids.len()),
            Access::Index { index, ranges, walk, .. } if walk.direction == Direction::Ascending => {
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
    fn an_index_that_ends_with_the_id_has_two_orders() {
        let ordered = |indexes: &[IndexSpec], by: &[&str]| {
            planned(indexes, 0, &Filter::All, &sort(by), true)
                == format!("{} 1 exact ordered", indexes[0].name())
        };
        let backwards = |indexes: &[IndexSpec], by: &[&str]| {
            planned(indexes, 0, &Filter::All, &sort(by), true)
                == format!("{} 1 backwards exact ordered", indexes[0].name())
        };
        let down = [index(&["-a", "-_id"])];
        assert!(ordered(&down, &["-a", "-_id"]) && backwards(&down, &["a", "_id"]));
        assert!(backwards(&down, &["a"]), "equal values are in the order of their ids");
        assert!(!ordered(&down, &["-a"]) && !ordered(&down, &["-a", "_id"]));
        let plain = [index(&["a"])];
        assert!(ordered(&plain, &["a", "_id"]) && backwards(&plain, &["-a", "-_id"]));
        assert!(backwards(&plain, &["-a"]) && backwards(&plain, &["-a", "_id"]));
        assert!(!ordered(&plain, &["a", "-_id"]));
    }

    #[test]
    fn types_bound_an_index_where_nothing_better_does() {
        let indexes = [index(&["a", "_id"]), index(&["b", "_id"])];
        let there = Filter::field("a", Op::Ne(Bson::Null));
        assert_eq!(served(&indexes, &there), "a_1__id_1 2");
        assert_eq!(served(&indexes, &Filter::Not(Box::new(Filter::eq("a", Bson::Null)))), "a_1__id_1 2");
        let texts = Filter::field("a", Op::Type(vec![ElementType::String]));
        assert_eq!(served(&indexes, &texts), "a_1__id_1 1");
        assert_eq!(
            served(&indexes, &Filter::field("a", Op::Type(vec![ElementType::Array]))),
            "table ordered"
        );
        let by_b = planned(&indexes, 0, &there, &sort(&["b", "_id"]), true);
        assert_eq!(by_b, "b_1__id_1 1 ordered", "the order is worth more");
        let bounded = there.and(Filter::field("a", Op::Lt(bson!(5))));
        assert_eq!(served(&indexes, &bounded), "a_1__id_1 1");
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
        assert_eq!(ordered(&Filter::All, &["-a", "b", "-_id"]), "a_1_b_-1 1 backwards exact ordered");
        assert_eq!(ordered(&Filter::All, &["a", "-b", "-_id"]), "table exact");
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
