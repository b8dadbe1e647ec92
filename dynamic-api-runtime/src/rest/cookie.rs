//! The cookie of cookie mode on its way: the refresh token, where no script can read it (RFC 6265).

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};

use crate::auth::RefreshCookie;

/// The value of a cookie of a request.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(other, _)| *other == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// The header that gives a browser a refresh token to keep for this time.
pub(super) fn set(cookie: &RefreshCookie, token: &str, lifetime: Duration) -> Option<HeaderValue> {
    // A token is letters, digits, dots, `-` and `_`, all of which a value can have.
    header(cookie, token, lifetime.as_secs())
}

/// The header that has a browser forget it.
pub(super) fn clear(cookie: &RefreshCookie) -> Option<HeaderValue> {
    header(cookie, "", 0)
}

fn header(cookie: &RefreshCookie, value: &str, seconds: u64) -> Option<HeaderValue> {
    let RefreshCookie { name, path, .. } = cookie;
    let text = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict");
    let mut header = HeaderValue::try_from(text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; token=abc.d-e_f; b=2".parse().unwrap());
        headers.append(header::COOKIE, "c=3;d=".parse().unwrap());
        for (name, value) in [("token", Some("abc.d-e_f")), ("c", Some("3")), ("d", None), ("oken", None)] {
            assert_eq!(read(&headers, name), value, "{name}");
        }
    }

    #[test]
    fn it_is_kept_from_scripts_and_other_sites() {
        let cookie = RefreshCookie::default();
        let given = set(&cookie, "abc", Duration::from_secs(60)).unwrap();
        assert_eq!(
            given,
            "__Secure-refresh-token=abc; Path=/auth; Max-Age=60; HttpOnly; Secure; SameSite=Strict"
        );
        assert!(given.is_sensitive());
        assert!(clear(&cookie).unwrap().to_str().unwrap().contains("=; Path=/auth; Max-Age=0;"));
    }
}
