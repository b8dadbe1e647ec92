//! One document deleted. A document that is not there is none deleted, and no error.

use super::Outcome;
use crate::{
    call::{RawCall, Target},
    document::deletion,
    error::Error,
    store::Collections,
    types::Id,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    if call.target == Target::None {
        return Err(Error::InvalidQuery);
    }
    let Ok(id) = call.id() else { return Ok(Outcome::Deleted(0)) };
    delete(call, &*call.resource.store, id).await.map(Outcome::Deleted)
}

/// Deletes the living document of an id, and returns how many that were.
pub(super) async fn delete<C>(call: &RawCall, on: &C, id: Id) -> Result<u64, Error>
where
    C: Collections + ?Sized,
{
    let (meta, filter) = (call.resource.meta, call.one(id));
    if meta.soft_delete {
        let deleted = on.update_one(meta.collection, &filter, &deletion()).await?;
        Ok(deleted.map_or(0, |_| 1))
    } else {
        Ok(on.delete_one(meta.collection, &filter).await?)
    }
}
