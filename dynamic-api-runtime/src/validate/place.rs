//! Where a value stands in what a client sent.

use crate::input::{escape, shown};

/// Where a value stands, for programs and for people.
#[derive(Clone)]
pub(crate) struct Place {
    /// A JSON pointer.
    pub(crate) pointer: String,
    /// The names with dots between them.
    pub(crate) name: String,
}

impl Place {
    /// The member of the object at a JSON pointer.
    pub(crate) fn of(at: &str, name: &str) -> Self {
        Self { pointer: format!("{at}/{}", escape(name)), name: format!("{}{name}", prefix(at)) }
    }

    /// What is below, at this name.
    pub(crate) fn member(&self, name: &str) -> Self {
        Self {
            pointer: format!("{}/{}", self.pointer, escape(name)),
            name: format!("{}.{}", self.name, shown(name)),
        }
    }
}

/// What stands before a member's name where a JSON pointer leads to it: `list.0.`.
pub(crate) fn prefix(at: &str) -> String {
    at.split('/').skip(1).fold(String::new(), |prefix, step| prefix + step + ".")
}
