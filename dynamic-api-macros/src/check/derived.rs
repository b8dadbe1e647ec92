//! The rules of fields that functions compute, and of those that are out of filters.

use crate::{
    attr::{RawDerived, RawField},
    errors::Errors,
    messages,
    model::Derived,
};

/// The functions of a field, where it has some.
pub(super) fn derived(raw: &RawField, errors: &Errors) -> Option<Derived> {
    let functions = raw.options.derived.get()?;
    errors.keep(can_be_hidden(raw, functions));
    errors.keep(is_not_write_only(raw));
    errors.keep(has_no_codec(raw));
    match (functions.save.get().cloned(), functions.read.get().cloned()) {
        (Some(save), Some(read)) => Some(Derived::Both(save, read)),
        (Some(save), None) => Some(Derived::Save(save)),
        (None, Some(read)) => Some(Derived::Read(read)),
        (None, None) => None,
    }
}

fn can_be_hidden(raw: &RawField, functions: &RawDerived) -> syn::Result<()> {
    match (raw.options.hidden.is_set(), functions.read.name()) {
        (true, Some(read)) => Err(messages::DERIVED_UNSEEN.at(read, &[&raw.ident.to_string()])),
        _ => Ok(()),
    }
}

fn is_not_write_only(raw: &RawField) -> syn::Result<()> {
    match raw.options.write_only.name() {
        Some(name) => Err(messages::DERIVED_AND_WRITE_ONLY.at(name, &[&raw.ident.to_string()])),
        None => Ok(()),
    }
}

fn has_no_codec(raw: &RawField) -> syn::Result<()> {
    match (&raw.serde.codec, raw.options.derived.name()) {
        (Some(_), Some(name)) => Err(messages::DERIVED_WITH_CODEC.at(name, &[])),
        _ => Ok(()),
    }
}

/// What is out of filters anyway needs no `no_filter`.
pub(super) fn no_filter_says_something(raw: &RawField, derived: Option<&Derived>) -> syn::Result<()> {
    let Some(name) = raw.options.no_filter.name() else { return Ok(()) };
    let reason = match derived {
        _ if raw.options.hidden.is_set() => "hidden",
        _ if raw.options.write_only.is_set() => "write_only",
        Some(Derived::Read(_)) => "not stored",
        _ => return Ok(()),
    };
    Err(messages::NO_FILTER_ANYWAY.at(name, &[&raw.ident.to_string(), reason]))
}
