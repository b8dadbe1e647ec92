//! One deleted document brought back.

use super::{
    Outcome, effects,
    write::{Deed, write_one},
};
use crate::{call::RawCall, document::restoration, error::Error};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let (target, mark) = (&call.deleted(&[call.id()?]), &restoration());
    let restored =
        effects::run(call, |on, _| Box::pin(write_one(call, on, target, Deed::Mark(mark)))).await?;
    restored.flatten().map(Outcome::One).ok_or(Error::DocumentNotFound)
}
