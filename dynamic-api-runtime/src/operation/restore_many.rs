//! Several deleted documents brought back, all of them or none.

use super::{Outcome, update_many};
use crate::{call::RawCall, document::restoration, error::Error, store::transact};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let ids = call.ids()?;
    let (resource, ids) = (&call.resource, &ids);
    let (collection, filter, update) = (resource.meta.collection, &call.deleted(ids), &restoration());
    if !resource.store.is_transactional()
        && resource.store.count(collection, filter).await? < ids.len() as u64
    {
        // Others see its writes before they are undone, so it starts none where it is known to fail.
        return Err(Error::DocumentNotFound);
    }
    let restored = transact(&*resource.store, |transaction, _| {
        Box::pin(async move {
            let matched = transaction.update_many(collection, filter, update).await?;
            if matched < ids.len() as u64 {
                return Err(Error::DocumentNotFound);
            }
            update_many::read(call, transaction, ids).await
        })
    })
    .await?;
    Ok(Outcome::Many(restored))
}
