//! A copy of one document, with other values where the body has some.

use bson::RawDocument;

use super::{Outcome, update_many};
use crate::{
    call::RawCall,
    document::{copied, new_document},
    error::Error,
    validate,
};

pub(super) async fn perform(call: &RawCall, overrides: &RawDocument) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let originals = update_many::read(call, &*resource.store, &[call.id()?]).await?;
    let original = originals.first().ok_or(Error::DocumentNotFound)?;
    let (id, copy) = new_document(resource.meta, &copied(original, overrides)?)?;
    validate::whole(resource.meta, &copy)?;
    resource.store.insert(resource.meta.collection, std::slice::from_ref(&copy)).await?;
    Ok(Outcome::Created(id, copy))
}
