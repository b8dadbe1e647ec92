//! Other members in the place of a document's. What clients can't send is kept.

use bson::RawDocument;

use super::Outcome;
use crate::{call::RawCall, document, error::Error};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let filter = call.one(call.id()?);
    let replacement = document::replacement(resource.meta, members)?;
    let replaced = resource.store.replace_one(resource.meta.collection, &filter, &replacement).await?;
    replaced.map(Outcome::One).ok_or(Error::DocumentNotFound)
}
