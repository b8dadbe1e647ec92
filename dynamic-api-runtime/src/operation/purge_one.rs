//! One deleted document removed for good. A document that is not there, or not deleted, is none removed, and no error.

use super::{Outcome, delete_one::count, effects, write::Deed};
use crate::{
    call::{RawCall, Target},
    error::Error,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    if call.target == Target::None {
        return Err(Error::InvalidQuery);
    }
    let Ok(id) = call.id() else { return Ok(Outcome::Deleted(0)) };
    let target = &call.deleted(&[id]);
    effects::run(call, |on, _| Box::pin(count(call, on, target, Deed::Remove))).await.map(Outcome::Deleted)
}
