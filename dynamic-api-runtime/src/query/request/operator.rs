//! The operators of conditions, and which of them a field takes.

use crate::types::Schema;

/// An operator, as a client names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operator {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    Nin,
    Exists,
    Contains,
    StartsWith,
    EndsWith,
    All,
    Size,
}

impl Operator {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::In => "in",
            Self::Nin => "nin",
            Self::Exists => "exists",
            Self::Contains => "contains",
            Self::StartsWith => "startsWith",
            Self::EndsWith => "endsWith",
            Self::All => "all",
            Self::Size => "size",
        }
    }

    /// Those that values of a schema can be asked by.
    pub(super) fn of(schema: &Schema) -> &'static [Self] {
        use Operator::{
            All, Contains, EndsWith, Eq, Exists, Gt, Gte, In, Lt, Lte, Ne, Nin, Size, StartsWith,
        };
        match schema.present() {
            Schema::String => &[Eq, Ne, Gt, Gte, Lt, Lte, In, Nin, Exists, Contains, StartsWith, EndsWith],
            // The order of an enum's names is not the order in which they are declared.
            Schema::Bool | Schema::Enum(_) => &[Eq, Ne, In, Nin, Exists],
            Schema::List(item) if item.is_scalar() => &[Eq, Ne, In, Nin, Exists, All, Size],
            Schema::List(_) => &[Exists, Size],
            Schema::Map(_) | Schema::Struct(_) | Schema::Any => &[Exists],
            _ => &[Eq, Ne, Gt, Gte, Lt, Lte, In, Nin, Exists],
        }
    }

    /// The operator of this name among those that values of a schema can be asked by.
    pub(super) fn named(name: &str, schema: &Schema) -> Option<Self> {
        Self::of(schema).iter().copied().find(|operator| operator.text() == name)
    }

    /// Those that values of a schema can be asked by, in words.
    pub(super) fn choice(schema: &Schema) -> String {
        let names: Vec<&str> = Self::of(schema).iter().map(|operator| operator.text()).collect();
        match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        }
    }
}
