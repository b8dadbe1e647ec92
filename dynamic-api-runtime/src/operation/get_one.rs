//! One document, by its id.

use super::Outcome;
use crate::{call::RawCall, error::Error, query::Find};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let find = Find::new(call.one(call.id()?)).limit(1).time_limit(resource.limits.read_time);
    let mut found = resource.store.find(resource.meta.collection, &find).await?;
    found.pop().map(Outcome::One).ok_or(Error::DocumentNotFound)
}
