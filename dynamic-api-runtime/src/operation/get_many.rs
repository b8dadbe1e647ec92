//! A page of the entity's documents, in a stable order.

use bson::RawDocumentBuf;

use super::Outcome;
use crate::{
    call::{PageMeta, Query, RawCall},
    context::CallContext,
    error::Error,
    query::{Count, Filter, Find, ListRequest, Paging, cursor},
    shape::OwnFilter,
};

pub(super) async fn perform(call: &RawCall, own: Option<OwnFilter>) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let context = CallContext::new(call);
    let own = own.map(|own| move |query: &Query| own(query, &context));
    let own = own.as_ref().map(|own| own as &dyn Fn(&Query) -> Result<Filter, Error>);
    let request = ListRequest::parse(&call.query, resource.meta, call.route, &resource.limits, own)?;
    let filter = request.filter.clone().and(resource.rows(request.trashed));
    let (found, total) = tokio::try_join!(rows(call, &request, &filter), total(call, &request, &filter))?;
    let (found, page) = page(call, &request, found, total);
    Ok(Outcome::Page(found, page, request.selection))
}

/// The rows of the page, and one more where there are more.
async fn rows(call: &RawCall, request: &ListRequest, filter: &Filter) -> Result<Vec<RawDocumentBuf>, Error> {
    let resource = &call.resource;
    let find = Find::new(filter.clone())
        .sort(request.sort.clone())
        .limit(request.limit + 1)
        .time_limit(resource.limits.read_time);
    let find = match &request.paging {
        Paging::Page(_) => find.skip(request.skip()),
        Paging::After(position) => find.after(position.clone()),
    };
    Ok(resource.store.find(resource.meta.collection, &find).await?)
}

/// How many rows there are on all pages, where the client wants to know.
async fn total(call: &RawCall, request: &ListRequest, filter: &Filter) -> Result<Option<u64>, Error> {
    match request.count {
        Count::No => Ok(None),
        Count::Yes => Ok(Some(call.resource.store.count(call.resource.meta.collection, filter).await?)),
    }
}

/// The rows without the one too many, and where they stand.
fn page(
    call: &RawCall,
    request: &ListRequest,
    mut rows: Vec<RawDocumentBuf>,
    total: Option<u64>,
) -> (Vec<RawDocumentBuf>, PageMeta) {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| has_more);
    let meta = PageMeta {
        page: match request.paging {
            Paging::Page(page) => Some(page),
            Paging::After(_) => None,
        },
        limit: request.limit,
        next_cursor: last.and_then(|last| cursor(request, call.resource.meta, last)),
        total,
        has_more,
    };
    (rows, meta)
}
