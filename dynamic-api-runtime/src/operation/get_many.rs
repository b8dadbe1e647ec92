//! A page of the entity's documents, in a stable order.

use bson::Bson;

use super::Outcome;
use crate::{
    call::{PageMeta, RawCall},
    error::Error,
    query::{Filter, Find, ListRequest, Op, Paging, Trashed},
    server_fields::DELETED_AT,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let list = ListRequest::parse(&call.query, resource.meta, call.route, &resource.limits, None)?;
    let rows = match list.trashed {
        Trashed::Without => resource.living(),
        Trashed::With => Filter::All,
        Trashed::Only => Filter::field(DELETED_AT, Op::Ne(Bson::Null)),
    };
    let skip = list.skip();
    let mut find = Find::new(list.filter.and(rows))
        .sort(list.sort)
        .skip(skip)
        .limit(list.limit)
        .time_limit(resource.limits.read_time);
    let page = match list.paging {
        Paging::Page(page) => page,
        Paging::After(position) => {
            find = find.after(position);
            1
        }
    };
    let found = resource.store.find(resource.meta.collection, &find).await?;
    Ok(Outcome::Page(found, PageMeta { page, limit: list.limit }))
}
