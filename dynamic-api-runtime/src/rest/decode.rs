//! Percent-encoding (RFC 3986, section 2.1), strictly: what is no UTF-8 is refused, and not replaced.

use std::borrow::Cow;

use crate::error::Error;

/// A segment of a path.
pub(super) fn segment(text: &str) -> Result<Cow<'_, str>, Error> {
    decode(text, false)
        .ok_or_else(|| Error::violation("", "encoding", "the path must be percent-encoded UTF-8"))
}

/// The pairs of a query string, in order.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = Result<(Cow<'_, str>, Cow<'_, str>), Error>> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let pair = decode(name, true).zip(decode(value, true));
        pair.ok_or_else(|| Error::violation("", "encoding", "the query must be percent-encoded UTF-8"))
    })
}

/// The name in a pair of a query string; `None` where it is no UTF-8.
pub(super) fn name(pair: &str) -> Option<Cow<'_, str>> {
    decode(pair.split('=').next().unwrap_or_default(), true)
}

fn decode(text: &str, plus_is_space: bool) -> Option<Cow<'_, str>> {
    let special = |byte: u8| byte == b'%' || (plus_is_space && byte == b'+');
    if !text.bytes().any(special) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            b'+' if plus_is_space => b' ',
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
