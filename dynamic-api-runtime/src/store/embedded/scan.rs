//! Carries out a plan: checks the candidates, orders and cuts them. Knows of storage only what a [`View`] offers.

use std::{borrow::Cow, ops::ControlFlow};

use bson::{RawDocument, RawDocumentBuf};

use super::{
    catalogue::Collection,
    draft::document_of,
    effort::{Effort, Halt},
    error::damaged,
    expiry,
    plan::{Access, Plan, Question, plan},
    search,
    semantics::{
        projection,
        sort::{self, Behind},
    },
    view::View,
    walk::visit,
    window::{Candidate, Window},
};
use crate::{
    query::{Direction, Filter, Find},
    store::StoreResult,
};

/// What a [`Find`] asks for, made ready for the state that it is asked of.
struct Page<'q> {
    find: &'q Find,
    /// Its filter, without what has expired.
    filter: Cow<'q, Filter>,
    behind: Option<Behind<'q>>,
}

impl Page<'_> {
    /// Whether a document that satisfies the filter is behind the place from which it is asked.
    fn reaches(&self, document: &RawDocument) -> StoreResult<bool> {
        self.behind.as_ref().map_or(Ok(true), |behind| behind.holds(document))
    }
}

/// The filter for what a reader of this state may find.
fn ready<'f>(view: &impl View, collection: &Collection, filter: &'f Filter) -> StoreResult<Cow<'f, Filter>> {
    search::check(collection, filter)?;
    expiry::living(view, collection, filter)
}

/// The documents that `find` asks for.
pub(super) fn find(
    view: &impl View,
    collection: &Collection,
    find: &Find,
    effort: &Effort,
) -> Result<Vec<RawDocumentBuf>, Halt> {
    let behind = find.after.as_ref().map(|position| Behind::new(&find.sort, position)).transpose()?;
    let page = Page { find, filter: ready(view, collection, &find.filter)?, behind };
    if find.limit == Some(0) || is_behind_all(view, collection, find.skip)? {
        return Ok(Vec::new());
    }
    let question = Question {
        filter: &page.filter,
        sort: &find.sort,
        after: find.after.as_ref(),
        limited: find.limit.is_some(),
    };
    let plan = plan(view, collection, question);
    if plan.ordered {
        find_ordered(view, collection, &page, &plan, effort)
    } else {
        find_sorted(view, collection, &page, &plan, effort)
    }
}

/// Whether so many are left out that none can be there.
fn is_behind_all(view: &impl View, collection: &Collection, skip: u64) -> StoreResult<bool> {
    Ok(skip > 0 && view.len(collection)?.is_some_and(|count| skip >= count))
}

fn find_ordered(
    view: &impl View,
    collection: &Collection,
    page: &Page<'_>,
    plan: &Plan,
    effort: &Effort,
) -> Result<Vec<RawDocumentBuf>, Halt> {
    let find = page.find;
    let mut skip = find.skip;
    let mut found = Vec::new();
    visit(view, collection, plan, &page.filter, effort, &mut |_, document| {
        if !page.reaches(document)? {
            return Ok(ControlFlow::Continue(()));
        }
        if skip > 0 {
            skip -= 1;
            return Ok(ControlFlow::Continue(()));
        }
        found.push(projection::project(document, &find.projection));
        match find.limit {
            Some(limit) if found.len() as u64 >= limit => Ok(ControlFlow::Break(())),
            _ => Ok(ControlFlow::Continue(())),
        }
    })?;
    Ok(found)
}

/// Holds the sort keys of the candidates, window by window, and documents only of the page.
fn find_sorted(
    view: &impl View,
    collection: &Collection,
    page: &Page<'_>,
    plan: &Plan,
    effort: &Effort,
) -> Result<Vec<RawDocumentBuf>, Halt> {
    let find = page.find;
    let mut skip = usize::try_from(find.skip).unwrap_or(usize::MAX);
    let mut limit = find.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut found = Vec::new();
    let mut floor = None;
    loop {
        let wanted = skip.saturating_add(limit);
        let (mut candidates, more) =
            first_sorted(view, collection, page, plan, effort, Window::new(wanted, floor))?;
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

/// The first candidates in the order of the page, equal ones by `_id`, and whether there may be more.
fn first_sorted(
    view: &impl View,
    collection: &Collection,
    page: &Page<'_>,
    plan: &Plan,
    effort: &Effort,
    mut window: Window,
) -> Result<(Vec<Candidate>, bool), Halt> {
    let mut bytes = Vec::new();
    visit(view, collection, plan, &page.filter, effort, &mut |id, document| {
        if !page.reaches(document)? {
            return Ok(ControlFlow::Continue(()));
        }
        bytes.clear();
        sort::encode_sort_key(&mut bytes, document, &page.find.sort)?;
        let key = bytes.len();
        bytes.extend_from_slice(id);
        window.offer(&bytes, key);
        Ok(ControlFlow::Continue(()))
    })?;
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
    let filter = &*ready(view, collection, filter)?;
    if matches!(filter, Filter::All)
        && let Some(count) = view.len(collection)?
    {
        return Ok(count);
    }
    let plan = plan(view, collection, Question::all(filter));
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
        Ok(ControlFlow::Continue(()))
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
    let filter = &*ready(view, collection, filter)?;
    let plan = plan(view, collection, Question::all(filter));
    let mut found = Vec::new();
    let visited = visit(view, collection, &plan, filter, effort, &mut |id, document| {
        found.push((id.to_vec(), document.to_owned()));
        Ok(ControlFlow::Continue(()))
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
    let filter = &*ready(view, collection, filter)?;
    let plan = plan(view, collection, Question::first(filter));
    let mut first: Option<(Vec<u8>, RawDocumentBuf)> = None;
    let visited = visit(view, collection, &plan, filter, effort, &mut |id, document| {
        if first.as_ref().is_none_or(|(least, _)| id < least.as_slice()) {
            first = Some((id.to_vec(), document.to_owned()));
        }
        Ok(if plan.ordered { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    visited.map_err(Halt::into_error)?;
    Ok(first)
}
