//! Where something stands in a query, for programs and for people.

use crate::{
    error::Violation,
    input::{escape, shown},
};

/// Where something stands in a query.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// A JSON pointer to the member.
    pointer: String,
    /// The name as a query string has it, with the operator.
    name: String,
}

impl Place {
    /// The query itself.
    pub(super) fn root() -> Self {
        Self::default()
    }

    /// A member of this.
    pub(super) fn member(&self, name: &str) -> Self {
        let pointer = format!("{}/{}", self.pointer, escape(name));
        let name = if self.name.is_empty() { shown(name).into_owned() } else { self.bracketed(name) };
        Self { pointer, name }
    }

    /// An item of this list.
    pub(super) fn item(&self, index: usize) -> Self {
        Self { pointer: format!("{}/{index}", self.pointer), name: format!("{}[{index}]", self.name) }
    }

    /// An operator on this member: to a program, the member itself.
    pub(super) fn operator(&self, name: &str) -> Self {
        Self { pointer: self.pointer.clone(), name: self.bracketed(name) }
    }

    fn bracketed(&self, name: &str) -> String {
        format!("{}[{}]", self.name, shown(name))
    }

    /// The name as a query string has it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong here: `message` goes on behind the name.
    pub(super) fn violation(&self, message: impl AsRef<str>) -> Violation {
        Violation::new(self.pointer.clone(), "query", format!("{} {}", self.name, message.as_ref()))
    }
}
