//! One deleted document brought back.

use super::{
    Outcome,
    write::{Deed, write_one},
};
use crate::{call::RawCall, document::restoration, error::Error};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let target = call.deleted(&[call.id()?]);
    let restored = write_one(call, &*call.resource.store, &target, Deed::Mark(&restoration())).await?;
    restored.flatten().map(Outcome::One).ok_or(Error::DocumentNotFound)
}
