//! One deleted document removed for good. A document that is not there, or not deleted, is none removed, and no error.

use super::Outcome;
use crate::{
    call::{RawCall, Target},
    error::Error,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    if call.target == Target::None {
        return Err(Error::InvalidQuery);
    }
    let Ok(id) = call.id() else { return Ok(Outcome::Deleted(0)) };
    let filter = call.deleted(&[id]);
    let removed = call.resource.store.delete_one(call.resource.meta.collection, &filter).await?;
    Ok(Outcome::Deleted(removed))
}
