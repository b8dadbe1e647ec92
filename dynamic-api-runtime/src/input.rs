//! From the JSON that a client sends to the members to store. Nothing undeclared gets through.
//!
//! The straight way is serde alone. Only where that fails, [`explain`](mod@explain) looks at every member against the declared
//! fields, so that a client reads all that is wrong at once.

mod explain;
pub(crate) mod keys;
mod members;
#[cfg(test)]
mod tests;
mod violations;

use std::{borrow::Cow, collections::HashSet};

use bson::RawDocumentBuf;
use serde::{Deserialize, Serialize, de::DeserializeOwned, de::value::MapDeserializer};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};

pub(crate) use self::{
    explain::{describe, unknown},
    members::{Members, reason},
    violations::{Violations, escape, shown},
};
use crate::{
    entity::{Entity, EntityMeta, Field},
    error::{Error, Violation},
    server_fields::ECHOED,
    validate,
};

/// What a route takes as its body: reads from JSON, writes to BSON. Implemented by the macro for its input types.
pub trait Input: Serialize + DeserializeOwned + Send + 'static {
    /// The name of the entity, for messages.
    const ENTITY: &'static str;
    /// The entity's fields.
    const FIELDS: &'static [Field];
    /// Whether all of them are to be sent.
    const FORM: Form;
}

/// The input that makes an `E`. Implemented by the macro for the entity's own.
pub trait CreateInput<E>: Input {}

/// The input that changes an `E`. Implemented by the macro for the entity's own.
pub trait UpdateInput<E: Entity>: Input {
    /// The entity's own update, which it is.
    fn into_update(self) -> E::Update;
}

/// How much of an entity an input holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Every required field.
    Whole,
    /// Any of the fields.
    Partial,
}

/// What is done about members that a client can't set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undeclared {
    Refused,
    Ignored,
}

/// What an entity does about members that a client can't set.
pub(crate) fn undeclared(entity: &EntityMeta) -> Undeclared {
    if entity.lenient { Undeclared::Ignored } else { Undeclared::Refused }
}

/// Decodes the members of a JSON object at a JSON pointer into the document to store, of the fields as the caller sees them; `None`
/// where there are violations.
pub(crate) fn decode<I: Input>(
    members: &Members<'_>,
    at: &str,
    fields: &'static [Field],
    undeclared: Undeclared,
    violations: &mut Violations,
) -> Option<RawDocumentBuf> {
    let before = violations.len();
    read::<I>(members, at, fields, undeclared, violations).filter(|_| violations.len() == before)
}

/// [`decode`], whose document is there as soon as all members are of their types, whatever else is wrong with them.
pub(crate) fn read<I: Input>(
    members: &Members<'_>,
    at: &str,
    fields: &'static [Field],
    undeclared: Undeclared,
    violations: &mut Violations,
) -> Option<RawDocumentBuf> {
    let before = violations.len();
    let mut declared = Vec::with_capacity(members.0.len());
    for (name, value) in &members.0 {
        if ECHOED.contains(&&**name) {
            continue;
        }
        match admit::<I>(name, value, at, fields) {
            Ok(()) => declared.push((&**name, *value)),
            Err(violation) if undeclared == Undeclared::Ignored && is_undeclared(&violation) => {}
            Err(violation) => violations.push(violation),
        }
    }
    let error = match encode::<I>(&declared) {
        Ok(document) => {
            let sent = declared.iter().filter_map(|(name, _)| find(fields, name));
            sent.for_each(|field| validate::sent(field, &document, at, violations));
            return Some(document);
        }
        Err(error) => error,
    };
    // A member that was refused is not missing too.
    let refused: HashSet<String> = violations.since(before).iter().map(|one| one.pointer.clone()).collect();
    explain::explain(fields, I::FORM, &declared, at, &refused, violations);
    if violations.len() == before {
        // A type of the user's own refused the value: its words are all there is.
        violations.push(Violation::new(at, "type", error));
    }
    None
}

fn find(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find(|field| field.name == name)
}

/// Whether all that is wrong with a member is that the entity does not take it.
fn is_undeclared(violation: &Violation) -> bool {
    matches!(violation.code, "unknown" | "readOnly")
}

/// Decodes members in memory into the document to store; `None` where there are violations.
pub(crate) type DecodeValues = fn(&Map<String, Value>, &mut Violations) -> Option<RawDocumentBuf>;

/// [`DecodeValues`] by an input type. The names are checked already; numbers keep their last digit, which they may lose on
/// their way through a text.
pub(crate) fn decode_values<I: Input>(
    members: &Map<String, Value>,
    violations: &mut Violations,
) -> Option<RawDocumentBuf> {
    let straight =
        I::deserialize(members).ok().and_then(|input| bson::serialize_to_raw_document_buf(&input).ok());
    if let Some(document) = straight {
        let before = violations.len();
        let fields = members.keys().filter_map(|name| find(I::FIELDS, name));
        fields.for_each(|field| validate::sent(field, &document, "", violations));
        return (violations.len() == before).then_some(document);
    }
    let texts: Vec<(&str, Box<RawValue>)> =
        members.iter().filter_map(|(name, value)| Some((&**name, to_raw_value(value).ok()?))).collect();
    let members = texts.iter().map(|(name, text)| (Cow::Borrowed(*name), &**text)).collect();
    decode::<I>(&Members(members), "", I::FIELDS, Undeclared::Refused, violations)
}

/// Whether a member may be sent at all.
fn admit<I: Input>(
    name: &str,
    value: &RawValue,
    at: &str,
    fields: &'static [Field],
) -> Result<(), Violation> {
    let pointer = || format!("{at}/{}", escape(name));
    if !keys::is_plain(name) {
        return Err(Violation::new(pointer(), "key", keys::message(name)));
    }
    let Some(field) = find(fields, name) else {
        return Err(Violation::new(pointer(), "unknown", explain::unknown(I::ENTITY, fields, name)));
    };
    if field.is_unwritable() {
        return Err(Violation::denial(pointer(), name));
    }
    if field.read_only {
        return Err(Violation::new(pointer(), "readOnly", format!("{name} can't be set")));
    }
    keys::check(value).map_err(|message| Violation::new(pointer(), "key", message))
}

fn encode<I: Input>(members: &[(&str, &RawValue)]) -> Result<RawDocumentBuf, String> {
    let deserializer = MapDeserializer::<_, serde_json::Error>::new(members.iter().copied());
    let input = I::deserialize(deserializer).map_err(|error| error.to_string())?;
    bson::serialize_to_raw_document_buf(&input).map_err(|error| error.to_string())
}

/// Refuses names that must not reach a store: operators and paths.
pub(crate) fn check_names<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut violations = Violations::default();
    for name in names.filter(|name| !keys::is_plain(name)) {
        violations.push(Violation::new(format!("/{}", escape(name)), "key", keys::message(name)));
    }
    if violations.is_empty() { Ok(()) } else { Err(violations.into()) }
}

/// Reads a JSON object's members, leaving out those of the transport's envelope.
pub(crate) fn members<'a>(json: &'a [u8], envelope: &[&str]) -> Result<Members<'a>, Error> {
    let mut members: Members<'_> = from_json(json, "the body must be an object")?;
    members.0.retain(|(name, _)| !envelope.contains(&&**name));
    Ok(members)
}

/// Reads a JSON value of a known form; `expected` says which, to a client that sent another.
pub(crate) fn from_json<'a, T: Deserialize<'a>>(json: &'a [u8], expected: &str) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Error::violation("", "type", members::reason(&error, expected)),
        _ => Error::MalformedJson { line: error.line(), column: error.column() },
    })
}

/// The items of a body `{list: [...]}`, at least one and at most `limit`.
pub(crate) fn list<'a>(members: &Members<'a>, limit: usize) -> Result<Vec<&'a RawValue>, Error> {
    let stray = members.0.iter().find(|(name, _)| name != LIST);
    if let Some((name, _)) = stray {
        let message = format!("{} is no member of this body: send list", shown(name));
        return Err(Error::violation(format!("/{}", escape(name)), "unknown", message));
    }
    let list = members.get(LIST).ok_or_else(|| Error::violation("/list", "required", "list is required"))?;
    let items: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|_| Error::violation("/list", "type", "list must be an array of objects"))?;
    if items.is_empty() || items.len() > limit {
        return Err(Error::violation("/list", "range", format!("list must hold from 1 to {limit} items")));
    }
    Ok(items)
}

/// The member of a body that holds a list.
const LIST: &str = "list";

/// The members of an item of a list.
pub(crate) fn item(value: &RawValue, index: usize) -> Result<Members<'_>, Violation> {
    serde_json::from_str(value.get()).map_err(|error| {
        let message = members::reason(&error, "each item of list must be an object");
        Violation::new(format!("/{LIST}/{index}"), "type", message)
    })
}
