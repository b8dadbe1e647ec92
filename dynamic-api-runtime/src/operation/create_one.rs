//! A new document.

use bson::RawDocument;

use super::Outcome;
use crate::{call::RawCall, document::new_document, error::Error};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let (id, document) = new_document(resource.meta, members)?;
    resource.store.insert(resource.meta.collection, std::slice::from_ref(&document)).await?;
    Ok(Outcome::Created(id, document))
}
