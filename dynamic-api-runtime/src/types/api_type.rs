//! What a Rust type looks like from outside: the schema behind error messages, typed filters and API documents.

use std::collections::{BTreeMap, HashMap};

use super::{DateTime, Decimal128, Id, Password, Related, Uuid};
use crate::entity::Field;

/// A type that a field of an entity can have.
///
/// Implemented for `String`, the integers up to 64 bits, `f32`, `f64`, `bool`, [`Id`], [`DateTime`], [`Decimal128`], [`Uuid`], [`Password`],
/// and for `Option`, `Vec` and string-keyed maps of them; `#[api_type]` implements it for structs and enums of your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a field of an entity",
    label = "not a type that the API knows",
    note = "put `#[dynamic_api::api_type]` on a struct or enum of your own, or use one of String, bool, i8..i64, u8..u64, f32, \
            f64, Id, DateTime, Decimal128, Uuid, Option<T>, Vec<T>, HashMap<String, T>, BTreeMap<String, T>"
)]
pub trait ApiType {
    /// What values of the type look like in JSON.
    const SCHEMA: &'static Schema;
}

/// What values of a type look like in JSON.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Schema {
    /// A string.
    String,
    /// A whole number within bounds, both included.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A number.
    Float,
    /// `true` or `false`.
    Bool,
    /// An [`Id`].
    Id,
    /// A [`DateTime`].
    DateTime,
    /// A [`Decimal128`].
    Decimal,
    /// A [`Uuid`].
    Uuid,
    /// A [`Password`]: clients write it and never read, filter or sort by it.
    Password,
    /// The [`Id`] of a document of another entity.
    Ref(fn() -> Related),
    /// `null`, or what the inner schema says.
    Option(&'static Schema),
    /// An array.
    List(&'static Schema),
    /// An object with any keys.
    Map(&'static Schema),
    /// One of these strings.
    Enum(&'static [&'static str]),
    /// An object with these members.
    Struct(&'static [Field]),
    /// Anything; what is right is known to the type's own `Deserialize` only.
    Any,
}

impl Schema {
    /// Whether a value is a password, or holds some.
    pub(crate) const fn holds_password(&self) -> bool {
        match self {
            Self::Password => true,
            Self::Option(inner) | Self::List(inner) | Self::Map(inner) => inner.holds_password(),
            // The fields of a struct say so themselves.
            _ => false,
        }
    }

    /// Whether a value is one value, and no list, map or struct: what a list can be sorted by.
    pub(crate) fn is_scalar(&self) -> bool {
        match self {
            Self::Option(inner) => inner.is_scalar(),
            Self::List(_) | Self::Map(_) | Self::Struct(_) | Self::Password | Self::Any => false,
            _ => true,
        }
    }
}

macro_rules! schema {
    ($($schema:expr => $($type:ty),+;)*) => {
        $($(impl ApiType for $type {
            const SCHEMA: &'static Schema = &$schema;
        })+)*
    };
}

schema! {
    Schema::String => String;
    Schema::Float => f32, f64;
    Schema::Bool => bool;
    Schema::Id => Id;
    Schema::DateTime => DateTime;
    Schema::Decimal => Decimal128;
    Schema::Uuid => Uuid;
    Schema::Password => Password;
}

macro_rules! integers {
    ($($type:ty),+) => {
        $(impl ApiType for $type {
            const SCHEMA: &'static Schema = &Schema::Integer { min: <$type>::MIN as i64, max: <$type>::MAX as i64 };
        })+
    };
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32);

// BSON has no unsigned integers: what lies above i64::MAX can't be stored.
schema! {
    Schema::Integer { min: 0, max: i64::MAX } => u64, usize;
}

impl<T: ApiType> ApiType for Option<T> {
    const SCHEMA: &'static Schema = &Schema::Option(T::SCHEMA);
}

impl<T: ApiType> ApiType for Vec<T> {
    const SCHEMA: &'static Schema = &Schema::List(T::SCHEMA);
}

impl<T: ApiType, S> ApiType for HashMap<String, T, S> {
    const SCHEMA: &'static Schema = &Schema::Map(T::SCHEMA);
}

impl<T: ApiType> ApiType for BTreeMap<String, T> {
    const SCHEMA: &'static Schema = &Schema::Map(T::SCHEMA);
}

impl<T: ApiType> ApiType for Box<T> {
    const SCHEMA: &'static Schema = T::SCHEMA;
}
