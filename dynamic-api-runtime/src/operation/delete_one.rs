//! One document deleted. A document that is not there is none deleted, and no error.

use super::Outcome;
use crate::{
    call::{RawCall, Target},
    document::deletion,
    error::Error,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    if call.target == Target::None {
        return Err(Error::InvalidQuery);
    }
    let Ok(id) = call.id() else { return Ok(Outcome::Deleted(0)) };
    let (resource, filter) = (&call.resource, call.one(id));
    let collection = resource.meta.collection;
    let count = if resource.meta.soft_delete {
        resource.store.update_one(collection, &filter, &deletion()).await?.map_or(0, |_| 1)
    } else {
        resource.store.delete_one(collection, &filter).await?
    };
    Ok(Outcome::Deleted(count))
}
