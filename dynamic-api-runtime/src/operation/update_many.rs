//! The same change of several documents, made to all of them or to none.

use bson::RawDocumentBuf;

use super::{Change, Outcome};
use crate::{
    call::RawCall,
    error::Error,
    query::{Filter, Find, Update},
    server_fields::ID,
    store::{Collections, StoreError, transact},
    types::Id,
};

pub(super) async fn perform(call: &RawCall, change: &Change) -> Result<Outcome, Error> {
    let ids = &call.ids()?;
    if !call.resource.store.is_transactional() {
        // Others see its writes before they are undone, so it starts none where it is known to fail.
        changes_of(call, change, &read(call, &*call.resource.store, ids).await?).await?;
    }
    match change.direct() {
        Some((guard, update)) => match change_all(call, ids, guard, update).await {
            // A document that did not satisfy the guard is looked at: it may be changed all the same, or says why not.
            Err(Error::DocumentNotFound) if *guard != Filter::All => change_each(call, ids, change).await,
            outcome => outcome,
        },
        None => change_each(call, ids, change).await,
    }
}

/// Changes all documents by one update, which needs no look at them.
async fn change_all(call: &RawCall, ids: &[Id], guard: &Filter, update: &Update) -> Result<Outcome, Error> {
    let (collection, filter) = (call.resource.meta.collection, &call.any(ids).and(guard.clone()));
    let changed: Vec<RawDocumentBuf> = transact(&*call.resource.store, |transaction, _| {
        Box::pin(async move {
            let matched = transaction.update_many(collection, filter, update).await?;
            if matched < ids.len() as u64 {
                return Err(Error::DocumentNotFound);
            }
            read(call, transaction, ids).await
        })
    })
    .await?;
    Ok(Outcome::Many(changed))
}

/// Changes each document by itself, as it is.
async fn change_each(call: &RawCall, ids: &[Id], change: &Change) -> Result<Outcome, Error> {
    let changed: Vec<RawDocumentBuf> = transact(&*call.resource.store, |transaction, _| {
        Box::pin(async move {
            let changes = changes_of(call, change, &read(call, transaction, ids).await?).await?;
            let matched = transaction.update_each(call.resource.meta.collection, &changes).await?;
            if matched < changes.len() as u64 {
                return Err(StoreError::Conflict.into());
            }
            read(call, transaction, ids).await
        })
    })
    .await?;
    Ok(Outcome::Many(changed))
}

/// The change of each document, on condition that it still is what it was.
async fn changes_of(
    call: &RawCall,
    change: &Change,
    documents: &[RawDocumentBuf],
) -> Result<Vec<(Filter, Update)>, Error> {
    let mut changes = Vec::with_capacity(documents.len());
    for document in documents {
        changes.push((Filter::Same(document.clone()), change.sealed_of(call, document).await?));
    }
    change.refers_to_what_is_there(call, changes.iter().map(|(_, update)| update)).await?;
    Ok(changes)
}

/// The living documents of some ids, in the ids' order; every one must be there.
pub(super) async fn read<C>(call: &RawCall, from: &C, ids: &[Id]) -> Result<Vec<RawDocumentBuf>, Error>
where
    C: Collections + ?Sized,
{
    let find = Find::new(call.any(ids)).time_limit(call.resource.limits.read_time);
    let mut found = from.find(call.resource.meta.collection, &find).await?;
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
