//! What a client reads of a rule that does not hold: a code, a sentence, and the rule's values for sentences of the application's
//! own.

use std::{fmt, sync::Arc};

use bson::RawBsonRef;
use serde_json::Value;

use super::{Bound, Check, Place, Rule};
use crate::{
    context::CallContext,
    error::{Error, Violation},
};

/// The sentences of an application's own.
#[derive(Clone)]
pub(crate) struct Messages(Arc<Translate>);

type Translate = dyn Fn(&Violation, &CallContext<'_>) -> Option<String> + Send + Sync;

impl Messages {
    pub(crate) fn new(
        translate: impl Fn(&Violation, &CallContext<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(translate))
    }

    /// The error in the application's words.
    pub(crate) fn say(&self, error: Error, context: &CallContext<'_>) -> Error {
        match error {
            Error::Invalid(mut violations) => {
                for violation in &mut violations {
                    if let Some(message) = (self.0)(violation, context) {
                        violation.message = message;
                    }
                }
                Error::Invalid(violations)
            }
            Error::Item { index, error } => Error::Item { index, error: Box::new(self.say(*error, context)) },
            error => error,
        }
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").finish_non_exhaustive()
    }
}

/// The violation of a rule by a value.
pub(super) fn broken(rule: &Rule, value: RawBsonRef<'_>, place: &Place) -> Violation {
    let (code, text) = words(&rule.check, value);
    let message = rule.message.map_or_else(|| format!("{} must {text}", place.name), str::to_owned);
    let violation = Violation::new(place.pointer.clone(), code, message);
    params(&rule.check).into_iter().fold(violation, |mut violation, (name, value)| {
        violation.add_param(name, value);
        violation
    })
}

/// What a function of the program's own has found, where the value stands.
pub(super) fn found(mut found: Violation, rule: &Rule, place: &Place) -> Violation {
    found.pointer.insert_str(0, &place.pointer);
    if let Some(message) = rule.message {
        found.message = message.to_owned();
    }
    found
}

/// The code of a check, and what comes after "must".
fn words(check: &Check, value: RawBsonRef<'_>) -> (&'static str, String) {
    match check {
        Check::Length { min, max } => ("length", format!("have {}", length(*min, *max, value))),
        Check::Range { min, max } => ("range", format!("be {}", range(*min, *max))),
        Check::Email => ("email", "be an e-mail address".into()),
        Check::Url => ("url", "be a URL".into()),
        Check::Ip => ("ip", "be an IP address".into()),
        Check::Ipv4 => ("ipv4", "be an IPv4 address".into()),
        Check::Ipv6 => ("ipv6", "be an IPv6 address".into()),
        Check::Uuid => ("uuid", "be a UUID".into()),
        Check::Ascii => ("ascii", "hold ASCII characters only".into()),
        Check::Alphanumeric => ("alphanumeric", "hold letters and digits only".into()),
        Check::Contains(part) => ("contains", format!("contain {part}")),
        Check::Prefix(part) => ("prefix", format!("start with {part}")),
        Check::Suffix(part) => ("suffix", format!("end with {part}")),
        Check::Pattern(of) => ("pattern", format!("match {}", of().text())),
        Check::Custom(_) | Check::Each(_) => ("custom", "be valid".into()),
    }
}

fn length(min: Option<u64>, max: Option<u64>, value: RawBsonRef<'_>) -> String {
    let (one, several) = match value {
        RawBsonRef::Array(_) => ("item", "items"),
        RawBsonRef::Document(_) => ("entry", "entries"),
        _ => ("character", "characters"),
    };
    let unit = |count: u64| if count == 1 { one } else { several };
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("exactly {min} {}", unit(min)),
        (Some(min), Some(max)) => format!("{min} to {max} {several}"),
        (Some(min), None) => format!("at least {min} {}", unit(min)),
        (None, Some(max)) => format!("at most {max} {}", unit(max)),
        (None, None) => several.to_owned(),
    }
}

fn range(min: Option<Bound>, max: Option<Bound>) -> String {
    let word = |bound: Bound, within: &str, beyond: &str| {
        format!("{} {}", if bound.exclusive { beyond } else { within }, bound.number)
    };
    let ends = [min.map(|min| word(min, "at least", "above")), max.map(|max| word(max, "at most", "below"))];
    ends.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

fn params(check: &Check) -> Vec<(&'static str, Value)> {
    let of_text = |name, text: &str| vec![(name, text.into())];
    match check {
        Check::Length { min, max } => {
            let ends = [("min", min), ("max", max)];
            ends.into_iter().filter_map(|(name, end)| Some((name, (*end)?.into()))).collect()
        }
        Check::Range { min, max } => {
            let min = min.map(|min| (if min.exclusive { "exclusiveMin" } else { "min" }, min.number.into()));
            let max = max.map(|max| (if max.exclusive { "exclusiveMax" } else { "max" }, max.number.into()));
            [min, max].into_iter().flatten().collect()
        }
        Check::Contains(text) | Check::Prefix(text) | Check::Suffix(text) => of_text("text", text),
        Check::Pattern(of) => of_text("pattern", of().text()),
        _ => vec![],
    }
}
