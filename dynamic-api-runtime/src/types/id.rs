//! `Id`: a document's address. An ObjectId in BSON, 24 hex digits in JSON.

use std::{fmt, str::FromStr};

use bson::{Bson, oid::ObjectId};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A document's id: an ObjectId in the store, 24 hex digits in JSON.
///
/// ```
/// use dynamic_api_runtime::types::Id;
///
/// let id: Id = "507f1f77bcf86cd799439011".parse()?;
/// assert_eq!(id.to_string(), "507f1f77bcf86cd799439011");
/// assert!("507f1f77".parse::<Id>().is_err());
/// # Ok::<(), dynamic_api_runtime::types::ParseIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(ObjectId);

/// The text is not 24 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 24 hex digits")]
pub struct ParseIdError;

impl Id {
    /// A new id, unique in all likelihood and larger than those made in earlier seconds.
    #[expect(clippy::new_without_default, reason = "a default that differs at every call would surprise")]
    pub fn new() -> Self {
        Self(ObjectId::new())
    }

    /// The id as the driver knows it.
    pub fn object_id(self) -> ObjectId {
        self.0
    }
}

impl From<ObjectId> for Id {
    fn from(id: ObjectId) -> Self {
        Self(id)
    }
}

impl From<Id> for Bson {
    fn from(id: Id) -> Self {
        Self::ObjectId(id.0)
    }
}

impl FromStr for Id {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ObjectId::parse_str(text).map(Self).map_err(|_| ParseIdError)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = [0; 24];
        f.write_str(hex_of(&self.0, &mut hex))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

/// Writes the digits into `hex`, so that an id costs no allocation on its way out.
fn hex_of<'a>(id: &ObjectId, hex: &'a mut [u8; 24]) -> &'a str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (pair, byte) in hex.chunks_exact_mut(2).zip(id.bytes()) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    std::str::from_utf8(hex).unwrap_or_default()
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(hex_of(&self.0, &mut [0; 24]))
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            // Enums that serde buffers claim to be human-readable even when they come from BSON, so both forms are taken here.
            deserializer.deserialize_any(IdVisitor)
        } else {
            ObjectId::deserialize(deserializer).map(Self)
        }
    }
}

struct IdVisitor;

impl<'de> Visitor<'de> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id of 24 hex digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Id, E> {
        text.parse().map_err(de::Error::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Id, E> {
        let bytes = bytes.try_into().map_err(|_| de::Error::custom(ParseIdError))?;
        Ok(Id(ObjectId::from_bytes(bytes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Id, A::Error> {
        ObjectId::deserialize(MapAccessDeserializer::new(map)).map(Id)
    }
}
