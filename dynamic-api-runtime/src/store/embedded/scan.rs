//! Carries out a plan: walks the candidates, checks them, orders and cuts them. Knows of storage only what a [`View`] offers.

use std::{collections::HashSet, ops::ControlFlow};

use bson::{RawDocument, RawDocumentBuf};

use super::{
    catalogue::{Collection, Index},
    draft::document_of,
    effort::{Effort, Halt},
    error::damaged,
    plan::{Access, Plan, plan},
    range::KeyRange,
    semantics::{matcher::Matcher, projection, sort},
    view::View,
    window::{Candidate, Window},
};
use crate::{
    query::{Direction, Filter, Find, Sort},
    store::StoreResult,
};

/// The documents that `find` asks for.
pub(super) fn find(
    view: &impl View,
    collection: &Collection,
    find: &Find,
    effort: &Effort,
) -> Result<Vec<RawDocumentBuf>, Halt> {
    if find.limit == Some(0) || is_behind_all(view, collection, find.skip)? {
        return Ok(Vec::new());
    }
    let plan = plan(view, collection, &find.filter, &find.sort, find.limit.is_some());
    if plan.ordered {
        find_ordered(view, collection, find, &plan, effort)
    } else {
        find_sorted(view, collection, find, &plan, effort)
    }
}

/// Whether so many are left out that none can be there.
fn is_behind_all(view: &impl View, collection: &Collection, skip: u64) -> StoreResult<bool> {
    Ok(skip > 0 && view.len(collection)?.is_some_and(|count| skip >= count))
}

fn find_ordered(
    view: &impl View,
    collection: &Collection,
    find: &Find,
    plan: &Plan,
    effort: &Effort,
) -> Result<Vec<RawDocumentBuf>, Halt> {
    let mut skip = find.skip;
    let mut found = Vec::new();
    visit(view, collection, plan, &find.filter, effort, &mut |_, document| {
        if skip > 0 {
            skip -= 1;
            return ControlFlow::Continue(());
        }
        found.push(projection::project(document, &find.projection));
        match find.limit {
            Some(limit) if found.len() as u64 >= limit => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })?;
    Ok(found)
}

/// Holds the sort keys of the candidates, window by window, and documents only of the page.
fn find_sorted(
    view: &impl View,
    collection: &Collection,
    find: &Find,
    plan: &Plan,
    effort: &Effort,
) -> Result<Vec<RawDocumentBuf>, Halt> {
    let mut skip = usize::try_from(find.skip).unwrap_or(usize::MAX);
    let mut limit = find.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut found = Vec::new();
    let mut floor = None;
    loop {
        let wanted = skip.saturating_add(limit);
        let (mut candidates, more) =
            first_sorted(view, collection, find, plan, effort, Window::new(wanted, floor))?;
        for candidate in candidates.iter().skip(skip).take(limit) {
            effort.check()?;
            let document = view
                .document(collection, candidate.id())?
                .ok_or_else(|| damaged(&format!("collection {}", collection.name)))?;
            found.push(projection::project(document_of(&document)?, &find.projection));
        }
        limit -= candidates.len().saturating_sub(skip).min(limit);
        skip = skip.saturating_sub(candidates.len());
        if !more || limit == 0 {
            return Ok(found);
        }
        floor = candidates.pop();
    }
}

/// The first candidates in the order of `find`, equal ones by `_id`, and whether there may be more.
fn first_sorted(
    view: &impl View,
    collection: &Collection,
    find: &Find,
    plan: &Plan,
    effort: &Effort,
    mut window: Window,
) -> Result<(Vec<Candidate>, bool), Halt> {
    let mut bytes = Vec::new();
    let mut encoded = Ok(());
    visit(view, collection, plan, &find.filter, effort, &mut |id, document| {
        bytes.clear();
        encoded = sort::encode_sort_key(&mut bytes, document, &find.sort);
        if encoded.is_err() {
            return ControlFlow::Break(());
        }
        let key = bytes.len();
        bytes.extend_from_slice(id);
        window.offer(&bytes, key);
        ControlFlow::Continue(())
    })?;
    encoded?;
    effort.check()?;
    Ok(window.finish())
}

/// How many documents satisfy `filter`.
pub(super) fn count(
    view: &impl View,
    collection: &Collection,
    filter: &Filter,
    effort: &Effort,
) -> Result<u64, Halt> {
    if matches!(filter, Filter::All)
        && let Some(count) = view.len(collection)?
    {
        return Ok(count);
    }
    let plan = plan(view, collection, filter, &Sort::none(), false);
    let mut count = 0;
    if let Plan { access: Access::Index { index, ranges, repeats: false, .. }, exact: true, .. } = &plan {
        for range in ranges {
            for entry in view.entries(index, range, Direction::Ascending)? {
                entry?;
                effort.row()?;
                count += 1;
            }
        }
        return Ok(count);
    }
    visit(view, collection, &plan, filter, effort, &mut |_, _| {
        count += 1;
        ControlFlow::Continue(())
    })?;
    Ok(count)
}

/// The documents that satisfy `filter`, with their encoded `_id`s.
pub(super) fn matching(
    view: &impl View,
    collection: &Collection,
    filter: &Filter,
    effort: &Effort,
) -> StoreResult<Vec<(Vec<u8>, RawDocumentBuf)>> {
    let plan = plan(view, collection, filter, &Sort::none(), false);
    let mut found = Vec::new();
    let visited = visit(view, collection, &plan, filter, effort, &mut |id, document| {
        found.push((id.to_vec(), document.to_owned()));
        ControlFlow::Continue(())
    });
    visited.map_err(Halt::into_error)?;
    Ok(found)
}

/// The first document by `_id` that satisfies `filter`, with its encoded `_id`.
pub(super) fn first(
    view: &impl View,
    collection: &Collection,
    filter: &Filter,
    effort: &Effort,
) -> StoreResult<Option<(Vec<u8>, RawDocumentBuf)>> {
    let plan = plan(view, collection, filter, &Sort::none(), true);
    let mut first: Option<(Vec<u8>, RawDocumentBuf)> = None;
    let visited = visit(view, collection, &plan, filter, effort, &mut |id, document| {
        if first.as_ref().is_none_or(|(least, _)| id < least.as_slice()) {
            first = Some((id.to_vec(), document.to_owned()));
        }
        if plan.ordered { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    visited.map_err(Halt::into_error)?;
    Ok(first)
}

/// What is done with a document that satisfies the filter, given with its encoded `_id`.
type Visitor<'f> = dyn FnMut(&[u8], &RawDocument) -> ControlFlow<()> + 'f;

/// Shows `visitor` the documents that satisfy `filter`, in the order of the plan.
fn visit(
    view: &impl View,
    collection: &Collection,
    plan: &Plan,
    filter: &Filter,
    effort: &Effort,
    visitor: &mut Visitor<'_>,
) -> Result<(), Halt> {
    let matcher = (!plan.exact).then(|| Matcher::new(filter));
    let mut show = |id: &[u8], document: &[u8]| -> Result<ControlFlow<()>, Halt> {
        effort.row()?;
        let document = document_of(document)?;
        if matcher.as_ref().is_some_and(|matcher| !matcher.matches(document)) {
            return Ok(ControlFlow::Continue(()));
        }
        Ok(visitor(id, document))
    };
    match &plan.access {
        Access::Ids(ids) => {
            for id in ids {
                let Some(document) = view.document(collection, id)? else { continue };
                if show(id, &document)?.is_break() {
                    break;
                }
            }
        }
        Access::Table { range, direction } => {
            for row in view.documents(collection, range, *direction)? {
                let row = row?;
                if show(&row.id, &row.document)?.is_break() {
                    break;
                }
            }
        }
        Access::Index { index, ranges, direction, repeats } => {
            let mut seen = HashSet::new();
            let mut by_id = |id: &[u8]| {
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
                if walk(view, index, range, *direction, &mut by_id)?.is_break() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// What is done with the encoded `_id` of an entry.
type Show<'f> = dyn FnMut(&[u8]) -> Result<ControlFlow<()>, Halt> + 'f;

/// Shows the `_id`s of an index's range. Entries of equal values come in the ascending order of `_id` in both directions.
fn walk(
    view: &impl View,
    index: &Index,
    range: &KeyRange,
    direction: Direction,
    show: &mut Show<'_>,
) -> Result<ControlFlow<()>, Halt> {
    if direction == Direction::Descending {
        return walk_backwards(view, index, range.clone(), show);
    }
    for entry in view.entries(index, range, direction)? {
        if show(entry?.id())?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// How many entries of equal values are turned round in memory. More are walked a second time, forwards.
const SMALL_GROUP: usize = 32;

fn walk_backwards(
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
                if walk(view, index, &equal, Direction::Ascending, show)?.is_break() {
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
