//! The ends of a range.

use std::{cmp::Ordering, fmt};

use bson::RawBsonRef;

use crate::store::in_memory;

/// An end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The number at the end.
    pub number: Number,
    /// Whether the number itself is out of the range.
    pub exclusive: bool,
}

/// A number as it is written at a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Number {
    Integer(i64),
    Float(f64),
}

impl Bound {
    /// The end at a number that is within the range.
    pub const fn at(number: Number) -> Self {
        Self { number, exclusive: false }
    }

    /// The end just before a number.
    pub const fn exclusive(number: Number) -> Self {
        Self { number, exclusive: true }
    }
}

impl Number {
    /// How a stored number compares with this one; `None` where it is no number.
    pub(super) fn compared(self, value: RawBsonRef<'_>) -> Option<Ordering> {
        let number = match (value, self) {
            // By its digits, so that 0.1 is what is written, and not the double nearest to it.
            (RawBsonRef::Decimal128(_), number) => RawBsonRef::Decimal128(number.to_string().parse().ok()?),
            (_, Self::Integer(number)) => RawBsonRef::Int64(number),
            (_, Self::Float(number)) => RawBsonRef::Double(number),
        };
        in_memory::compared(value, number)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

impl From<Number> for serde_json::Value {
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(number) => number.into(),
            Number::Float(number) => number.into(),
        }
    }
}
