//! Who may connect, and as whom: the one place where that is decided for sockets.

use http::{header, request::Parts};
use socketioxide::extract::SocketRef;

use crate::{app::Cors, call::Principal};

/// Why a socket may not connect: the message of the client's `connect_error`.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// A page of another origin, which CORS does not allow.
    #[error("Origin not allowed")]
    Origin,
}

/// Decides on a socket that wants to connect.
pub(super) fn admit(socket: &SocketRef, cors: Option<&Cors>) -> Result<Principal, Refused> {
    let request = socket.req_parts();
    if !is_origin_allowed(request, cors) {
        tracing::info!(origin = ?request.headers.get(header::ORIGIN), "a page of another origin was refused: see cors(..)");
        return Err(Refused::Origin);
    }
    Ok(Principal::Anonymous)
}

/// Browsers send the origin of the page with every handshake and leave it to the server to refuse it, since WebSockets are
/// not under CORS (RFC 6455, section 10.2). Programs that are no browser send none.
fn is_origin_allowed(request: &Parts, cors: Option<&Cors>) -> bool {
    let Some(origin) = request.headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    is_own(origin, request) || cors.is_some_and(|cors| cors.allows(origin))
}

/// Whether an origin is the one that the request was sent to.
fn is_own(origin: &str, request: &Parts) -> bool {
    let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri.authority().map(|authority| authority.as_str()));
    origin.split_once("://").is_some_and(|(_, of_page)| host == Some(of_page))
}
