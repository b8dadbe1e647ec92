//! The same members of several documents, changed in all of them or in none.

use bson::{RawDocument, RawDocumentBuf};

use super::{Outcome, update_one::changes};
use crate::{
    call::RawCall,
    error::Error,
    query::Find,
    server_fields::ID,
    store::{Collections, transact},
    types::Id,
};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let ids = call.ids()?;
    let filter = call.any(&ids);
    let update = changes(members)?;
    let (resource, ids, filter, update) = (&call.resource, &ids, &filter, &update);
    if !resource.store.is_transactional() {
        // Others see its writes before they are undone, so it starts none where it is known to fail.
        read(call, &*resource.store, ids).await?;
    }
    let changed: Vec<RawDocumentBuf> = transact(&*resource.store, |transaction, _| {
        Box::pin(async move {
            let matched = transaction.update_many(resource.meta.collection, filter, update).await?;
            if matched < ids.len() as u64 {
                return Err(Error::DocumentNotFound);
            }
            read(call, transaction, ids).await
        })
    })
    .await?;
    Ok(Outcome::Many(changed))
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
