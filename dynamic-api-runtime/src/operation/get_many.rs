//! A page of the entity's documents, in a stable order.

use bson::RawDocumentBuf;

use super::{Outcome, write::read_one};
use crate::{
    call::{PageMeta, Query, RawCall},
    context::CallContext,
    error::Error,
    query::{Count, Filter, Find, ListRequest, Paging, Place, Position, cursor, place_of},
    server_fields::ID,
    shape::OwnFilter,
};

pub(super) async fn perform(call: &RawCall, own: Option<OwnFilter>) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let context = CallContext::new(call);
    let own = own.map(|own| move |query: &Query| own(query, &context));
    let own = own.as_ref().map(|own| own as &dyn Fn(&Query) -> Result<Filter, Error>);
    let request = ListRequest::parse(&call.query, resource.meta, call.route, &resource.limits, own)?;
    let filter = request.filter.clone().and(call.rows(request.trashed));
    let (found, total) = tokio::try_join!(rows(call, &request, &filter), total(call, &request, &filter))?;
    let (found, page) = page(call, &request, found, total);
    let mut shown = Vec::with_capacity(found.len());
    for document in found {
        match call.policy.permit(call, &document).await {
            Ok(()) => shown.push(document),
            // What is to be missing is so here too, though the scope has let it through and the total counts it.
            Err(Error::DocumentNotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Outcome::Page(shown, page, request.selection))
}

/// The rows of the page, and one more where there are more.
async fn rows(call: &RawCall, request: &ListRequest, filter: &Filter) -> Result<Vec<RawDocumentBuf>, Error> {
    let resource = &call.resource;
    let find = Find::new(filter.clone())
        .sort(request.sort.clone())
        .limit(request.limit + 1)
        .time_limit(resource.limits.read_time)
        .byte_limit(resource.limits.reply_bytes);
    let find = match &request.paging {
        Paging::Page(_) => find.skip(request.skip()),
        Paging::After(place) => find.after(position(call, request, filter, place).await?),
    };
    let found = resource.store.find(resource.meta.collection, &find).await;
    found.map_err(|error| Error::of_read(error, &resource.limits))
}

/// The values of a cursor, or of the row that it names: one of this list, since a client can write a cursor of its own.
async fn position(
    call: &RawCall,
    request: &ListRequest,
    filter: &Filter,
    place: &Place,
) -> Result<Position, Error> {
    let id = match place {
        Place::Values(position) => return Ok(position.clone()),
        Place::Row(id) => id.clone(),
    };
    let gone = || Error::violation("/after", "query", "after names a row that is gone: start the list again");
    let named = Filter::eq(ID, id).and(filter.clone());
    let row = read_one(call, &*call.resource.store, named).await?.ok_or_else(gone)?;
    call.policy.permit(call, &row).await?;
    place_of(&row, &request.sort).ok_or_else(gone)
}

/// How many rows there are on all pages, where the client wants to know.
async fn total(call: &RawCall, request: &ListRequest, filter: &Filter) -> Result<Option<u64>, Error> {
    match request.count {
        Count::No => Ok(None),
        Count::Yes => {
            let (resource, limit) = (&call.resource, call.resource.limits.read_time);
            Ok(Some(resource.store.count_within(resource.meta.collection, filter, Some(limit)).await?))
        }
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
