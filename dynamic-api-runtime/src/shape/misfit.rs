//! What serde says of a value that does not fit, in words for a client.

use std::fmt;

use crate::{error::Violation, input::escape};

/// The violation of a member that a type could not read; what the members belong to stands at a JSON pointer.
pub(super) fn violation(
    at: &str,
    code: &'static str,
    error: &serde_path_to_error::Error<impl fmt::Display>,
) -> Violation {
    let (path, reason) = (error.path().to_string(), error.inner().to_string());
    // Where in the text it is says nothing to who sent a query, or members.
    let reason = reason.split(" at line ").next().unwrap_or_default();
    match path.as_str() {
        "." | "?" => Violation::new(at, code, reason),
        path => {
            let pointer: String = path.split('.').map(|step| format!("/{}", escape(step))).collect();
            Violation::new(format!("{at}{pointer}"), code, format!("{path}: {reason}"))
        }
    }
}
