//! The same done to several documents, to all of them or to none.

use bson::RawDocumentBuf;

use super::{
    Change, Outcome,
    effects::{self, Writes},
    hooked,
    write::{Deed, Step},
};
use crate::{
    call::RawCall,
    error::Error,
    query::{Filter, Find, Update},
    server_fields::ID,
    store::{Collections, StoreError},
    types::Id,
};

pub(super) async fn perform(call: &RawCall, change: &Change) -> Result<Outcome, Error> {
    let ids = call.ids()?;
    write_all(call, &ids, &call.any(&ids), Deed::Change(change)).await.map(Outcome::Many)
}

/// Does something to the documents of some ids, all of which satisfy `target`, and returns them as they are then.
pub(super) async fn write_all(
    call: &RawCall,
    ids: &[Id],
    target: &Filter,
    deed: Deed<'_>,
) -> Result<Vec<RawDocumentBuf>, Error> {
    if !call.resource.store.is_transactional() {
        // Others see its writes before they are undone, so it starts none where it is known to fail.
        let on = Writes::to(&*call.resource.store);
        changes(call, &on, deed, &all(call, &*on, ids, target).await?).await?;
    }
    match deed.at_once(call) {
        _ if effects::is_watched(call) => each(call, ids, target, deed).await,
        Some((guard, Step::Update(update))) => match at_once(call, ids, target, &guard, update).await {
            // A document that did not satisfy the guard is looked at: it may be changed all the same, or says why not.
            Err(Error::DocumentNotFound) if guard != Filter::All => each(call, ids, target, deed).await,
            outcome => outcome,
        },
        _ => each(call, ids, target, deed).await,
    }
}

/// Changes all documents by one update, which needs no look at them.
async fn at_once(
    call: &RawCall,
    ids: &[Id],
    target: &Filter,
    guard: &Filter,
    update: &Update,
) -> Result<Vec<RawDocumentBuf>, Error> {
    let (collection, filter) = (call.resource.meta.collection, &target.clone().and(guard.clone()));
    effects::transacted(call, |on, _| {
        Box::pin(async move {
            let matched = on.update_many(collection, filter, update).await?;
            if matched < ids.len() as u64 {
                return Err(Error::DocumentNotFound);
            }
            read(call, &**on, ids).await
        })
    })
    .await
}

/// Changes each document by itself, as it is.
async fn each(
    call: &RawCall,
    ids: &[Id],
    target: &Filter,
    deed: Deed<'_>,
) -> Result<Vec<RawDocumentBuf>, Error> {
    effects::transacted(call, |on, _| {
        Box::pin(async move {
            let before = all(call, &**on, ids, target).await?;
            let changes = changes(call, on, deed, &before).await?;
            for document in &before {
                if let Some(fate) = deed.fate(document) {
                    on.follow(call, &[document], fate).await?;
                }
            }
            let matched = on.update_each(call.resource.meta.collection, &changes).await?;
            if matched < changes.len() as u64 {
                return Err(StoreError::Conflict.into());
            }
            let after = read(call, &**on, ids).await?;
            for (before, after) in before.iter().zip(&after) {
                on.wrote(call, Some(before), Some(after));
            }
            Ok(after)
        })
    })
    .await
}

/// What is done to each document, on condition that it still is what it was.
async fn changes(
    call: &RawCall,
    on: &Writes<'_>,
    deed: Deed<'_>,
    documents: &[RawDocumentBuf],
) -> Result<Vec<(Filter, Update)>, Error> {
    let mut changes = Vec::with_capacity(documents.len());
    for document in documents {
        call.policy.permit(call, document).await?;
        changes.push((Filter::Same(document.clone()), deed.update(call, document).await?));
    }
    deed.refers_to_what_is_there(call, changes.iter().map(|(_, update)| update)).await?;
    for ((_, update), document) in changes.iter_mut().zip(documents) {
        *update = hooked::update(call, on, document, std::mem::take(update)).await?;
    }
    Ok(changes)
}

/// The living documents of some ids, in the ids' order; every one must be there.
pub(super) async fn read<C>(call: &RawCall, from: &C, ids: &[Id]) -> Result<Vec<RawDocumentBuf>, Error>
where
    C: Collections + ?Sized,
{
    all(call, from, ids, &call.any(ids)).await
}

/// The documents of some ids, in the ids' order; every one must satisfy `target`.
pub(super) async fn all<C>(
    call: &RawCall,
    from: &C,
    ids: &[Id],
    target: &Filter,
) -> Result<Vec<RawDocumentBuf>, Error>
where
    C: Collections + ?Sized,
{
    let mut found = find(call, from, target).await?;
    if found.len() < ids.len() {
        return Err(Error::DocumentNotFound);
    }
    let position = |document: &RawDocumentBuf| {
        let id = document.get_object_id(ID).ok().map(Id::from);
        ids.iter().position(|wanted| Some(*wanted) == id)
    };
    found.sort_by_cached_key(position);
    Ok(found)
}

/// The documents that satisfy a filter.
pub(super) async fn find<C>(call: &RawCall, from: &C, filter: &Filter) -> Result<Vec<RawDocumentBuf>, Error>
where
    C: Collections + ?Sized,
{
    let find = Find::new(filter.clone()).time_limit(call.resource.limits.read_time);
    Ok(from.find(call.resource.meta.collection, &find).await?)
}
