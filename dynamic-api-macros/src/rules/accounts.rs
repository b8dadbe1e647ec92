//! The rules of what makes an entity one of users.

use proc_macro2::TokenStream;
use quote::quote;

use super::errors;

const NONE: [String; 0] = [];

/// The errors of an entity of users with these fields besides login and password.
fn with(fields: TokenStream) -> Vec<String> {
    let account = quote!(
        #[api(login)]
        email: String,
        #[api(password)]
        password: Password,
    );
    of(quote!(path = "users"), quote!(#account #fields))
}

fn of(options: TokenStream, fields: TokenStream) -> Vec<String> {
    errors(options, quote!(struct User { #fields }))
}

/// The errors where the login, or the password, is written so.
fn as_login(options: TokenStream) -> Vec<String> {
    of(quote!(path = "users"), quote!(#options email: String, #[api(password)] password: Password))
}

fn as_password(options: TokenStream) -> Vec<String> {
    of(quote!(path = "users"), quote!(#[api(login)] email: String, #options password: Password))
}

#[test]
fn claims_are_what_clients_see() {
    for field in [
        quote!(#[api(claim, read_only, default = Role::User)] role: Role),
        quote!(#[api(claim, register)] name: String),
        quote!(#[api(claim, derived(save = f))] initials: String),
        quote!(#[api(claim, derived(save = f, read = g))] initials: String),
        quote!(#[api(claim, no_filter)] plan: Option<String>),
        quote!(#[cfg(a)] #[api(claim)] tenant: Option<Id>),
    ] {
        assert_eq!(with(field.clone()), NONE, "{field}");
    }
    for field in [
        quote!(#[api(claim, hidden)] role: Option<String>),
        quote!(#[api(claim, write_only)] role: Option<String>),
        quote!(#[api(claim, derived(read = f))] role: String),
        quote!(#[api(claim)] #[serde(with = "text")] role: Option<String>),
        quote!(#[api(claim = role)] role: Option<String>),
    ] {
        assert_eq!(with(field.clone()).len(), 1, "{field}");
    }
}

#[test]
fn a_registration_takes_what_clients_can_set() {
    for field in [
        quote!(#[api(register)] name: String),
        quote!(#[api(register(required))] name: Option<String>),
        quote!(#[api(register, hidden)] invited_by: Option<Id>),
        quote!(#[api(register, default)] tags: Vec<String>),
        quote!(#[api(default)] points: u32),
        quote!(#[serde(default)] points: u32),
        quote!(#[api(derived = f)] initials: String),
    ] {
        assert_eq!(with(field.clone()), NONE, "{field}");
    }
    for field in [
        quote!(name: String),
        quote!(#[api(register, read_only, default)] points: u32),
        quote!(#[api(register, derived = f)] initials: String),
        quote!(#[api(register())] name: String),
        quote!(#[api(register(needed))] name: String),
        quote!(#[api(register(required, required))] name: String),
        quote!(#[api(register = required)] name: Option<String>),
    ] {
        assert_eq!(with(field.clone()).len(), 1, "{field}");
    }
}

#[test]
fn a_user_has_one_login_and_one_password() {
    let credentials = [quote!(#[api(login)] email: String), quote!(#[api(password)] password: Password)];
    let [login, password] = &credentials;
    let users = quote!(path = "users");
    assert_eq!(of(users.clone(), quote!(#login, #password)), NONE);
    for alone in &credentials {
        assert_eq!(of(users.clone(), alone.clone()).len(), 1, "{alone}");
    }
    assert_eq!(of(users.clone(), quote!(#[api(claim)] role: Option<String>)).len(), 2);
    assert_eq!(with(quote!(#[api(login)] name: String)).len(), 1);
    assert_eq!(with(quote!(#[api(password)] pin: Password)).len(), 1);
    assert_eq!(of(users, quote!(#[api(login, password)] secret: Password)).len(), 1);
}

#[test]
fn the_login_is_chosen_and_seen_and_unique() {
    for options in [
        quote!(#[api(login, claim)]),
        quote!(#[api(login, unique)]),
        quote!(#[api(login, no_filter)]),
        quote!(#[api(login)] #[serde(rename = "mail")]),
    ] {
        assert_eq!(as_login(options.clone()), NONE, "{options}");
    }
    for options in [
        quote!(#[api(login, hidden)]),
        quote!(#[api(login, write_only)]),
        quote!(#[api(login, read_only, default)]),
        quote!(#[api(login, default)]),
        quote!(#[api(login)] #[serde(default)]),
        quote!(#[api(login, derived = f)]),
        quote!(#[api(login, register)]),
        quote!(#[api(login)] #[serde(with = "text")]),
        quote!(#[api(login)] #[cfg(a)]),
        quote!(#[api(login, index)]),
    ] {
        assert_eq!(as_login(options.clone()).len(), 1, "{options}");
    }
    let entity = |options| {
        of(
            quote!(path = "users", #options),
            quote!(#[api(login)] email: String, #[api(password)] password: Password),
        )
    };
    assert_eq!(entity(quote!(unique(email))), NONE);
    assert_eq!(entity(quote!(unique(email, createdAt), index(-email))), NONE);
    assert_eq!(entity(quote!(routes(upsert_one(key = email)))), NONE);
    assert_eq!(entity(quote!(index(email))).len(), 1);
}

#[test]
fn nobody_sees_or_finds_by_the_password() {
    for option in [
        quote!(unique),
        quote!(index),
        quote!(default),
        quote!(hidden),
        quote!(write_only),
        quote!(no_filter),
        quote!(derived = f),
        quote!(claim),
        quote!(register),
    ] {
        assert_eq!(as_password(quote!(#[api(password, #option)])).len(), 1, "{option}");
    }
    for options in [quote!(index(password)), quote!(unique(email, password)), quote!(text_index(password))] {
        let fields = quote!(#[api(login)] email: String, #[api(password)] password: Password);
        assert_eq!(of(quote!(path = "users", #options), fields).len(), 1, "{options}");
    }
}
