//! That an entity's changes are told: `audit`, `audit(retention = "90d")`.

use proc_macro2::Ident;
use syn::{LitStr, parse::ParseStream, token};

use super::options::{self, Slot};
use crate::{errors::Errors, messages};

/// `audit` as written.
#[derive(Default)]
pub(crate) struct RawAudit {
    /// In seconds.
    pub(crate) retention: Slot<u32>,
}

/// What MongoDB takes for `expireAfterSeconds`.
const MAX_SECONDS: u32 = i32::MAX as u32;

impl RawAudit {
    pub(super) fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let mut raw = Self::default();
        if !input.peek(token::Paren) {
            return options::flag(name, input).map(|()| raw);
        }
        let list = options::list(name, input, "audit(retention = \"90d\")")?;
        options::read(list, "retention = \"90d\"", errors, |option, input| {
            if option != "retention" {
                return Err(options::unknown_member(option, "`audit`", &["retention"]));
            }
            let value = options::string(option, input, "90d").and_then(|text| seconds(&text));
            raw.retention.set(option, value)
        });
        Ok(raw)
    }
}

/// The seconds of `90d`, `12h` or `30m`.
fn seconds(text: &LitStr) -> syn::Result<u32> {
    let value = text.value();
    let units = [('d', 86_400), ('h', 3_600), ('m', 60)];
    let seconds = units.into_iter().find_map(|(unit, seconds)| {
        let number: u32 = value.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(seconds).filter(|seconds| (1..=MAX_SECONDS).contains(seconds))
    });
    seconds.ok_or_else(|| {
        let expected = "a number of days, hours or minutes, together at most 68 years";
        messages::WRONG_VALUE.at(text, &["retention", expected, "retention = \"90d\""])
    })
}
