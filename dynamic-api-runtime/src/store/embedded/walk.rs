//! The walks of a plan: along the collection or an index, document by document. Knows of storage only what a [`View`] offers.

use std::{collections::HashSet, ops::ControlFlow};

use bson::RawDocument;

use super::{
    catalogue::{Collection, Index},
    constraint,
    draft::document_of,
    effort::{Effort, Halt},
    error::damaged,
    order::{Ties, Walk},
    plan::{Access, Plan},
    range::KeyRange,
    semantics::matcher::Matcher,
    view::View,
};
use crate::query::{Direction, Filter};

/// What is done with a document that satisfies the filter, given with its encoded `_id`.
pub(super) type Visitor<'f> = dyn FnMut(&[u8], &RawDocument) -> Result<ControlFlow<()>, Halt> + 'f;

/// Shows `visitor` the documents that satisfy `filter`, in the order of the plan.
pub(super) fn visit(
    view: &impl View,
    collection: &Collection,
    plan: &Plan,
    filter: &Filter,
    effort: &Effort,
    visitor: &mut Visitor<'_>,
) -> Result<(), Halt> {
    let texts = collection.text_index().map(|index| index.paths()).unwrap_or_default();
    let matcher = (!plan.exact).then(|| Matcher::of_all(unanswered(plan, filter), &texts));
    let mut show = |id: &[u8], document: &[u8]| -> Result<ControlFlow<()>, Halt> {
        effort.row()?;
        let document = document_of(document)?;
        if matcher.as_ref().is_some_and(|matcher| !matcher.matches(document)) {
            return Ok(ControlFlow::Continue(()));
        }
        visitor(id, document)
    };
    let mut unread = plan.unread;
    let mut is_passed_over = || -> Result<bool, Halt> {
        let is_unread = unread > 0;
        if is_unread {
            unread -= 1;
            effort.row()?;
        }
        Ok(is_unread)
    };
    match &plan.access {
        Access::Ids(ids) => {
            for id in ids {
                let Some(document) = view.document(collection, id)? else { continue };
                if is_passed_over()? {
                    continue;
                }
                if show(id, &document)?.is_break() {
                    break;
                }
            }
        }
        Access::Table { range, direction } => {
            for row in view.documents(collection, range, *direction)? {
                let row = row?;
                if is_passed_over()? {
                    continue;
                }
                if show(&row.id, &row.document)?.is_break() {
                    break;
                }
            }
        }
        Access::Index { index, ranges, walk, repeats } => {
            let mut seen = HashSet::new();
            let mut by_id = |id: &[u8]| {
                if is_passed_over()? {
                    return Ok(ControlFlow::Continue(()));
                }
                if *repeats && !seen.insert(id.to_vec()) {
                    effort.row()?;
                    return Ok(ControlFlow::Continue(()));
                }
                let document = view
                    .document(collection, id)?
                    .ok_or_else(|| damaged(&format!("index {}", index.name)))?;
                show(id, &document)
            };
            for range in ranges {
                if walk_range(view, index, range, *walk, &mut by_id)?.is_break() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// The parts of a filter that a plan's candidates need not satisfy.
fn unanswered<'f>(plan: &Plan, filter: &'f Filter) -> impl Iterator<Item = &'f Filter> {
    let parts = match filter {
        Filter::And(parts) => parts,
        only => std::slice::from_ref(only),
    };
    let by_ids = matches!(plan.access, Access::Ids(_));
    parts.iter().filter(move |part| !by_ids || !constraint::is_covered(part, &["_id"], &[]))
}

/// What is done with the encoded `_id` of an entry.
type Show<'f> = dyn FnMut(&[u8]) -> Result<ControlFlow<()>, Halt> + 'f;

/// Shows the `_id`s of an index's range.
fn walk_range(
    view: &impl View,
    index: &Index,
    range: &KeyRange,
    walk: Walk,
    show: &mut Show<'_>,
) -> Result<ControlFlow<()>, Halt> {
    if walk.ties == Ties::Ascending {
        return turn_ties(view, index, range.clone(), show);
    }
    for entry in view.entries(index, range, walk.direction)? {
        if show(entry?.id())?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// How many entries of equal values are turned round in memory. More are walked a second time, forwards.
const SMALL_GROUP: usize = 32;

/// Walks backwards, and shows the `_id`s of equal values in their ascending order all the same.
fn turn_ties(
    view: &impl View,
    index: &Index,
    mut range: KeyRange,
    show: &mut Show<'_>,
) -> Result<ControlFlow<()>, Halt> {
    'range: loop {
        let mut group = Group::default();
        for entry in view.entries(index, &range, Direction::Descending)? {
            let entry = entry?;
            if group.values != entry.values() && group.show(show)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            group.add(entry.values(), entry.id());
            if group.ids.len() > SMALL_GROUP {
                // A range ends between values, never among entries of equal ones.
                let equal = KeyRange::prefix(group.values);
                if walk_range(view, index, &equal, Walk::along(Direction::Ascending), show)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                range.end = Some(equal.start);
                continue 'range;
            }
        }
        return group.show(show);
    }
}

/// The `_id`s of entries with equal values, met in descending order.
#[derive(Default)]
struct Group {
    values: Vec<u8>,
    ids: Vec<Vec<u8>>,
}

impl Group {
    fn add(&mut self, values: &[u8], id: &[u8]) {
        if self.ids.is_empty() {
            self.values.clear();
            self.values.extend_from_slice(values);
        }
        self.ids.push(id.to_vec());
    }

    /// Shows the `_id`s in ascending order, and forgets them.
    fn show(&mut self, show: &mut Show<'_>) -> Result<ControlFlow<()>, Halt> {
        for id in self.ids.drain(..).rev() {
            if show(&id)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
