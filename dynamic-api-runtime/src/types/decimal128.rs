//! `Decimal128`: a decimal number of 34 digits. A string in JSON, where a number would lose digits.

use std::{fmt, str::FromStr};

use bson::Bson;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// An IEEE 754 decimal of 34 digits: native in BSON, a string in JSON (`"19.90"`).
#[derive(Clone, Copy, PartialEq)]
pub struct Decimal128(bson::Decimal128);

/// The text is no decimal number, or has more than 34 digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a decimal is a string of at most 34 digits, such as \"19.90\"")]
pub struct ParseDecimalError;

impl From<bson::Decimal128> for Decimal128 {
    fn from(value: bson::Decimal128) -> Self {
        Self(value)
    }
}

impl From<Decimal128> for bson::Decimal128 {
    fn from(value: Decimal128) -> Self {
        value.0
    }
}

impl From<Decimal128> for Bson {
    fn from(value: Decimal128) -> Self {
        Self::Decimal128(value.0)
    }
}

impl FromStr for Decimal128 {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| ParseDecimalError)
    }
}

impl fmt::Display for Decimal128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Decimal128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal128({self})")
    }
}

impl Serialize for Decimal128 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Decimal128 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(DecimalVisitor)
        } else {
            bson::Decimal128::deserialize(deserializer).map(Self)
        }
    }
}

struct DecimalVisitor;

impl<'de> Visitor<'de> for DecimalVisitor {
    type Value = Decimal128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number as a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal128, E> {
        text.parse().map_err(de::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Decimal128, A::Error> {
        bson::Decimal128::deserialize(MapAccessDeserializer::new(map)).map(Decimal128)
    }
}
