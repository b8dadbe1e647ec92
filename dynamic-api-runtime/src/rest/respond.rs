//! From a reply or an error to a response.

use std::fmt;

use axum::{
    body::Body,
    extract::{OriginalUri, Request},
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};

use super::{decode, paths};
use crate::{
    call::{PageMeta, RawReply, Success},
    entrance::RequestIds,
    error::Error,
    query::MAX_PAGE,
    types::Id,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");
const SKIPPED: HeaderName = HeaderName::from_static("x-skipped");
const NEXT_CURSOR: HeaderName = HeaderName::from_static("x-next-cursor");
const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// The members of a list's query that say where it starts.
const PAGE: &str = "page";
const AFTER: &str = "after";

/// A client's own name of a request is taken over up to this length.
const MAX_REQUEST_ID: usize = 128;

/// What a response says of its request.
pub(super) struct About {
    uri: Uri,
    request_id: HeaderValue,
}

impl About {
    pub(super) fn of(request: &Request, ids: &RequestIds) -> Self {
        let original = request.extensions().get::<OriginalUri>().map(|OriginalUri(uri)| uri);
        let sent = request.headers().get(REQUEST_ID);
        let sent = sent.filter(|id| id.len() <= MAX_REQUEST_ID && id.to_str().is_ok_and(|id| !id.is_empty()));
        let made = || HeaderValue::from_bytes(&ids.next().digits()).unwrap_or(HeaderValue::from_static("-"));
        Self {
            uri: original.unwrap_or(request.uri()).clone(),
            request_id: sent.cloned().unwrap_or_else(made),
        }
    }
}

/// What the log calls the request.
impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.request_id.to_str().unwrap_or_default())
    }
}

/// The response to a call that succeeded. `tail` is how many segments of the path are behind the entity's.
pub(super) fn success(reply: RawReply, tail: usize, about: About) -> Response {
    let (status, body) = match reply.success {
        Success::Ok => (StatusCode::OK, Some(reply.json)),
        Success::Created => (StatusCode::CREATED, Some(reply.json)),
        Success::NoContent => (StatusCode::NO_CONTENT, None),
    };
    let has_body = body.is_some();
    let mut response = Response::new(body.map_or_else(Body::empty, Body::from));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if has_body {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
    headers.insert(REQUEST_ID, about.request_id);
    if reply.skipped > 0 {
        headers.insert(SKIPPED, reply.skipped.into());
    }
    if let Some(page) = &reply.page {
        list_headers(headers, page, &about.uri);
    }
    if let Some(location) = reply.created.and_then(|id| location(about.uri.path(), tail, id)) {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// What a page of a list says of the others: their addresses (RFC 8288), and how many rows there are on all.
fn list_headers(headers: &mut HeaderMap, page: &PageMeta, uri: &Uri) {
    let links: Vec<String> = [("next", next(page)), ("prev", previous(page))]
        .into_iter()
        .filter_map(|(relation, place)| Some(format!("<{}>; rel=\"{relation}\"", address(uri, place?))))
        .collect();
    if let (false, Ok(links)) = (links.is_empty(), HeaderValue::try_from(links.join(", "))) {
        headers.insert(header::LINK, links);
    }
    if let Some(Ok(cursor)) = page.next_cursor.as_deref().map(HeaderValue::from_str) {
        headers.insert(NEXT_CURSOR, cursor);
    }
    if let Some(total) = page.total {
        headers.insert(TOTAL_COUNT, total.into());
    }
}

/// The member of a query that asks for the next page, the way in which the client asked for this one.
fn next(page: &PageMeta) -> Option<(&'static str, String)> {
    match (page.page, &page.next_cursor) {
        _ if !page.has_more => None,
        (Some(number), _) if number < MAX_PAGE => Some((PAGE, (number + 1).to_string())),
        (_, cursor) => cursor.clone().map(|cursor| (AFTER, cursor)),
    }
}

fn previous(page: &PageMeta) -> Option<(&'static str, String)> {
    page.page.filter(|number| *number > 1).map(|number| (PAGE, (number - 1).to_string()))
}

/// The path and the query of a request with another place in the list.
fn address(uri: &Uri, (name, value): (&str, String)) -> String {
    let query = uri.query().unwrap_or_default();
    let says_place = |pair: &&str| decode::name(pair).is_some_and(|member| member == PAGE || member == AFTER);
    let others = query.split('&').filter(|pair| !pair.is_empty() && !says_place(pair));
    let place = format!("{name}={value}");
    let members: Vec<&str> = others.chain([place.as_str()]).collect();
    format!("{}?{}", uri.path(), members.join("&"))
}

/// The path of a new document: that of its entity, as the client wrote it, and its id.
fn location(path: &str, tail: usize, id: Id) -> Option<HeaderValue> {
    let segments: Vec<&str> = paths::segments(path).collect();
    let entity = segments.get(..segments.len().checked_sub(tail)?)?;
    HeaderValue::try_from(format!("/{}/{id}", entity.join("/"))).ok()
}

/// The response to a call that failed. `patches` is what the route reads, where it answers PATCH: a body of another type is
/// told so (RFC 5789, section 2.2).
pub(super) fn call_failure(error: &Error, patches: Option<&'static str>, about: About) -> Response {
    let mut response = failure(error, about);
    if let (Error::UnsupportedMediaType { .. }, Some(patches)) = (error, patches) {
        response.headers_mut().insert(ACCEPT_PATCH, HeaderValue::from_static(patches));
    }
    response
}

/// The response to what failed.
pub(super) fn failure(error: &Error, about: About) -> Response {
    let mut response = problem(error, about.uri.path());
    response.headers_mut().insert(REQUEST_ID, about.request_id);
    response
}

pub(super) fn problem(error: &Error, instance: &str) -> Response {
    // A problem is texts and numbers, which always have a JSON form.
    let json = serde_json::to_vec(&error.problem(instance)).unwrap_or_default();
    let mut response = Response::new(Body::from(json));
    *response.status_mut() =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM);
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The response to a method that the path does not have.
pub(super) fn method_not_allowed(allow: &HeaderValue, about: About) -> Response {
    let mut response = failure(&Error::MethodNotAllowed, about);
    response.headers_mut().insert(header::ALLOW, allow.clone());
    response
}

/// The response to a question for the methods of a path. `patches` is what its PATCH reads, where it has one.
pub(super) fn options(allow: &HeaderValue, patches: Option<&'static str>, about: About) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::ALLOW, allow.clone());
    if let Some(patches) = patches {
        response.headers_mut().insert(ACCEPT_PATCH, HeaderValue::from_static(patches));
    }
    response.headers_mut().insert(REQUEST_ID, about.request_id);
    response
}

/// The response to a path that no route has.
pub(crate) fn not_found(request: &Request, ids: &RequestIds) -> Response {
    failure(&Error::RouteNotFound(request.uri().path().to_owned()), About::of(request, ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(uri: &str, page: &PageMeta) -> String {
        let (uri, mut headers) = (uri.parse().unwrap_or_default(), HeaderMap::new());
        list_headers(&mut headers, page, &uri);
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        format!("{} {} {}", text(header::LINK), text(NEXT_CURSOR), text(TOTAL_COUNT))
    }

    fn page(page: Option<u64>, next_cursor: Option<&str>) -> PageMeta {
        let next_cursor = next_cursor.map(str::to_owned);
        PageMeta { page, limit: 10, has_more: next_cursor.is_some(), next_cursor, total: Some(7) }
    }

    #[test]
    fn a_page_says_where_its_neighbours_are() {
        assert_eq!(
            links("/v1/users?name=A%20b&p%61ge=2&limit=10", &page(Some(2), Some("abc"))),
            "</v1/users?name=A%20b&limit=10&page=3>; rel=\"next\", </v1/users?name=A%20b&limit=10&page=1>; rel=\"prev\" abc 7"
        );
        assert_eq!(links("/users", &page(Some(1), Some("abc"))), "</users?page=2>; rel=\"next\" abc 7");
        assert_eq!(
            links("/users?after=x&sort=-name", &page(None, Some("abc"))),
            "</users?sort=-name&after=abc>; rel=\"next\" abc 7"
        );
        assert_eq!(links("/users?after=x", &page(None, None)), "  7");
    }
}
