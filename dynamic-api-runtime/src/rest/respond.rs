//! From a reply or an error to a response.

use std::fmt;

use axum::{
    body::Body,
    extract::{OriginalUri, Request},
    response::Response,
};
use http::{HeaderName, HeaderValue, StatusCode, Uri, header};

use super::{body, paths};
use crate::{
    call::{RawReply, Success},
    entrance::RequestIds,
    error::Error,
    types::Id,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");
const SKIPPED: HeaderName = HeaderName::from_static("x-skipped");

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
    let mut response = Response::new(Body::from(reply.json));
    if reply.success == Success::Created {
        *response.status_mut() = StatusCode::CREATED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(REQUEST_ID, about.request_id);
    if reply.skipped > 0 {
        headers.insert(SKIPPED, reply.skipped.into());
    }
    if let Some(location) = reply.created.and_then(|id| location(about.uri.path(), tail, id)) {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// The path of a new document: that of its entity, as the client wrote it, and its id.
fn location(path: &str, tail: usize, id: Id) -> Option<HeaderValue> {
    let segments: Vec<&str> = paths::segments(path).collect();
    let entity = segments.get(..segments.len().checked_sub(tail)?)?;
    HeaderValue::try_from(format!("/{}/{id}", entity.join("/"))).ok()
}

/// The response to a call that failed.
pub(super) fn failure(error: &Error, about: About) -> Response {
    let mut response = problem(error, about.uri.path());
    response.headers_mut().insert(REQUEST_ID, about.request_id);
    response
}

fn problem(error: &Error, instance: &str) -> Response {
    // A problem is texts and numbers, which always have a JSON form.
    let json = serde_json::to_vec(&error.problem(instance)).unwrap_or_default();
    let mut response = Response::new(Body::from(json));
    *response.status_mut() =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM);
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    if let Error::UnsupportedMediaType { accepted: body::PATCHES } = error {
        response.headers_mut().insert(ACCEPT_PATCH, HeaderValue::from_static(body::PATCHES));
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
