//! What a response says of its caller's session: the cookie of cookie mode, the challenge of a 401, and how often calls may come.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{cookie, sender::Doubt};
use crate::{
    auth::{Accounts, TokenUse},
    call::{Route, RouteKind, SessionChange},
    error::Error,
};

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const RATE_LIMIT: [HeaderName; 3] = [
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
];

/// What the answer of an account route says besides its body: it is nobody's to keep (RFC 6749, section 5.1).
pub(super) fn account_headers(headers: &mut HeaderMap, route: &Route) {
    if matches!(route.kind, RouteKind::Account(_)) {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
}

/// Hands a refresh token out, or takes it back, where it is kept as a cookie.
pub(super) fn set_cookie(headers: &mut HeaderMap, accounts: Option<&Accounts>, change: &SessionChange) {
    let config = accounts.map(Accounts::config);
    let Some((config, setting)) = config.and_then(|config| Some((config, config.refresh_cookie.as_ref()?)))
    else {
        return;
    };
    let cookie = match change {
        SessionChange::Promoted { pair, .. } => {
            cookie::set(setting, &pair.refresh_token, config.lifetime_of(TokenUse::Refresh))
        }
        SessionChange::Ended => cookie::clear(setting),
    };
    if let Some(cookie) = cookie {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// What a failed call is told of how to do better: with which token, or when.
pub(super) fn failure_headers(headers: &mut HeaderMap, error: &Error, doubt: &Doubt) {
    if error.status() == 401
        && let Ok(challenge) = HeaderValue::try_from(doubt.challenge())
    {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Error::TooManyRequests { limit, remaining, reset, .. } = error {
        for (name, value) in RATE_LIMIT.into_iter().zip([*limit, *remaining, *reset]) {
            headers.insert(name, value.into());
        }
    }
}
