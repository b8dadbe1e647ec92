//! `DateTime`: an instant with the resolution of BSON, a millisecond. RFC 3339 in JSON.

use std::{fmt, str::FromStr};

use bson::Bson;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// An instant in milliseconds: a date in BSON, RFC 3339 with milliseconds and `Z` in JSON (`2026-11-23T17:12:00.000Z`), as
/// JavaScript's `Date.prototype.toISOString` writes it. Any RFC 3339 offset is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(bson::DateTime);

/// The text is no RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an instant is RFC 3339, such as 2026-11-23T17:12:00.000Z")]
pub struct ParseDateTimeError;

impl DateTime {
    /// The present instant.
    pub fn now() -> Self {
        Self(bson::DateTime::now())
    }

    /// The instant this many milliseconds after 1970-01-01T00:00:00Z.
    pub fn from_millis(millis: i64) -> Self {
        Self(bson::DateTime::from_millis(millis))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn timestamp_millis(self) -> i64 {
        self.0.timestamp_millis()
    }
}

impl From<bson::DateTime> for DateTime {
    fn from(instant: bson::DateTime) -> Self {
        Self(instant)
    }
}

impl From<DateTime> for bson::DateTime {
    fn from(instant: DateTime) -> Self {
        instant.0
    }
}

impl From<DateTime> for Bson {
    fn from(instant: DateTime) -> Self {
        Self::DateTime(instant.0)
    }
}

impl FromStr for DateTime {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| ParseDateTimeError)?;
        // What is written must be readable: an offset may move an instant out of the years that RFC 3339 has.
        let in_utc = instant.checked_to_offset(UtcOffset::UTC).filter(|utc| (0..=9999).contains(&utc.year()));
        let millis = in_utc.ok_or(ParseDateTimeError)?.unix_timestamp_nanos().div_euclid(1_000_000);
        i64::try_from(millis).map(Self::from_millis).map_err(|_| ParseDateTimeError)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = i128::from(self.timestamp_millis()) * 1_000_000;
        let Ok(at) = OffsetDateTime::from_unix_timestamp_nanos(nanos) else {
            // Outside the years that RFC 3339 can write: what MongoDB's own tools show then.
            return write!(f, "{}", self.timestamp_millis());
        };
        let at = at.to_offset(UtcOffset::UTC);
        let (date, time) = (at.date(), at.time());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            date.year(),
            u8::from(date.month()),
            date.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond()
        )
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({self})")
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(DateTimeVisitor)
        } else {
            bson::DateTime::deserialize(deserializer).map(Self)
        }
    }
}

struct DateTimeVisitor;

impl<'de> Visitor<'de> for DateTimeVisitor {
    type Value = DateTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 instant")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime, E> {
        text.parse().map_err(de::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DateTime, A::Error> {
        bson::DateTime::deserialize(MapAccessDeserializer::new(map)).map(DateTime)
    }
}
