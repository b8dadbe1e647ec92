//! Who may connect, and as whom: the one place where that is decided for sockets.

use std::{net::IpAddr, sync::Arc};

use http::{header, request::Parts};
use serde_json::Value;
use socketioxide::extract::SocketRef;

use super::identity::Identity;
use crate::{
    app::{Cors, InvalidToken},
    auth::Refusal,
    rest::sender,
};

/// Where a socket comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The name of the connection.
    pub(super) connection: Arc<str>,
    pub(super) address: Option<IpAddr>,
    pub(super) device: Option<String>,
}

/// Why a socket may not connect: the message of the client's `connect_error`.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// A page of another origin, which CORS does not allow.
    #[error("Origin not allowed")]
    Origin,
    /// A token that does not say who the socket is.
    #[error("Unauthorized: {0}")]
    Token(String),
    /// It can't be found out now.
    #[error("The service is temporarily unavailable")]
    Unavailable,
}

/// A token that a socket sent in vain and connects without, and why: to be told once it is connected.
#[derive(Clone)]
pub(super) struct Ignored(pub(super) String);

/// Decides on the page that a socket comes from.
pub(super) fn admit(socket: &SocketRef, cors: Option<&Cors>) -> Result<(), Refused> {
    let request = socket.req_parts();
    if !is_origin_allowed(request, cors) {
        tracing::info!(origin = ?request.headers.get(header::ORIGIN), "a page of another origin was refused: see cors(..)");
        return Err(Refused::Origin);
    }
    Ok(())
}

/// Finds out who a socket is by the token of its handshake, `auth: {token}`. Without one, or with `null` or an empty text, it is
/// nobody; where the application has no accounts too.
pub(super) async fn identify(
    identity: &Arc<Identity>,
    auth: Option<&Value>,
    invalid: InvalidToken,
) -> Result<Option<Ignored>, Refused> {
    let token = match auth.and_then(|auth| auth.get("token")) {
        _ if identity.presence().is_none() => return Ok(None),
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(token)) if token.is_empty() => return Ok(None),
        Some(Value::String(token)) => identity.authenticate(token).await.map(|_| ()),
        Some(_) => return ignored("the token is no string".to_owned(), invalid),
    };
    match token {
        Ok(()) => Ok(None),
        Err(Refusal::Failed(_)) => Err(Refused::Unavailable),
        Err(refusal) => ignored(refusal.to_string(), invalid),
    }
}

fn ignored(reason: String, invalid: InvalidToken) -> Result<Option<Ignored>, Refused> {
    match invalid {
        InvalidToken::Reject => Err(Refused::Token(reason)),
        InvalidToken::Ignore => Ok(Some(Ignored(reason))),
    }
}

/// Where a socket comes from, by its handshake.
pub(super) fn origin(socket: &SocketRef, identity: &Identity) -> Origin {
    let request = socket.req_parts();
    let accounts = identity.presence().map(|presence| presence.accounts());
    Origin {
        connection: socket.id.as_str().into(),
        address: accounts
            .and_then(|accounts| sender::address(accounts, &request.headers, &request.extensions)),
        device: sender::device(&request.headers),
    }
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
