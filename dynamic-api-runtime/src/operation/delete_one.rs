//! One document deleted. A document that is not there is none deleted, and no error.

use super::Outcome;
use crate::{
    call::{RawCall, Target},
    document::deletion,
    error::Error,
    query::Filter,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    if call.target == Target::None {
        return Err(Error::InvalidQuery);
    }
    let Ok(id) = call.id() else { return Ok(Outcome::Deleted(0)) };
    delete(call, &call.one(id)).await
}

/// Deletes the documents that satisfy a filter on `_id`, or marks them as deleted.
pub(super) async fn delete(call: &RawCall, filter: &Filter) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let collection = resource.meta.collection;
    let count = if resource.meta.soft_delete {
        resource.store.update_many(collection, filter, &deletion()).await?
    } else {
        resource.store.delete_many(collection, filter).await?
    };
    Ok(Outcome::Deleted(count))
}
