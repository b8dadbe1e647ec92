//! What serde says of a value that does not fit, in words for a client.

use std::fmt;

use crate::{error::Violation, input::escape};

/// The violation of a member that a type could not read; what the members belong to stands at a JSON pointer. `code` is that of a
/// value of the wrong type.
pub(super) fn violation(
    at: &str,
    code: &'static str,
    error: &serde_path_to_error::Error<impl fmt::Display>,
) -> Violation {
    let (path, reason) = (error.path().to_string(), error.inner().to_string());
    // Where in the text it is says nothing to who sent a query, or members.
    let reason = reason.split(" at line ").next().unwrap_or_default();
    let steps: Vec<&str> = if matches!(&*path, "." | "?") { vec![] } else { path.split('.').collect() };
    let pointer = |steps: &[&str]| {
        steps.iter().fold(at.to_owned(), |pointer, step| format!("{pointer}/{}", escape(step)))
    };
    if let Some(name) = quoted(reason, "missing field ") {
        let steps = [&steps[..], &[name]].concat();
        return Violation::new(pointer(&steps), "required", format!("{} is required", steps.join(".")));
    }
    if let Some(name) = quoted(reason, "unknown field ") {
        // Some formats count the unknown member among the steps, some don't.
        let steps = if steps.last() == Some(&name) { steps } else { [&steps[..], &[name]].concat() };
        let others = reason.split_once(", ").map_or("", |(_, others)| others).replace('`', "");
        let message = format!("{} is not taken here: {others}", steps.join("."));
        return Violation::new(pointer(&steps), "unknown", message);
    }
    let message = if steps.is_empty() { reason.to_owned() } else { format!("{}: {reason}", steps.join(".")) };
    Violation::new(pointer(&steps), code, message)
}

/// The name that serde quotes behind what it says of it.
fn quoted<'r>(reason: &'r str, what: &str) -> Option<&'r str> {
    reason.strip_prefix(what)?.strip_prefix('`')?.split('`').next()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        budget: f64,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        city: String,
    }

    fn told(json: &str) -> (String, String, &'static str) {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Outer>(&mut deserializer).unwrap_err();
        let Violation { pointer, message, code, .. } = violation("/list/0", "type", &error);
        (pointer, message, code)
    }

    #[test]
    fn what_is_wrong_is_told_as_of_generated_types() {
        let told = |json| {
            let (pointer, message, code) = told(json);
            format!("{pointer} {code}: {message}")
        };
        assert_eq!(told("{}"), "/list/0/budget required: budget is required");
        assert_eq!(told(r#"{"budget":1,"inner":{}}"#), "/list/0/inner/city required: inner.city is required");
        assert_eq!(
            told(r#"{"budgt":1}"#),
            "/list/0/budgt unknown: budgt is not taken here: expected budget or inner"
        );
        assert_eq!(
            told(r#"{"budget":1,"inner":{"town":1}}"#),
            "/list/0/inner/town unknown: inner.town is not taken here: expected city"
        );
        assert_eq!(
            told(r#"{"budget":"x"}"#),
            r#"/list/0/budget type: budget: invalid type: string "x", expected f64"#
        );
    }
}
