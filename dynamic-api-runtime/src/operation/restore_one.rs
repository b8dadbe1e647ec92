//! One deleted document brought back.

use super::Outcome;
use crate::{call::RawCall, document::restoration, error::Error};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let (resource, filter) = (&call.resource, call.deleted(&[call.id()?]));
    let restored = resource.store.update_one(resource.meta.collection, &filter, &restoration()).await?;
    restored.map(Outcome::One).ok_or(Error::DocumentNotFound)
}
