//! Whether a rule holds of a stored value. The rules of texts are garde's.

use std::cmp::Ordering;

use bson::RawBsonRef;
use garde::rules::{alphanumeric, ascii, contains, email, ip, length, pattern, prefix, suffix, url};

use super::{Bound, Check};
use crate::types::{PLAINTEXT, Uuid};

/// Whether a check holds of a value. What it can't be asked of is of another type, which is told elsewhere.
pub(super) fn holds(check: &Check, value: RawBsonRef<'_>) -> bool {
    // A password is a text until it is hashed.
    let value = plain(value).map_or(value, RawBsonRef::String);
    match (check, value) {
        (Check::Length { min, max }, value) => has_length(value, *min, *max),
        (Check::Range { min, max }, value) => is_within(value, *min, *max),
        (check, RawBsonRef::String(text)) => of_text(check, text),
        _ => true,
    }
}

/// The text of a password that is not hashed yet.
fn plain(value: RawBsonRef<'_>) -> Option<&str> {
    match value {
        RawBsonRef::Binary(binary) if binary.subtype == PLAINTEXT => std::str::from_utf8(binary.bytes).ok(),
        _ => None,
    }
}

fn of_text(check: &Check, text: &str) -> bool {
    let held = match check {
        Check::Email => email::apply(&text, ()),
        Check::Url => url::apply(&text, ()),
        Check::Ip => ip::apply(&text, (ip::IpKind::Any,)),
        Check::Ipv4 => ip::apply(&text, (ip::IpKind::V4,)),
        Check::Ipv6 => ip::apply(&text, (ip::IpKind::V6,)),
        Check::Uuid => return text.parse::<Uuid>().is_ok(),
        Check::Ascii => ascii::apply(&text, ()),
        Check::Alphanumeric => alphanumeric::apply(&text, ()),
        Check::Contains(part) => contains::apply(&text, (part,)),
        Check::Prefix(part) => prefix::apply(&text, (part,)),
        Check::Suffix(part) => suffix::apply(&text, (part,)),
        Check::Pattern(of) => match of().compiled() {
            Some(compiled) => pattern::apply(&text, (compiled,)),
            None => return false,
        },
        Check::Length { .. } | Check::Range { .. } | Check::Custom(_) | Check::Each(_) => return true,
    };
    held.is_ok()
}

fn has_length(value: RawBsonRef<'_>, min: Option<u64>, max: Option<u64>) -> bool {
    let wide = |length: u64| usize::try_from(length).unwrap_or(usize::MAX);
    let (min, max) = (min.map_or(0, wide), max.map_or(usize::MAX, wide));
    match value {
        RawBsonRef::String(text) => length::chars::apply(&text, (min, max)).is_ok(),
        RawBsonRef::Array(items) => (min..=max).contains(&items.into_iter().count()),
        RawBsonRef::Document(entries) => (min..=max).contains(&entries.into_iter().count()),
        _ => true,
    }
}

fn is_within(value: RawBsonRef<'_>, min: Option<Bound>, max: Option<Bound>) -> bool {
    let keeps = |bound: Option<Bound>, beyond: Ordering| {
        let Some(bound) = bound else { return true };
        let compared = bound.number.compared(value);
        compared.is_none_or(|order| order != beyond && !(bound.exclusive && order.is_eq()))
    };
    keeps(min, Ordering::Less) && keeps(max, Ordering::Greater)
}
