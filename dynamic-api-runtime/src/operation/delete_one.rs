//! One document deleted. A document that is not there is none deleted, and no error.

use super::{
    Outcome,
    effects::{self, Writes},
    write::{Deed, write_one},
};
use crate::{
    call::{RawCall, Target},
    document::deletion,
    error::Error,
    query::Filter,
    types::Id,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    if call.target == Target::None {
        return Err(Error::InvalidQuery);
    }
    let Ok(id) = call.id() else { return Ok(Outcome::Deleted(0)) };
    effects::run(call, |on, _| Box::pin(delete(call, on, id))).await.map(Outcome::Deleted)
}

/// Deletes the living document of an id, and returns how many that were.
pub(super) async fn delete(call: &RawCall, on: &Writes<'_>, id: Id) -> Result<u64, Error> {
    let mark = call.resource.meta.soft_delete.then(deletion);
    let deed = mark.as_ref().map_or(Deed::Remove, Deed::Mark);
    count(call, on, &call.one(id), deed).await
}

/// How many documents something was done to, none where the one is not there.
pub(super) async fn count(
    call: &RawCall,
    on: &Writes<'_>,
    target: &Filter,
    deed: Deed<'_>,
) -> Result<u64, Error> {
    match write_one(call, on, target, deed).await {
        Ok(done) => Ok(done.map_or(0, |_| 1)),
        Err(Error::DocumentNotFound) => Ok(0),
        Err(error) => Err(error),
    }
}
