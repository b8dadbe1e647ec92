//! Several documents deleted. A malformed id makes the whole call delete nothing.

use super::Outcome;
use crate::{call::RawCall, document::deletion, error::Error, types::Id};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    match call.ids() {
        Ok(ids) => delete(call, &ids).await,
        Err(Error::EntityNotFound(_)) => Ok(Outcome::Deleted(0)),
        Err(error) => Err(error),
    }
}

async fn delete(call: &RawCall, ids: &[Id]) -> Result<Outcome, Error> {
    let (resource, filter) = (&call.resource, call.any(ids));
    let collection = resource.meta.collection;
    let count = if resource.meta.soft_delete {
        resource.store.update_many(collection, &filter, &deletion()).await?
    } else {
        resource.store.delete_many(collection, &filter).await?
    };
    Ok(Outcome::Deleted(count))
}
