//! One document, by its id.

use super::{Outcome, change::read_one};
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
    let filter = Filter::eq(ID, id).and(resource.rows(request.trashed));
    let found = read_one(call, &*resource.store, &filter).await?;
    found.map(|document| Outcome::Read(document, request.selection)).ok_or(Error::DocumentNotFound)
}
