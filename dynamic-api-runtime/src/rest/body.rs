//! The body of a request: JSON within the limit, as it came in.

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;

use crate::error::Error;

/// How much of a body that is too large is still taken in. A client that is not told to wait reads the response only after it
/// has sent its body: on a connection that is closed before, the response would be lost.
const DISCARDED: usize = 8 * 1024 * 1024;

/// Reads a body of JSON, `None` where there is none.
pub(super) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Option<Bytes>, Error> {
    let expected = body.size_hint();
    if expected.exact() == Some(0) {
        return Ok(None);
    }
    if expected.lower() > limit as u64 {
        let waits = headers.contains_key(header::EXPECT);
        return Err(too_large(body, if waits { 0 } else { DISCARDED }, limit).await);
    }
    let is_json = is_json(headers);
    let json = collect(body, limit).await?;
    match json {
        json if json.is_empty() => Ok(None),
        _ if !is_json => Err(Error::UnsupportedMediaType),
        json => Ok(Some(json)),
    }
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

/// Whether the content is `application/json`, or of a type whose syntax is JSON's (RFC 6839, section 3.1).
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(content_type)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    let ends_in_json = subtype.len() > 5
        && subtype.get(subtype.len() - 5..).is_some_and(|end| end.eq_ignore_ascii_case("+json"));
    (kind.eq_ignore_ascii_case("application") && subtype.eq_ignore_ascii_case("json")) || ends_in_json
}
