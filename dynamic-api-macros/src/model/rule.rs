//! The rules of a field's values.

use std::{cmp::Ordering, fmt};

use proc_macro2::Ident;
use syn::{ExprPath, Type, TypePath};

/// A rule of a field's values, or of the items of one.
#[derive(Clone)]
pub(crate) struct Rule {
    /// Its name, where it is written.
    pub(crate) name: Ident,
    pub(crate) check: Check,
    pub(crate) message: Option<String>,
}

/// What must be true.
#[derive(Clone)]
pub(crate) enum Check {
    Length {
        min: Option<u32>,
        max: Option<u32>,
    },
    Range {
        min: Option<Bound>,
        max: Option<Bound>,
    },
    Named(NamedCheck),
    Text(TextCheck, String),
    Pattern(String),
    /// What this function says of a value of this type.
    Custom(Box<(ExprPath, Type)>),
    Each(Vec<Rule>),
}

/// What the ids of a field are to be those of.
#[derive(Clone)]
pub(crate) struct Exists {
    pub(crate) entity: TypePath,
    pub(crate) filter: Option<ExprPath>,
}

/// An end of a range.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) number: Number,
    pub(crate) exclusive: bool,
}

/// A number as written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Integer(i64),
    Float(f64),
}

impl Number {
    pub(crate) fn compared(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(&b),
            (a, b) => a.wide().total_cmp(&b.wide()),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "to compare two constants")]
    fn wide(self) -> f64 {
        match self {
            Self::Integer(number) => number as f64,
            Self::Float(number) => number,
        }
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

macro_rules! checks {
    ($(#[$doc:meta])* $name:ident: $($option:literal => $variant:ident),+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $($variant),+
        }

        impl $name {
            pub(crate) fn parse(option: &str) -> Option<Self> {
                match option {
                    $($option => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The name of the check in the runtime.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant)),+
                }
            }
        }
    };
}

checks! {
    /// A check that is all said by its name.
    NamedCheck: "email" => Email, "url" => Url, "ip" => Ip, "ipv4" => Ipv4, "ipv6" => Ipv6, "uuid" => Uuid, "ascii" => Ascii,
    "alphanumeric" => Alphanumeric
}

checks! {
    /// A check for a part of a text.
    TextCheck: "contains" => Contains, "prefix" => Prefix, "suffix" => Suffix
}
