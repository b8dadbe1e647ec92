//! One deleted document removed for good. A document that is not there, or not deleted, is none removed, and no error.

use super::{Outcome, delete_one::count, write::Deed};
use crate::{
    call::{RawCall, Target},
    error::Error,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    if call.target == Target::None {
        return Err(Error::InvalidQuery);
    }
    let Ok(id) = call.id() else { return Ok(Outcome::Deleted(0)) };
    count(call, &*call.resource.store, &call.deleted(&[id]), Deed::Remove).await.map(Outcome::Deleted)
}
