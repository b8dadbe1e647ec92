//! One document, by its id.

use super::{Outcome, write::read_one};
use crate::{
    call::RawCall,
    error::Error,
    query::{Filter, ReadRequest},
    server_fields::ID,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let id = call.id()?;
    let request = ReadRequest::parse(&call.query, resource.meta, call.route)?;
    let filter = Filter::eq(ID, id).and(call.rows(request.trashed));
    let document = read_one(call, &*resource.store, filter).await?.ok_or(Error::DocumentNotFound)?;
    call.policy.permit(call, &document).await?;
    Ok(Outcome::Read(document, request.selection))
}
