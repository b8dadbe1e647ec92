//! The body of a request: JSON within the limit, as it came in, and what its type says of it.

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;

use crate::{
    call::{BodyForm, RouteKind},
    error::Error,
};

/// What routes read.
const MEMBERS: &str = "application/json";
/// What routes read that take patches: the value of their `Accept-Patch` (RFC 5789, section 3.1).
pub(super) const PATCHES: &str =
    "application/json, application/merge-patch+json, application/json-patch+json";

/// How much of a body that is too large is still taken in. A client that is not told to wait reads the response only after it
/// has sent its body: on a connection that is closed before, the response would be lost.
const DISCARDED: usize = 8 * 1024 * 1024;

/// Reads the JSON of a body for a route of this kind, `None` where there is none.
pub(super) async fn read(
    kind: RouteKind,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Option<(Bytes, BodyForm)>, Error> {
    let expected = body.size_hint();
    if expected.exact() == Some(0) {
        return Ok(None);
    }
    if expected.lower() > limit as u64 {
        let waits = headers.contains_key(header::EXPECT);
        return Err(too_large(body, if waits { 0 } else { DISCARDED }, limit).await);
    }
    let form = form(kind, headers);
    let json = collect(body, limit).await?;
    if json.is_empty() {
        return Ok(None);
    }
    let accepted = if kind.takes_patches() { PATCHES } else { MEMBERS };
    form.map(|form| Some((json, form))).ok_or(Error::UnsupportedMediaType { accepted })
}

/// All of a body. One that came in a single piece is not copied.
async fn collect(mut body: Body, limit: usize) -> Result<Bytes, Error> {
    let (mut first, mut rest) = (Bytes::new(), BytesMut::new());
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Error::InvalidBody)?.into_data() else { continue };
        if first.len() + rest.len() + data.len() > limit {
            return Err(too_large(body, DISCARDED, limit).await);
        }
        if first.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&data);
        }
    }
    if rest.is_empty() {
        return Ok(first);
    }
    let mut all = BytesMut::with_capacity(first.len() + rest.len());
    all.extend_from_slice(&first);
    all.extend_from_slice(&rest);
    Ok(all.freeze())
}

/// The error of a body that is too large, once enough of it was taken in.
async fn too_large(mut body: Body, mut discarded: usize, limit: usize) -> Error {
    while discarded > 0 {
        let Some(Ok(frame)) = body.frame().await else { break };
        discarded = discarded.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
    }
    Error::PayloadTooLarge { limit }
}

/// What a body is by its type; `None` where a route of this kind does not read it. Besides the patches' own types, that is
/// `application/json` or any type whose syntax is JSON's (RFC 6839, section 3.1).
fn form(kind: RouteKind, headers: &HeaderMap) -> Option<BodyForm> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.split_once('/')? {
        ("application", "merge-patch+json") => kind.takes_patches().then_some(BodyForm::MergePatch),
        ("application", "json-patch+json") => kind.takes_patches().then_some(BodyForm::JsonPatch),
        ("application", "json") => Some(BodyForm::Members),
        (_, subtype) => (subtype.len() > 5 && subtype.ends_with("+json")).then_some(BodyForm::Members),
    }
}
