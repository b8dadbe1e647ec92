//! Documents that expire: what is true of one that has, so that nothing sees it, and their removal. Knows no tables.

use std::{borrow::Cow, sync::Arc};

use bson::{Bson, DateTime, RawDocument};

use super::{
    catalogue::{Collection, Index},
    constraint::{self, Paths},
    draft::{Draft, document_of},
    range::KeyRange,
    semantics::matcher::Matcher,
    view::View,
};
use crate::{
    query::{Direction, Filter, Op},
    store::{IndexKind, StoreResult},
};

/// How many documents that have expired a write removes beside its own work.
pub(super) const PER_WRITE: usize = 200;

/// The one clock by which documents expire.
fn now() -> DateTime {
    DateTime::now()
}

/// Up to which date a document of the index has expired; `None` where none does.
fn limit(index: &Index) -> Option<DateTime> {
    let IndexKind::Ttl { seconds } = index.spec.kind else { return None };
    Some(DateTime::from_millis(now().timestamp_millis().saturating_sub(i64::from(seconds) * 1000)))
}

/// What is true of the documents that have expired by the index: a date, or the earliest of some, is not behind the limit.
fn expired(index: &Index, limit: DateTime) -> Option<Filter> {
    let (path, _) = index.spec.keys.first()?;
    let by_date = Filter::field(path, Op::Lte(Bson::DateTime(limit)));
    Some(index.condition_filter().unwrap_or(Filter::All).and(by_date))
}

/// The index's entries of such dates.
fn entries(index: &Index, limit: DateTime) -> Option<KeyRange> {
    let (path, direction) = index.spec.keys.first()?;
    let by_date = Filter::field(path, Op::Lte(Bson::DateTime(limit)));
    constraint::intervals(&by_date, path, *direction, Paths::Single).map(constraint::Intervals::hull)
}

/// The filter for what is left of a collection. Where nothing has expired, that is the filter itself, so that its plan is as
/// good as without expiry.
pub(super) fn living<'f>(
    view: &impl View,
    collection: &Collection,
    filter: &'f Filter,
) -> StoreResult<Cow<'f, Filter>> {
    let mut living = Cow::Borrowed(filter);
    for index in &collection.indexes {
        let Some(limit) = limit(index) else { continue };
        let (Some(range), Some(expired)) = (entries(index, limit), expired(index, limit)) else { continue };
        if view.entries(index, &range, Direction::Ascending)?.next().transpose()?.is_some() {
            living = Cow::Owned(living.into_owned().and(Filter::Not(Box::new(expired))));
        }
    }
    Ok(living)
}

/// Whether a document of the collection has expired.
pub(super) fn is_expired(collection: &Collection, document: &RawDocument) -> bool {
    collection.indexes.iter().any(|index| {
        let expired = limit(index).and_then(|limit| expired(index, limit));
        expired.is_some_and(|expired| Matcher::new(&expired).matches(document))
    })
}

/// Removes documents that have expired, at most so many for each index, those first that did so first.
pub(super) fn purge(
    draft: &mut Draft<'_, impl View>,
    collection: &Arc<Collection>,
    most: usize,
) -> StoreResult<usize> {
    let mut removed = 0;
    for index in &collection.indexes {
        let Some(limit) = limit(index) else { continue };
        let Some(range) = entries(index, limit) else { continue };
        let from_the_first = index.spec.keys.first().map_or(Direction::Ascending, |(_, along)| *along);
        let mut ids = Vec::new();
        for entry in draft.entries(index, &range, from_the_first)?.take(most) {
            ids.push(entry?.id().to_vec());
        }
        for id in ids {
            // One with several such dates is gone after the first.
            let Some(document) = draft.document(collection, &id)?.map(|document| document.to_vec()) else {
                continue;
            };
            draft.exchange(collection, &id, Some(document_of(&document)?), None)?;
            removed += 1;
        }
    }
    Ok(removed)
}
