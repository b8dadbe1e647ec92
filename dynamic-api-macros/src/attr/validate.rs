//! The rules of `validate(..)` at a field.

use proc_macro2::Ident;
use syn::{
    ExprPath, Lit, LitStr, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    token,
};

use super::options::{self, Slot};
use crate::{
    errors::Errors,
    messages,
    model::{NamedCheck, Number, TextCheck},
};

/// `validate(..)` or `inner(..)` as written.
#[derive(Default)]
pub(crate) struct RawRules {
    pub(crate) rules: Vec<RawRule>,
    /// What a client reads of those that have no message of their own.
    pub(crate) message: Slot<LitStr>,
}

/// A rule as written.
pub(crate) struct RawRule {
    pub(crate) name: Ident,
    pub(crate) check: RawCheck,
    pub(crate) message: Slot<LitStr>,
}

/// What a rule asks for.
pub(crate) enum RawCheck {
    Length(RawLength),
    Range(RawRange),
    Named(NamedCheck),
    Text(TextCheck, LitStr),
    Pattern(LitStr),
    Custom(ExprPath),
    Inner(RawRules),
}

/// `length(..)`.
#[derive(Default)]
pub(crate) struct RawLength {
    pub(crate) min: Slot<u32>,
    pub(crate) max: Slot<u32>,
    pub(crate) equal: Slot<u32>,
}

/// `range(..)`; an end is one of two options.
#[derive(Default)]
pub(crate) struct RawRange {
    pub(crate) min: Slot<Number>,
    pub(crate) max: Slot<Number>,
}

/// How rules are written.
pub(crate) const VALIDATE: &str = "validate(length(min = 1, max = 200))";
pub(crate) const LENGTH: &str = "length(min = 1, max = 200)";
pub(crate) const RANGE: &str = "range(min = 0, exclusive_max = 100)";
const INNER: &str = "inner(length(max = 20))";

/// The names of all rules.
const RULES: [&str; 17] = [
    "length",
    "range",
    "email",
    "url",
    "ip",
    "ipv4",
    "ipv6",
    "uuid",
    "ascii",
    "alphanumeric",
    "contains",
    "prefix",
    "suffix",
    "pattern",
    "custom",
    "inner",
    "message",
];

impl RawRules {
    /// The list behind `validate`.
    pub(super) fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        Self::list(name, input, VALIDATE, errors)
    }

    fn list(name: &Ident, input: ParseStream<'_>, example: &str, errors: &Errors) -> syn::Result<Self> {
        let list = options::list(name, input, example)?;
        if list.is_empty() {
            return Err(messages::NEEDS_VALUE.at(name, &[&name.to_string(), example]));
        }
        let mut raw = Self::default();
        options::read(list, "email", errors, |rule, input| {
            if rule == "message" {
                return raw.message.set(rule, message(rule, input));
            }
            raw.rules.push(RawRule::parse(rule, input, errors)?);
            Ok(())
        });
        Ok(raw)
    }
}

impl RawRule {
    fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let mut text = Slot::default();
        let rule = name.unraw().to_string();
        let check = match &*rule {
            "length" => RawCheck::Length(RawLength::parse(name, input, &mut text, errors)?),
            "range" => RawCheck::Range(RawRange::parse(name, input, &mut text, errors)?),
            "pattern" => RawCheck::Pattern(valued(name, input, "^[a-z]+$", &mut text, errors)?),
            "custom" => RawCheck::Custom(options::value(name, input, FUNCTION, "custom = function")?),
            "inner" => RawCheck::Inner(RawRules::list(name, input, INNER, errors)?),
            "nested" | "dive" => return Err(messages::NESTED_RULES.at(name, &[&rule])),
            _ => match (NamedCheck::parse(&rule), TextCheck::parse(&rule)) {
                (Some(check), _) => {
                    alone(name, input, &mut text, errors)?;
                    RawCheck::Named(check)
                }
                (_, Some(check)) => RawCheck::Text(check, valued(name, input, "-", &mut text, errors)?),
                (None, None) => return Err(options::unknown_member(name, "`validate`", &RULES)),
            },
        };
        Ok(Self { name: name.clone(), check, message: text })
    }
}

const FUNCTION: &str = "the path of a function";

fn message(name: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    options::string(name, input, "must be ..")
}

/// `email` or `email(message = "..")`.
fn alone(name: &Ident, input: ParseStream<'_>, text: &mut Slot<LitStr>, errors: &Errors) -> syn::Result<()> {
    if !input.peek(token::Paren) {
        return options::flag(name, input);
    }
    let of = format!("`{name}`");
    let list = options::list(name, input, &format!("{name}(message = \"must be ..\")"))?;
    options::read(list, "message = \"must be ..\"", errors, |option, input| {
        match option.to_string().as_str() {
            "message" => text.set(option, message(option, input)),
            _ => Err(options::unknown_member(option, &of, &["message"])),
        }
    });
    Ok(())
}

/// `prefix = ".."` or `prefix(value = "..", message = "..")`.
fn valued(
    name: &Ident,
    input: ParseStream<'_>,
    example: &str,
    text: &mut Slot<LitStr>,
    errors: &Errors,
) -> syn::Result<LitStr> {
    if !input.peek(token::Paren) {
        return options::string(name, input, example);
    }
    let (of, mut value) = (format!("`{name}`"), Slot::default());
    let list = options::list(name, input, example)?;
    options::read(list, "value = \"..\"", errors, |option, input| match option.to_string().as_str() {
        "value" => value.set(option, options::string(option, input, example)),
        "message" => text.set(option, message(option, input)),
        _ => Err(options::unknown_member(option, &of, &["value", "message"])),
    });
    let missing = || messages::NEEDS_VALUE.at(name, &[&name.to_string(), &format!("{name} = \"{example}\"")]);
    value.get().cloned().ok_or_else(missing)
}

impl RawLength {
    fn parse(
        name: &Ident,
        input: ParseStream<'_>,
        text: &mut Slot<LitStr>,
        errors: &Errors,
    ) -> syn::Result<Self> {
        let mut raw = Self::default();
        let list = options::list(name, input, LENGTH)?;
        options::read(list, "min = 1", errors, |option, input| {
            let (slot, example) = match option.to_string().as_str() {
                "min" => (&mut raw.min, "min = 1"),
                "max" => (&mut raw.max, "max = 200"),
                "equal" => (&mut raw.equal, "equal = 2"),
                "message" => return text.set(option, message(option, input)),
                _ => {
                    return Err(options::unknown_member(
                        option,
                        "`length`",
                        &["min", "max", "equal", "message"],
                    ));
                }
            };
            slot.set(option, options::integer(option, input, u32::MAX, example))
        });
        Ok(raw)
    }
}

impl RawRange {
    fn parse(
        name: &Ident,
        input: ParseStream<'_>,
        text: &mut Slot<LitStr>,
        errors: &Errors,
    ) -> syn::Result<Self> {
        const NAMES: [&str; 5] = ["min", "max", "exclusive_min", "exclusive_max", "message"];
        let mut raw = Self::default();
        let list = options::list(name, input, RANGE)?;
        options::read(list, "min = 0", errors, |option, input| {
            let text_of = option.to_string();
            let slot = match &*text_of {
                "min" | "exclusive_min" => &mut raw.min,
                "max" | "exclusive_max" => &mut raw.max,
                "message" => return text.set(option, message(option, input)),
                _ => return Err(options::unknown_member(option, "`range`", &NAMES)),
            };
            let number = options::value(option, input, "a number of 64 bits", &format!("{text_of} = 0"));
            slot.set(option, number)
        });
        Ok(raw)
    }
}

impl Parse for Number {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let sign = if input.parse::<Option<Token![-]>>()?.is_some() { "-" } else { "" };
        let literal: Lit = input.parse()?;
        let number = match &literal {
            Lit::Int(digits) => format!("{sign}{}", digits.base10_digits()).parse().ok().map(Self::Integer),
            Lit::Float(digits) => format!("{sign}{}", digits.base10_digits())
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
                .map(Self::Float),
            _ => None,
        };
        number.ok_or_else(|| input.error("no number"))
    }
}
