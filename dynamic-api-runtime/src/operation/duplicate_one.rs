//! A copy of one document, with other values where the body has some.

use bson::RawDocument;

use super::{Outcome, create_one::create, effects, update_many};
use crate::{call::RawCall, document::copied, error::Error};

pub(super) async fn perform(call: &RawCall, overrides: &RawDocument) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let originals = update_many::read(call, &*resource.store, &[call.id()?]).await?;
    let original = originals.first().ok_or(Error::DocumentNotFound)?;
    // What is copied is what was permitted, whatever became of the original since: as if one call had read it, and another made this.
    call.policy.permit(call, original).await?;
    let members = copied(resource.meta, original, overrides)?;
    let (id, copy) = effects::run(call, |on, _| Box::pin(create(call, on, &members))).await?;
    Ok(Outcome::Created(id, copy))
}
