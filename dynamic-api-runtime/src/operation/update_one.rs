//! Changed members of one document; the others stay as they are.

use bson::RawDocument;

use super::Outcome;
use crate::{call::RawCall, document, error::Error, query::Update};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let filter = call.one(call.id()?);
    let update = changes(members)?;
    let resource = &call.resource;
    let changed = resource.store.update_one(resource.meta.collection, &filter, &update).await?;
    changed.map(Outcome::One).ok_or(Error::DocumentNotFound)
}

/// The update that a body asks for, which must be of something.
pub(super) fn changes(members: &RawDocument) -> Result<Update, Error> {
    if members.is_empty() {
        return Err(Error::InvalidBody);
    }
    Ok(document::update(members)?)
}
