//! A page of the entity's living documents, in a stable order.

use super::Outcome;
use crate::{
    call::RawCall,
    error::Error,
    query::{Find, ListQuery},
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let list = ListQuery::parse(&call.query, resource.meta, &resource.limits)?;
    let find = Find::new(resource.living())
        .sort(list.sort.clone().stable())
        .skip(list.skip())
        .limit(list.limit)
        .time_limit(resource.limits.read_time);
    let found = resource.store.find(resource.meta.collection, &find).await?;
    Ok(Outcome::Page(found, list.meta()))
}
