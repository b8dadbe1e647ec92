//! What is known at compile time of an entity whose documents are users.

use super::Entity;

/// An entity whose documents are the users that log in. Implemented by `#[dynamic_api]` where a field is `#[api(login)]`.
///
/// The login field needs a unique index of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no accounts",
    label = "nobody can log in as one",
    note = "mark a field with `#[api(login)]` and one of type `Password` with `#[api(password)]`"
)]
pub trait UserEntity: Entity {
    /// Which fields are what.
    const ACCOUNT: &'static AccountMeta;
}

/// The fields of a user entity, by their stored names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountMeta {
    /// What a user is known by.
    pub login: &'static str,
    /// The field of type [`Password`](crate::types::Password).
    pub password: &'static str,
    /// What tokens and the account say of a user.
    pub claims: &'static [&'static str],
    /// What is taken at the registration, besides login and password.
    pub register: &'static [RegisterField],
}

/// A field that is taken at the registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterField {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be sent.
    pub required: bool,
}

impl AccountMeta {
    /// Accounts of a login and a password.
    pub const fn new(login: &'static str, password: &'static str) -> Self {
        Self { login, password, claims: &[], register: &[] }
    }

    /// Sets what tokens and the account say of a user.
    #[must_use]
    pub const fn claims(mut self, fields: &'static [&'static str]) -> Self {
        self.claims = fields;
        self
    }

    /// Sets what is taken at the registration, besides login and password.
    #[must_use]
    pub const fn register(mut self, fields: &'static [RegisterField]) -> Self {
        self.register = fields;
        self
    }
}

impl RegisterField {
    /// A field that may be sent.
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }

    /// A field that must be sent.
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }
}
