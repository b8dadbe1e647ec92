//! The rules of paths, versions and names.

use proc_macro2::{Ident, TokenStream};
use syn::{LitStr, ext::IdentExt};

use crate::{attr::RawEntity, errors::Errors, messages};

/// The entity's path; one that only stands for it where there is none.
pub(super) fn path(raw: &RawEntity, entity: &Ident, errors: &Errors) -> String {
    use heck::ToKebabCase;
    let standing_for = format!("{}s", entity.unraw().to_string().to_kebab_case());
    let Some(path) = raw.path.get() else {
        if raw.path.is_written() || raw.has_unknown {
            return standing_for;
        }
        errors.push(messages::NO_PATH.at_span(proc_macro2::Span::call_site(), &[&standing_for]));
        return standing_for;
    };
    errors.keep(segments("path", path, "products")).unwrap_or(standing_for)
}

/// The segments that tell a route from another of its kind.
pub(super) fn sub_path(text: &LitStr) -> syn::Result<String> {
    let path = segments("sub_path", text, "admin")?;
    let first = path.split('/').next().unwrap_or_default();
    if RESERVED_SUB_PATHS.contains(&first) {
        return Err(messages::RESERVED_SUB_PATH.at(text, &[&path, &crate::names::list(&RESERVED_SUB_PATHS)]));
    }
    if path.split('/').any(is_id) {
        return Err(messages::SUB_PATH_LIKE_ID.at(text, &[&path]));
    }
    Ok(path)
}

/// The path of a custom route: whether it starts with an id, and what else there is of it.
pub(super) fn custom_path(text: &LitStr) -> syn::Result<(bool, Option<String>)> {
    let path = text.value();
    let (has_id, rest) = match path.split_once('/') {
        Some((":id", rest)) => (true, rest),
        None if path == ":id" => return Ok((true, None)),
        _ => (false, &*path),
    };
    if let Some(parameter) = rest.split('/').find(|segment| segment.starts_with([':', '{', '*'])) {
        return Err(messages::BAD_PARAMETER.at(text, &[parameter]));
    }
    let rest = segments("path", &LitStr::new(rest, text.span()), ":id/publish")?;
    let first = rest.split('/').next().unwrap_or_default();
    if !has_id && RESERVED_SUB_PATHS.contains(&first) {
        return Err(messages::RESERVED_PATH.at(text, &[&path, &crate::names::list(&RESERVED_SUB_PATHS)]));
    }
    if !has_id && is_id(first) {
        return Err(messages::PATH_LIKE_ID.at(text, &[&path]));
    }
    Ok((has_id, Some(rest)))
}

fn is_id(segment: &str) -> bool {
    segment.len() == 24 && segment.chars().all(|digit| digit.is_ascii_hexdigit())
}

const RESERVED_SUB_PATHS: [&str; 8] =
    ["many", "duplicate", "restore", "purge", "batch", "cache", "aggregate", "live"];

fn segments(option: &str, text: &LitStr, example: &str) -> syn::Result<String> {
    let path = text.value();
    if path.trim_matches('/').is_empty() {
        return Err(messages::EMPTY_TEXT.at(text, &[option, &format!("`{option} = \"{example}\"`")]));
    }
    if path.starts_with('/') || path.ends_with('/') {
        return Err(messages::SLASH_AT_END.at(text, &[option, path.trim_matches('/')]));
    }
    match path.split('/').find(|segment| !is_segment(segment)) {
        Some(segment) => Err(messages::BAD_SEGMENT.at(text, &[segment])),
        None => Ok(path),
    }
}

/// The unreserved characters of RFC 3986: everything else would have to be escaped, or means something to the router.
fn is_segment(segment: &str) -> bool {
    let unreserved = |letter: char| letter.is_ascii_alphanumeric() || "-_.~".contains(letter);
    !segment.is_empty() && segment != "." && segment != ".." && segment.chars().all(unreserved)
}

pub(super) fn version(text: &LitStr) -> syn::Result<String> {
    let version = text.value();
    let is_number = version.chars().all(|digit| digit.is_ascii_digit()) && version.parse::<u32>().is_ok();
    if is_number && !version.starts_with('0') {
        Ok(version)
    } else {
        Err(messages::BAD_VERSION.at(text, &[&version]))
    }
}

pub(super) fn api_tag(text: &LitStr) -> syn::Result<String> {
    let tag = text.value();
    let has_word = tag.chars().any(char::is_alphanumeric);
    if has_word { Ok(tag) } else { Err(messages::BAD_API_TAG.at(text, &[&tag])) }
}

/// The rules of MongoDB (<https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions>).
pub(super) fn collection(name: &str, place: &TokenStream, example: &str) -> syn::Result<()> {
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.contains('$') {
        "it has a `$`"
    } else if name.contains('\0') {
        "it has a NUL"
    } else if name.starts_with("system.") {
        "`system.` is the database's own"
    } else if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        "its dots stand at an end or together"
    } else {
        return Ok(());
    };
    Err(messages::BAD_COLLECTION.at(place, &[&name.escape_debug().to_string(), reason, example]))
}

pub(super) fn namespace(text: &LitStr) -> syn::Result<String> {
    let name = text.value();
    let is_name = name.starts_with('/')
        && !name.contains(|letter: char| letter.is_whitespace() || ",?#{}".contains(letter));
    if is_name { Ok(name) } else { Err(messages::BAD_NAMESPACE.at(text, &[&name])) }
}

pub(super) fn event(text: &LitStr) -> syn::Result<String> {
    let name = text.value();
    if name.is_empty() || name.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err(messages::BAD_EVENT.at(text, &[&name]));
    }
    is_free(&name, &messages::tokens(text))?;
    Ok(name)
}

/// Whether an event is not one of Socket.IO's or of the API's own.
pub(super) fn is_free(event: &str, place: &TokenStream) -> syn::Result<()> {
    match reserved_by(event) {
        Some(owner) => Err(messages::RESERVED_EVENT.at(place, &[event, owner])),
        None => Ok(()),
    }
}

fn reserved_by(event: &str) -> Option<&'static str> {
    const SOCKET_IO: [&str; 8] = [
        "connect",
        "connection",
        "disconnect",
        "disconnecting",
        "connect_error",
        "error",
        "newListener",
        "removeListener",
    ];
    const API: [&str; 5] = ["exception", "unauthorized", "join-rooms", "leave-rooms", "authenticate"];
    if SOCKET_IO.contains(&event) {
        Some("Socket.IO")
    } else if API.contains(&event) || event.starts_with("auth-") {
        Some("the API itself")
    } else {
        None
    }
}
