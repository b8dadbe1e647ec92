//! The members of a JSON object with their values unread, each name once.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{escape, keys, violations::MAX_VIOLATIONS};
use crate::error::{Error, Violation};

/// The members of a JSON object, in order, with their values as the text they came in.
#[derive(Debug, Default)]
pub struct Members<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

/// What a message of [`reason`] starts with where the text itself is to be shown.
const DUPLICATE: &str = "duplicate member ";

impl<'a> Members<'a> {
    /// Checks the names of the members, and those inside their values: no operators, no paths, no name twice.
    pub(crate) fn check_names(&self) -> Result<(), Error> {
        self.names("").map_err(Error::Invalid)
    }

    /// [`Members::check_names`] of members that stand at a JSON pointer.
    pub(crate) fn names(&self, at: &str) -> Result<(), Vec<Violation>> {
        let mut violations = vec![];
        for (name, value) in &self.0 {
            let checked = if keys::is_plain(name) { keys::check(value) } else { Err(keys::message(name)) };
            if let Err(message) = checked {
                violations.push(Violation::new(format!("{at}/{}", escape(name)), "key", message));
            }
        }
        violations.truncate(MAX_VIOLATIONS);
        if violations.is_empty() { Ok(()) } else { Err(violations) }
    }

    /// The value of a member.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
        while let Some(MemberName(name)) = map.next_key()? {
            if members.iter().any(|(earlier, _)| *earlier == name) {
                return Err(de::Error::custom(format!("{DUPLICATE}{}", super::shown(&name))));
            }
            if members.len() == MAX_MEMBERS {
                return Err(de::Error::custom(format!("{DUPLICATE}or more than {MAX_MEMBERS} members")));
            }
            members.push((name, map.next_value()?));
        }
        Ok(Members(members))
    }
}

/// Far more than a struct has fields; it bounds the search for duplicates.
const MAX_MEMBERS: usize = 1000;

/// A member's name, borrowed from the text where it holds no escape.
struct MemberName<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for MemberName<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = MemberName<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<MemberName<'de>, E> {
        Ok(MemberName(Cow::Borrowed(name)))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<MemberName<'de>, E> {
        Ok(MemberName(Cow::Owned(name.to_owned())))
    }
}

/// Why a well-formed JSON text is not of the expected form, in words for a client.
pub(crate) fn reason(error: &serde_json::Error, expected: &str) -> String {
    let text = error.to_string();
    if !text.starts_with(DUPLICATE) {
        return expected.to_owned();
    }
    text.split(" at line ").next().unwrap_or(expected).to_owned()
}
