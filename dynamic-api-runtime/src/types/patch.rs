//! `Patch<T>`: a member of an update, which a client may leave out.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member of an update: left out, or set.
///
/// For an optional field `T` is an `Option`, so that `null` is told from absence: it clears the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The client did not send the member: the field stays as it is.
    #[default]
    Absent,
    /// The client sent this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the member was left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value sent, if any.
    pub fn as_set(&self) -> Option<&T> {
        match self {
            Self::Absent => None,
            Self::Set(value) => Some(value),
        }
    }
}

/// A member that is set.
impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Set)
    }
}
