//! A rule, as data: what the macro states at a field, and what checks and documents read.

use std::sync::OnceLock;

use regex::Regex;

use super::{Bound, Judge};
use crate::types::Schema;

/// A rule of a field's values, or of the items of one.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Rule {
    /// What must be true.
    pub check: Check,
    /// What a client reads where it is not, in the place of our words.
    pub message: Option<&'static str>,
}

/// What must be true of a value. Of what has no value nothing must.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Check {
    /// So many characters, items or entries.
    Length {
        /// At least.
        min: Option<u64>,
        /// At most.
        max: Option<u64>,
    },
    /// A number between these.
    Range {
        /// The lower end.
        min: Option<Bound>,
        /// The upper end.
        max: Option<Bound>,
    },
    /// An address of e-mail, as HTML's `<input type=email>` takes it, or with an address literal behind the `@`.
    Email,
    /// An absolute URL (WHATWG).
    Url,
    /// An address of IPv4 or IPv6.
    Ip,
    /// An address of IPv4.
    Ipv4,
    /// An address of IPv6.
    Ipv6,
    /// A UUID in its form of 36 characters.
    Uuid,
    /// No characters but ASCII.
    Ascii,
    /// Letters and digits alone, of any script.
    Alphanumeric,
    /// A text that holds this one.
    Contains(&'static str),
    /// A text that starts with this one.
    Prefix(&'static str),
    /// A text that ends with this one.
    Suffix(&'static str),
    /// A text in which the pattern is found. Behind a function, since it is compiled once.
    Pattern(fn() -> &'static Pattern),
    /// What a function of the program's own says.
    Custom(Judge),
    /// These rules hold of every item of a list, or of every value of a map.
    Each(&'static [Rule]),
}

/// A regular expression, compiled when it is first asked. It takes time that is linear in the text, whatever the pattern.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern of this text, which the macro has compiled before.
    pub const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// Its text.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The compiled form; `None` where the text is no pattern.
    pub(super) fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.text).ok()).as_ref()
    }
}

impl Rule {
    /// The rule that this check is, in our words.
    pub const fn new(check: Check) -> Self {
        Self { check, message: None }
    }

    /// Sets what a client reads where it does not hold.
    #[must_use]
    pub const fn message(mut self, text: &'static str) -> Self {
        self.message = Some(text);
        self
    }

    /// Whether it is about the items of a value, and not about the value.
    pub(crate) const fn is_of_items(&self) -> bool {
        matches!(self.check, Check::Each(_))
    }

    /// Whether values of a schema are ones that it can be asked of.
    pub(crate) const fn fits(&self, schema: &Schema) -> bool {
        match (&self.check, schema) {
            (_, Schema::Option(inner)) => self.fits(inner),
            (Check::Custom(_), _) => true,
            (Check::Each(rules), Schema::List(item) | Schema::Map(item)) => all_fit(rules, item),
            (Check::Range { .. }, schema) => {
                matches!(schema, Schema::Integer { .. } | Schema::Float | Schema::Decimal)
            }
            (Check::Length { .. }, Schema::List(_) | Schema::Map(_)) => true,
            (Check::Each(_), _) => false,
            (_, schema) => matches!(schema, Schema::String | Schema::Password),
        }
    }
}

/// Whether all rules can be asked of values of a schema.
pub(crate) const fn all_fit(rules: &[Rule], schema: &Schema) -> bool {
    let mut at = 0;
    while at < rules.len() {
        if !rules[at].fits(schema) {
            return false;
        }
        at += 1;
    }
    true
}
