//! `Uuid`: binary of subtype 4 in BSON, the hyphenated form in JSON.

use std::{fmt, str::FromStr};

use bson::{Binary, Bson, spec::BinarySubtype};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A UUID (RFC 9562): binary of subtype 4 in BSON, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(bson::Uuid);

/// The text is no UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a UUID is 32 hex digits in groups of 8-4-4-4-12")]
pub struct ParseUuidError;

impl Uuid {
    /// A random UUID (version 4).
    #[expect(clippy::new_without_default, reason = "a default that differs at every call would surprise")]
    pub fn new() -> Self {
        Self(bson::Uuid::new())
    }
}

impl From<bson::Uuid> for Uuid {
    fn from(value: bson::Uuid) -> Self {
        Self(value)
    }
}

impl From<Uuid> for bson::Uuid {
    fn from(value: Uuid) -> Self {
        value.0
    }
}

impl From<Uuid> for Bson {
    fn from(value: Uuid) -> Self {
        Self::Binary(Binary::from(value.0))
    }
}

impl FromStr for Uuid {
    type Err = ParseUuidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        bson::Uuid::parse_str(text).map(Self).map_err(|_| ParseUuidError)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            Binary::from(self.0).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(UuidVisitor)
        } else {
            from_binary(Binary::deserialize(deserializer)?)
        }
    }
}

fn from_binary<E: de::Error>(binary: Binary) -> Result<Uuid, E> {
    match (binary.subtype, <[u8; 16]>::try_from(binary.bytes)) {
        (BinarySubtype::Uuid | BinarySubtype::Generic, Ok(bytes)) => Ok(Uuid(bson::Uuid::from_bytes(bytes))),
        _ => Err(de::Error::custom(ParseUuidError)),
    }
}

struct UuidVisitor;

impl<'de> Visitor<'de> for UuidVisitor {
    type Value = Uuid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Uuid, E> {
        text.parse().map_err(de::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Uuid, A::Error> {
        from_binary(Binary::deserialize(MapAccessDeserializer::new(map))?)
    }
}
