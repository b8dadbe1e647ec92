//! The public keys of access tokens, at the place where other programs look for them (RFC 8414, RFC 7517).

use axum::{Router, response::Response, routing::get};
use bytes::Bytes;
use http::{HeaderValue, header};

use crate::auth::Accounts;

const PATH: &str = "/.well-known/jwks.json";
const JWK_SET: HeaderValue = HeaderValue::from_static("application/jwk-set+json");
/// A key that is new is not known for so long to who asked before: an old one is to be retired that much later.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Adds the document, where tokens are signed by keys that have a public half.
pub(super) fn mount(router: Router, accounts: &Accounts) -> Router {
    let keys = accounts.jwks();
    if keys.is_empty() {
        return router;
    }
    // A set of keys is texts, which always have a JSON form.
    let json = Bytes::from(serde_json::to_vec(&keys).unwrap_or_default());
    router.route(PATH, get(move || std::future::ready(response(json))))
}

fn response(json: Bytes) -> Response {
    let mut response = Response::new(json.into());
    response.headers_mut().insert(header::CONTENT_TYPE, JWK_SET);
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    response
}
