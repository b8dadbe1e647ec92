//! What code of the program's own says of a value that is not as it must be.

use serde_json::Value;

use crate::error::Violation;

/// Why a value is not as it must be: what a function behind `validate(custom = ..)` or `validate = ..` returns.
///
/// ```
/// use dynamic_api_runtime::Invalid;
///
/// fn even(number: &i64) -> Result<(), Invalid> {
///     if number % 2 == 0 { Ok(()) } else { Err("must be even".into()) }
/// }
///
/// struct Event { starts: i64, ends: i64 }
///
/// fn in_order(event: &Event) -> Result<(), Invalid> {
///     if event.starts <= event.ends {
///         return Ok(());
///     }
///     Err(Invalid::at("ends", "order", "ends must not be before starts").param("starts", event.starts))
/// }
/// # assert!(even(&1).is_err());
/// # assert!(in_order(&Event { starts: 2, ends: 1 }).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Vec<Violation>);

/// The code of what is told by a text alone.
const CUSTOM: &str = "custom";

impl Invalid {
    /// The value breaks the rule `code`.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::at("", code, message)
    }

    /// What stands in the value at a member's name, or at a JSON pointer, breaks the rule `code`.
    pub fn at(place: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        let place = place.into();
        let pointer = if place.is_empty() || place.starts_with('/') { place } else { format!("/{place}") };
        Self(vec![Violation::new(pointer, code, message)])
    }

    /// Both this and the other.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Adds a value to what was said last, for messages of the application's own.
    #[must_use]
    pub fn param(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.add_param(name, value.into());
        }
        self
    }

    /// The violations, at pointers below the value's.
    pub(super) fn into_violations(self) -> Vec<Violation> {
        self.0
    }
}

impl From<&str> for Invalid {
    fn from(message: &str) -> Self {
        Self::new(CUSTOM, message)
    }
}

impl From<String> for Invalid {
    fn from(message: String) -> Self {
        Self::new(CUSTOM, message)
    }
}
