//! Who sent a request: the token, the address and the device that it came with.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, header};

use super::cookie;
use crate::{
    auth::{Accounts, Refusal, client_address},
    call::{AccountKind, Credential, Principal, Route, RouteKind, Secret},
    error::Error,
};

/// Names of devices are kept up to this length, in bytes.
const MAX_DEVICE: usize = 256;

/// Who sent a request, as far as it says.
#[derive(Debug, Default)]
pub(super) struct Sender {
    pub(super) principal: Principal,
    pub(super) address: Option<IpAddr>,
    pub(super) device: Option<String>,
    /// The token of a route that takes a refresh token.
    pub(super) bearer: Option<Secret>,
}

/// What a request said of its sender that is not so: what the challenge of a 401 tells.
#[derive(Debug, Default)]
pub(super) struct Doubt(Option<String>);

impl Doubt {
    /// The challenge to send a token (RFC 6750, section 3).
    pub(super) fn challenge(&self) -> String {
        match &self.0 {
            None => "Bearer realm=\"api\"".to_owned(),
            Some(reason) => {
                format!("Bearer realm=\"api\", error=\"invalid_token\", error_description=\"{reason}\"")
            }
        }
    }
}

/// Finds out who sent a request. A token that is none leaves the sender unknown: it is the route that says whether that matters.
pub(super) async fn of(
    accounts: Option<&Accounts>,
    route: &Route,
    headers: &HeaderMap,
    extensions: &Extensions,
    doubt: &mut Doubt,
) -> Result<Sender, Error> {
    let Some(accounts) = accounts else { return Ok(Sender::default()) };
    let mut sender = Sender {
        address: address(accounts, headers, extensions),
        device: device(headers),
        ..Sender::default()
    };
    match credential(route.kind) {
        Credential::Refresh => sender.bearer = refresh_token(accounts, headers).map(Secret),
        Credential::Access => {
            let Some(token) = token(headers) else { return Ok(sender) };
            sender.principal = principal(accounts, token, doubt).await?;
        }
        Credential::None => {}
    }
    Ok(sender)
}

/// The token that the calls of a route come with.
fn credential(kind: RouteKind) -> Credential {
    match kind {
        // Where registrations are for some users alone, it is asked who they are.
        RouteKind::Account(AccountKind::Register) => Credential::Access,
        RouteKind::Account(account) => account.credential(),
        _ => Credential::Access,
    }
}

/// Who a token is of: nobody, where it is none.
pub(super) async fn principal(
    accounts: &Accounts,
    token: &str,
    doubt: &mut Doubt,
) -> Result<Principal, Error> {
    match accounts.authenticate(token).await {
        Ok(principal) => Ok(principal),
        Err(Refusal::Failed(error)) => Err(error),
        Err(refusal) => {
            doubt.0 = Some(refusal.to_string());
            Ok(Principal::Anonymous)
        }
    }
}

/// The token of the header `Authorization` (RFC 6750, section 2.1). Of two such headers one would be unheard, so that none is.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let (line, None) = (lines.next()?.to_str().ok()?, lines.next()) else { return None };
    let (scheme, token) = line.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// In cookie mode the cookie goes before: what stands in the header is an access token then, as with every call.
fn refresh_token(accounts: &Accounts, headers: &HeaderMap) -> Option<String> {
    let setting = accounts.config().refresh_cookie.as_ref();
    let cookie = setting.and_then(|setting| cookie::read(headers, &setting.name));
    cookie.or_else(|| token(headers)).map(str::to_owned)
}

/// The address of the client, where the server says whom it is connected to.
pub(crate) fn address(accounts: &Accounts, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let config = accounts.config();
    Some(client_address(peer.ip(), headers, &config.trusted_proxies, config.forwarded_header))
}

/// What a client calls itself.
pub(crate) fn device(headers: &HeaderMap) -> Option<String> {
    let name = headers.get(header::USER_AGENT)?.to_str().ok()?.trim();
    // The text of a header is ASCII where it is one.
    let name = name.get(..name.len().min(MAX_DEVICE))?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::AUTHORIZATION, line.parse().unwrap());
        }
        token(&headers).map(str::to_owned)
    }

    #[test]
    fn a_bearer_token_is_the_one_word_behind_its_scheme() {
        assert_eq!(read(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(read(&["bearer   abc "]).as_deref(), Some("abc"));
        for lines in [&[][..], &["abc"], &["Bearer"], &["Bearer "], &["Basic abc"], &["Bearer a", "Bearer b"]]
        {
            assert_eq!(read(lines), None, "{lines:?}");
        }
    }

    #[test]
    fn a_challenge_tells_what_is_wrong_with_a_token() {
        assert_eq!(Doubt::default().challenge(), "Bearer realm=\"api\"");
        let expired = Doubt(Some("the token has expired".to_owned())).challenge();
        assert!(expired.ends_with("error=\"invalid_token\", error_description=\"the token has expired\""));
    }

    #[test]
    fn a_device_has_a_name_of_bounded_length() {
        let of = |name: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, name.parse().unwrap());
            device(&headers).map(|name| name.len())
        };
        assert_eq!((of("Firefox"), of(" "), of(&"x".repeat(5000))), (Some(7), None, Some(256)));
    }
}
