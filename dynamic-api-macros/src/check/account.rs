//! The rules of what makes an entity one of users: its login, its password, what tokens say of it and what a registration takes.

use proc_macro2::Ident;

use super::lookup::Fields;
use crate::{
    attr::{FieldOptions, RawEntity, RawField, RawIndex, RawIndexKind, Slot},
    errors::Errors,
    messages,
    model::{Account, Credential, Field},
};

/// What a user logs in by, if the field is that.
pub(super) fn credential(raw: &RawField) -> Option<Credential> {
    match &raw.options {
        options if options.password.is_set() => Some(Credential::Password),
        options if options.login.is_set() => Some(Credential::Login),
        _ => None,
    }
}

/// Says which option of a field can't be, and why.
type Rule = for<'a> fn(&'a RawField) -> Option<(&'a Ident, &'static str)>;

/// Whether a field can be what it is marked as.
pub(super) fn marks_fit(raw: &RawField, errors: &Errors) {
    let options = &raw.options;
    let marks: [(&Slot<()>, Rule); 3] =
        [(&options.login, login), (&options.password, password), (&options.claim, claim)];
    let refused = marks.into_iter().filter(|(mark, _)| mark.is_set()).find_map(|(_, rule)| rule(raw));
    let refused = refused.or_else(|| registration(raw)).or_else(|| stands_alone(raw));
    if let Some((place, reason)) = refused {
        errors.push(messages::MARK_REFUSED.at(place, &[&raw.ident.to_string(), &place.to_string(), reason]));
    }
}

/// What can't stand beside `login`.
fn login(raw: &RawField) -> Option<(&Ident, &'static str)> {
    let FieldOptions {
        default, hidden, read_only, write_only, derived, password, register, unique_ci, ..
    } = &raw.options;
    let refused = [
        (unique_ci.name(), "users log in by their login letter for letter"),
        (password.name(), "it is the login, which everybody may see"),
        (hidden.name(), "a user sees the own login"),
        (write_only.name(), "a user sees the own login"),
        (read_only.name(), "a user chooses the own login"),
        (derived.name(), "a user chooses the own login"),
        (default.name(), "each user has a login of their own"),
        (register.name(), "the login is part of every registration"),
    ];
    first(refused)
}

/// What can't stand beside `password`.
fn password(raw: &RawField) -> Option<(&Ident, &'static str)> {
    let FieldOptions { unique, index, default, hidden, read_only, write_only, no_filter, .. } = &raw.options;
    let FieldOptions { derived, claim, register, unique_ci, .. } = &raw.options;
    let hides = "`password` already keeps it from clients' eyes and out of filters";
    let refused = [
        (unique.name(), "it is the password, by which no document is found"),
        (unique_ci.name(), "it is the password, by which no document is found"),
        (index.name(), "it is the password, by which no document is found"),
        (default.name(), "a password that all users have is none"),
        (derived.name(), "a user chooses the own password"),
        (read_only.name(), "a user chooses the own password"),
        (hidden.name(), hides),
        (write_only.name(), hides),
        (no_filter.name(), hides),
        (claim.name(), "tokens can be read by everybody who has one"),
        (register.name(), "the password is part of every registration"),
    ];
    first(refused)
}

/// What can't be a `claim`.
fn claim(raw: &RawField) -> Option<(&Ident, &'static str)> {
    let FieldOptions { hidden, write_only, derived, claim, .. } = &raw.options;
    let is_computed = derived.get().is_some_and(|functions| !functions.save.is_set());
    let refused = [
        (hidden.is_set() || write_only.is_set(), "clients can't see it, and can read their tokens"),
        (is_computed, "it is not stored"),
        (raw.serde.codec.is_some(), "it has functions of its own for serde"),
    ];
    let (_, reason) = refused.into_iter().find(|(is_so, _)| *is_so)?;
    Some((claim.name()?, reason))
}

/// What can't be part of a registration.
fn registration(raw: &RawField) -> Option<(&Ident, &'static str)> {
    let FieldOptions { read_only, derived, register, .. } = &raw.options;
    let is_for_code = read_only.is_set() || derived.is_written();
    register.name().filter(|_| is_for_code).map(|place| (place, "clients can't set it"))
}

/// The login and the password are there in every build, in the form that their type gives them.
fn stands_alone(raw: &RawField) -> Option<(&Ident, &'static str)> {
    let place = raw.options.login.name().or_else(|| raw.options.password.name())?;
    let refused = [
        (!raw.cfgs.is_empty(), "its `#[cfg]` may leave it out"),
        (raw.serde.codec.is_some(), "it has functions of its own for serde"),
        (raw.serde.default.is_some(), "each user has one of their own, and it has a default"),
    ];
    refused.into_iter().find(|(is_so, _)| *is_so).map(|(_, reason)| (place, reason))
}

fn first<'a, const N: usize>(
    refused: [(Option<&'a Ident>, &'static str); N],
) -> Option<(&'a Ident, &'static str)> {
    refused.into_iter().find_map(|(place, reason)| Some((place?, reason)))
}

/// What the fields make of the entity: nothing, unless one of them is marked.
pub(super) fn account(fields: &Fields<'_>, errors: &Errors) -> Option<Account> {
    let mark = fields.raw.iter().find_map(|raw| raw.options.marks().next())?;
    let login = one(fields, mark, Credential::Login, errors);
    let password = one(fields, mark, Credential::Password, errors);
    for (raw, field) in fields.raw.iter().zip(fields.checked) {
        let Some(field) = field else { continue };
        let is_given = field.credential.is_some() || raw.options.register.is_written();
        if !is_given && !field.can_be_left_out() {
            errors.push(messages::NO_REGISTRATION.at(&raw.ident, &[&raw.ident.to_string()]));
        }
    }
    Some(Account { login: login?, password: password? })
}

/// The stored name of the one field that is this credential.
fn one(fields: &Fields<'_>, mark: &Ident, credential: Credential, errors: &Errors) -> Option<String> {
    let marked = |raw: &'_ RawField| match credential {
        Credential::Login => raw.options.login.name().cloned(),
        Credential::Password => raw.options.password.name().cloned(),
    };
    let (what, example) = match credential {
        Credential::Login => ("login", "the field of type `String` that tells two users apart"),
        Credential::Password => ("password", "a field of type `Password`"),
    };
    let mut all = fields.raw.iter().zip(fields.checked).filter_map(|(raw, field)| {
        let name = marked(raw)?;
        Some((raw, field, name))
    });
    let Some((first, field, _)) = all.next() else {
        let parts = [&*mark.to_string(), &fields.entity.to_string(), what, example];
        errors.push(messages::NEEDS_MARK.at(mark, &parts));
        return None;
    };
    for (_, _, name) in all {
        errors.push(messages::TWO_MARKS.at(name, &[what, &first.ident.to_string()]));
    }
    field.as_ref().map(|field| field.name.clone())
}

/// Where the index stands that a login has though none is written: two users may not have one login.
pub(super) fn unique<'a>(raw: &'a RawField, field: &Field, entity: &RawEntity) -> Option<&'a Ident> {
    let is_of_field = |index: &RawIndex| {
        let [(key, _)] = &index.keys[..] else { return false };
        matches!(index.kind, RawIndexKind::Unique) && (*key == raw.ident || *key == field.name)
    };
    raw.options.login.name().filter(|_| !entity.indexes.iter().any(is_of_field))
}

/// Of an index for texts it is said elsewhere that a search would reveal them.
pub(super) fn is_indexable(index: &RawIndex, place: &Ident, field: &Field) -> syn::Result<()> {
    if field.is_password() && !matches!(index.kind, RawIndexKind::Text) {
        return Err(messages::PASSWORD_KEY.at(place, &[&place.to_string(), &index.name.to_string()]));
    }
    Ok(())
}
