//! The rules of a field's values: whether they can hold together, and of values of its type.

use std::cmp::Ordering;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{LitStr, Type, ext::IdentExt};

use super::types::{self, Holds};
use crate::{
    attr::{LENGTH, RANGE, RawCheck, RawField, RawLength, RawRange, RawRule, RawRules},
    errors::Errors,
    messages,
    model::{Bound, Check, Rule},
};

/// The rules of a field.
pub(super) fn rules(raw: &RawField, errors: &Errors) -> Vec<Rule> {
    for name in [raw.options.validate.name(), raw.options.exists.name()].into_iter().flatten() {
        errors.keep(can_be_asked(raw, name));
    }
    raw.options.validate.get().map(|rules| all(rules, &raw.ty, errors)).unwrap_or_default()
}

fn can_be_asked(raw: &RawField, name: &Ident) -> syn::Result<()> {
    if raw.serde.codec.is_some() {
        return Err(messages::RULES_WITH_CODEC.at(name, &[&raw.ident.to_string()]));
    }
    if raw.options.derived.is_written() {
        return Err(messages::RULES_OF_DERIVED.at(name, &[&raw.ident.to_string()]));
    }
    Ok(())
}

fn all(raw: &RawRules, ty: &Type, errors: &Errors) -> Vec<Rule> {
    once(raw, errors);
    let common = raw.message.get().and_then(|text| errors.keep(not_empty(text)));
    let rule = |rule: &RawRule| {
        errors.keep(fits(rule, ty));
        let check = check(rule, ty, errors)?;
        let own = rule.message.get().and_then(|text| errors.keep(not_empty(text)));
        Some(Rule { name: rule.name.clone(), check, message: own.or_else(|| common.clone()) })
    };
    raw.rules.iter().filter_map(rule).collect()
}

/// A text can have to hold several others, and several patterns; everything else is one rule.
fn once(raw: &RawRules, errors: &Errors) {
    let is_one = |rule: &RawRule| {
        !matches!(rule.check, RawCheck::Text(..) | RawCheck::Pattern(_) | RawCheck::Custom(_))
    };
    let mut seen: Vec<&Ident> = vec![];
    for rule in raw.rules.iter().filter(|rule| is_one(rule)) {
        if seen.contains(&&rule.name) {
            errors.push(messages::TWICE.at(&rule.name, &[&rule.name.unraw().to_string()]));
        }
        seen.push(&rule.name);
    }
}

fn not_empty(text: &LitStr) -> syn::Result<String> {
    let value = text.value();
    if value.is_empty() {
        return Err(messages::EMPTY_TEXT.at(text, &["message", "what a client is to read"]));
    }
    Ok(value)
}

/// Whether values of the type can be asked, as far as its tokens say; the compiler knows the rest.
fn fits(rule: &RawRule, ty: &Type) -> syn::Result<()> {
    let Some(holds) = types::holds(ty) else { return Ok(()) };
    let (is_asked, of) = match &rule.check {
        RawCheck::Custom(_) => return Ok(()),
        RawCheck::Length(_) => {
            (matches!(holds, Holds::Text | Holds::List | Holds::Map), "texts, lists and maps")
        }
        RawCheck::Range(_) => (holds == Holds::Number, "numbers"),
        RawCheck::Inner(_) => (matches!(holds, Holds::List | Holds::Map), "lists and maps"),
        RawCheck::Named(_) | RawCheck::Text(..) | RawCheck::Pattern(_) => (holds == Holds::Text, "texts"),
    };
    if is_asked {
        return Ok(());
    }
    let (name, ty) = (rule.name.unraw().to_string(), ty.to_token_stream().to_string().replace(' ', ""));
    let instead = match (&rule.check, holds) {
        (RawCheck::Length(_), Holds::Number) => "write `range(..)` for a number, or remove it".to_owned(),
        (RawCheck::Range(_), Holds::Text | Holds::List | Holds::Map) => {
            "write `length(..)` for how much it holds, or remove it".to_owned()
        }
        (_, Holds::List | Holds::Map) => {
            format!("write `inner({name} ..)` for each of its items, or remove it")
        }
        _ => "remove it, or write a function of your own behind `custom = ..`".to_owned(),
    };
    Err(messages::RULE_MISFIT.at(&rule.name, &[&name, of, &ty, &instead]))
}

fn check(rule: &RawRule, ty: &Type, errors: &Errors) -> Option<Check> {
    Some(match &rule.check {
        RawCheck::Length(raw) => errors.keep(length(&rule.name, raw))?,
        RawCheck::Range(raw) => errors.keep(range(&rule.name, raw))?,
        RawCheck::Named(check) => Check::Named(*check),
        RawCheck::Text(check, text) => Check::Text(*check, errors.keep(some_text(&rule.name, text))?),
        RawCheck::Pattern(text) => Check::Pattern(errors.keep(pattern(text))?),
        RawCheck::Custom(function) => {
            Check::Custom(Box::new((function.clone(), types::option_of(ty).unwrap_or(ty).clone())))
        }
        RawCheck::Inner(inner) => match types::item_of(ty) {
            Some(item) => Check::Each(all(inner, item, errors)),
            // That it does not fit is reported already.
            None if types::holds(ty).is_some() => return None,
            None => {
                let ty = ty.to_token_stream().to_string().replace(' ', "");
                errors.push(messages::ITEMS_UNKNOWN.at(&rule.name, &[&ty]));
                return None;
            }
        },
    })
}

fn length(name: &Ident, raw: &RawLength) -> syn::Result<Check> {
    if let (Some(equal), Some(end)) = (raw.equal.name(), raw.min.name().or_else(|| raw.max.name())) {
        return Err(messages::EXCLUSIVE.at(end, &[&equal.to_string(), &end.to_string()]));
    }
    let is_written = raw.min.is_written() || raw.max.is_written() || raw.equal.is_written();
    if !is_written {
        return Err(messages::NEEDS_VALUE.at(name, &["length", LENGTH]));
    }
    let equal = raw.equal.get().copied();
    let (min, max) = (raw.min.get().copied().or(equal), raw.max.get().copied().or(equal));
    match (min, max) {
        (Some(min), Some(max)) if min > max => {
            Err(messages::NOTHING_FITS.at(name, &["length", &min.to_string(), &max.to_string()]))
        }
        (min, max) => Ok(Check::Length { min, max }),
    }
}

fn range(name: &Ident, raw: &RawRange) -> syn::Result<Check> {
    if !raw.min.is_written() && !raw.max.is_written() {
        return Err(messages::NEEDS_VALUE.at(name, &["range", RANGE]));
    }
    let end = |slot: &crate::attr::Slot<_>| {
        let exclusive = slot.name()?.to_string().starts_with("exclusive");
        Some(Bound { number: *slot.get()?, exclusive })
    };
    let (min, max) = (end(&raw.min), end(&raw.max));
    if let (Some(min), Some(max)) = (min, max) {
        let is_empty = match min.number.compared(max.number) {
            Ordering::Less => false,
            Ordering::Equal => min.exclusive || max.exclusive,
            Ordering::Greater => true,
        };
        if is_empty {
            let (min, max) = (min.number.to_string(), max.number.to_string());
            return Err(messages::NOTHING_FITS.at(name, &["range", &min, &max]));
        }
    }
    Ok(Check::Range { min, max })
}

fn some_text(name: &Ident, text: &LitStr) -> syn::Result<String> {
    let value = text.value();
    if value.is_empty() {
        return Err(messages::EMPTY_TEXT.at(text, &[&name.to_string(), "the text that is to be there"]));
    }
    Ok(value)
}

/// Compiled here with the settings of the runtime, so that it can't fail there.
fn pattern(text: &LitStr) -> syn::Result<String> {
    let value = text.value();
    match regex::Regex::new(&value) {
        Ok(_) => Ok(value),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Err(messages::BAD_PATTERN.at(text, &[&value.escape_debug().to_string(), reason]))
        }
    }
}
