//! Custom routes as data: what a handler of the program's own is reached by, and what it takes.

use super::Addressing;

/// A route whose work is a function of the program's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomRoute {
    /// The method of its requests.
    pub method: CustomMethod,
    /// Which documents it is about.
    pub target: CustomTarget,
    /// What it takes besides.
    pub input: CustomInput,
}

/// The method of a custom route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CustomMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Which documents a custom route is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomTarget {
    /// None.
    Nothing,
    /// That of the id in the path, or in the payload's `id`.
    One,
    /// Those of the ids in the query string, or in the payload's `ids`.
    Many,
}

/// What a custom route takes besides its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CustomInput {
    /// Nothing.
    Nothing,
    /// A body.
    Body,
    /// The members of a query.
    Query,
}

impl CustomRoute {
    pub(super) const fn addressing(self) -> Addressing {
        match (self.target, self.input) {
            (CustomTarget::One, _) => Addressing::Id,
            (CustomTarget::Many, _) => Addressing::Ids,
            (CustomTarget::Nothing, CustomInput::Query) => Addressing::Query,
            (CustomTarget::Nothing, _) => Addressing::Nothing,
        }
    }

    pub(super) const fn has_body(self) -> bool {
        matches!(self.input, CustomInput::Body)
    }

    pub(super) const fn has_query(self) -> bool {
        matches!(self.input, CustomInput::Query)
    }

    pub(super) const fn is_read(self) -> bool {
        matches!(self.method, CustomMethod::Get)
    }
}
