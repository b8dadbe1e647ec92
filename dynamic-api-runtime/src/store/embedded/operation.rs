//! The writes of a collection, decided on a draft: the same for a single write and within a transaction. Knows no tables.

use std::sync::Arc;

use bson::{RawDocument, RawDocumentBuf};

use super::{
    catalogue::Collection, draft::Draft, effort::Effort, entries::document_key, scan, semantics::update,
    view::View,
};
use crate::{
    query::{Filter, Replacement, Update},
    store::{StoreError, StoreResult, Write, Written},
};

/// A write of one collection that can wait for the writer.
#[derive(Debug)]
pub(super) enum Operation {
    Insert(Vec<RawDocumentBuf>),
    UpdateOne(Filter, Update),
    UpdateMany(Filter, Update),
    UpdateEach(Vec<(Filter, Update)>),
    ReplaceOne(Filter, Replacement),
    DeleteOne(Filter),
    DeleteMany(Filter),
}

impl From<Write<'_>> for Operation {
    fn from(write: Write<'_>) -> Self {
        match write {
            Write::Insert(documents) => Self::Insert(documents.to_vec()),
            Write::UpdateOne(filter, update) => Self::UpdateOne(filter.clone(), update.clone()),
            Write::UpdateMany(filter, update) => Self::UpdateMany(filter.clone(), update.clone()),
            Write::UpdateEach(changes) => Self::UpdateEach(changes.to_vec()),
            Write::ReplaceOne(filter, replacement) => Self::ReplaceOne(filter.clone(), replacement.clone()),
            Write::DeleteOne(filter) => Self::DeleteOne(filter.clone()),
            Write::DeleteMany(filter) => Self::DeleteMany(filter.clone()),
        }
    }
}

impl Operation {
    /// Which documents the operation looks at, where it looks at any.
    pub(super) fn filters(&self) -> Vec<&Filter> {
        match self {
            Self::Insert(_) => vec![],
            Self::UpdateOne(filter, _) | Self::UpdateMany(filter, _) | Self::ReplaceOne(filter, _) => {
                vec![filter]
            }
            Self::UpdateEach(changes) => changes.iter().map(|(filter, _)| filter).collect(),
            Self::DeleteOne(filter) | Self::DeleteMany(filter) => vec![filter],
        }
    }

    /// Makes the changes in `draft`, which is of no use where this fails.
    pub(super) fn run(
        &self,
        draft: &mut Draft<'_, impl View>,
        collection: &Arc<Collection>,
        effort: &Effort,
    ) -> StoreResult<Written> {
        match self {
            Self::Insert(documents) => insert(draft, collection, documents, effort),
            Self::UpdateOne(filter, update) => {
                change_first(draft, collection, filter, effort, |document| update::apply(document, update))
            }
            Self::ReplaceOne(filter, replacement) => {
                change_first(draft, collection, filter, effort, |document| {
                    Ok(update::replace(document, replacement))
                })
            }
            Self::UpdateMany(filter, update) => {
                // All are found before the first is changed, so that none is met again in its new place.
                let found = scan::matching(draft, collection, filter, effort)?;
                for (id, document) in &found {
                    effort.check()?;
                    change(draft, collection, id, document, &update::apply(document, update)?)?;
                }
                Ok(Written::Count(found.len() as u64))
            }
            Self::UpdateEach(changes) => {
                let mut matched = 0;
                for (filter, update) in changes {
                    let one = |document: &RawDocument| update::apply(document, update);
                    if change_first(draft, collection, filter, effort, one)?.document().is_some() {
                        matched += 1;
                    }
                }
                Ok(Written::Count(matched))
            }
            Self::DeleteOne(filter) => {
                let Some((id, document)) = scan::first(draft, collection, filter, effort)? else {
                    return Ok(Written::Count(0));
                };
                draft.exchange(collection, &id, Some(&document), None)?;
                Ok(Written::Count(1))
            }
            Self::DeleteMany(filter) => {
                let found = scan::matching(draft, collection, filter, effort)?;
                for (id, document) in &found {
                    effort.check()?;
                    draft.exchange(collection, id, Some(document), None)?;
                }
                Ok(Written::Count(found.len() as u64))
            }
        }
    }
}

fn insert(
    draft: &mut Draft<'_, impl View>,
    collection: &Arc<Collection>,
    documents: &[RawDocumentBuf],
    effort: &Effort,
) -> StoreResult<Written> {
    for document in documents {
        effort.check()?;
        let id = document_key(document)?;
        draft.check_new(collection, &id, document)?;
        match with_id_first(document) {
            Some(document) => draft.exchange(collection, &id, None, Some(&document))?,
            None => draft.exchange(collection, &id, None, Some(document))?,
        }
    }
    Ok(Written::Done)
}

/// The document with `_id` as its first member, as MongoDB stores it, where it isn't that already.
fn with_id_first(document: &RawDocument) -> Option<RawDocumentBuf> {
    let mut members = document.iter_elements().filter_map(Result::ok);
    if members.next().is_some_and(|first| first.key() == "_id") {
        return None;
    }
    let mut ordered = RawDocumentBuf::new();
    let (id, others): (Vec<_>, Vec<_>) =
        document.iter().filter_map(Result::ok).partition(|(name, _)| name.as_str() == "_id");
    for (name, value) in id.into_iter().chain(others) {
        ordered.append(name, value);
    }
    Some(ordered)
}

fn change_first(
    draft: &mut Draft<'_, impl View>,
    collection: &Arc<Collection>,
    filter: &Filter,
    effort: &Effort,
    change_of: impl FnOnce(&RawDocument) -> StoreResult<RawDocumentBuf>,
) -> StoreResult<Written> {
    let Some((id, document)) = scan::first(draft, collection, filter, effort)? else {
        return Ok(Written::Document(None));
    };
    let changed = change_of(&document)?;
    change(draft, collection, &id, &document, &changed)?;
    Ok(Written::Document(Some(changed)))
}

fn change(
    draft: &mut Draft<'_, impl View>,
    collection: &Arc<Collection>,
    id: &[u8],
    before: &RawDocument,
    after: &RawDocument,
) -> StoreResult<()> {
    if document_key(after)? != id {
        return Err(StoreError::Invalid("the _id of a document can't be changed".to_owned()));
    }
    draft.exchange(collection, id, Some(before), Some(after))
}
