//! The same change of several documents, made to all of them or to none.

use bson::RawDocumentBuf;

use super::{Change, Outcome};
use crate::{
    call::RawCall,
    error::Error,
    query::{Filter, Find, Update},
    server_fields::ID,
    store::{Collections, StoreError, Transaction, transact},
    types::Id,
};

pub(super) async fn perform(call: &RawCall, change: &Change) -> Result<Outcome, Error> {
    let ids = call.ids()?;
    let (resource, ids) = (&call.resource, &ids);
    if !resource.store.is_transactional() {
        // Others see its writes before they are undone, so it starts none where it is known to fail.
        changes_of(call, change, &read(call, &*resource.store, ids).await?).await?;
    }
    let changed: Vec<RawDocumentBuf> = transact(&*resource.store, |transaction, _| {
        Box::pin(async move {
            match change.direct() {
                Some((guard, update)) => {
                    let filter = call.any(ids).and(guard.clone());
                    let matched = transaction.update_many(resource.meta.collection, &filter, update).await?;
                    if matched < ids.len() as u64 {
                        return Err(why_not_all(call, transaction, ids, change).await);
                    }
                }
                None => change_each(call, transaction, ids, change).await?,
            }
            read(call, transaction, ids).await
        })
    })
    .await?;
    Ok(Outcome::Many(changed))
}

/// Changes each document by itself, as it is.
async fn change_each(
    call: &RawCall,
    transaction: &dyn Transaction,
    ids: &[Id],
    change: &Change,
) -> Result<(), Error> {
    let documents = read(call, transaction, ids).await?;
    let changes = changes_of(call, change, &documents).await?;
    let matched = transaction.update_each(call.resource.meta.collection, &changes).await?;
    if matched < changes.len() as u64 {
        return Err(StoreError::Conflict.into());
    }
    Ok(())
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
    Ok(changes)
}

/// Why a change could not be made to every document.
async fn why_not_all(call: &RawCall, transaction: &dyn Transaction, ids: &[Id], change: &Change) -> Error {
    let refused = async {
        let documents = read(call, transaction, ids).await?;
        changes_of(call, change, &documents).await
    };
    // Where nothing stands against it, another writer changed a document meanwhile.
    refused.await.err().unwrap_or_else(|| StoreError::Conflict.into())
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
