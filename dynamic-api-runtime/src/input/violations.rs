//! The violations that one call is told of: all of them, up to a number that a client can make use of.

use std::borrow::Cow;

use crate::error::{Error, Violation};

/// How many violations a reply holds. A body of a megabyte can break a rule half a million times.
pub(super) const MAX_VIOLATIONS: usize = 100;
/// How much of a name that a client sent is sent back.
const SHOWN_CHARS: usize = 100;

/// The violations found so far.
#[derive(Debug, Default)]
pub struct Violations {
    found: Vec<Violation>,
    has_more: bool,
}

impl Violations {
    /// Adds one, while there is room.
    pub(crate) fn push(&mut self, violation: Violation) {
        if self.found.len() < MAX_VIOLATIONS {
            self.found.push(violation);
        } else {
            self.has_more = true;
        }
    }

    /// Whether looking for more is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.has_more
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many are told of.
    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// Those found since there were `count`.
    pub(crate) fn since(&self, count: usize) -> &[Violation] {
        self.found.get(count..).unwrap_or_default()
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        let Violations { mut found, has_more } = violations;
        if has_more {
            found.push(Violation::new(
                "",
                "more",
                format!("there are more than {MAX_VIOLATIONS} violations"),
            ));
        }
        Self::Invalid(found)
    }
}

/// A name as it is sent back: whole, unless nobody would name a member so.
pub(crate) fn shown(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}...", &name[..end])),
        None => Cow::Borrowed(name),
    }
}

/// A member's name within a JSON pointer (RFC 6901).
pub(crate) fn escape(name: &str) -> String {
    shown(name).replace('~', "~0").replace('/', "~1")
}
