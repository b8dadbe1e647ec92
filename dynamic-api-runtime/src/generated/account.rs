//! What generated code asks the compiler about the fields of a user.

use crate::types::{ApiType, Password, Schema};

/// The type of a user's login.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a login",
    label = "no `String`",
    note = "give the field the type `String`: a login is always there, and compared letter by letter"
)]
pub trait Login {}

impl Login for String {}

/// The type of a user's password.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a password",
    label = "no `Password`",
    note = "give the field the type `dynamic_api::Password`, which is stored as its hash and shown to nobody"
)]
pub trait IsPassword {}

impl IsPassword for Password {}

/// Compiles where the type is one that a login can have.
pub const fn is_login<T: Login>() {}

/// Compiles where the type is that of passwords.
pub const fn is_password<T: IsPassword>() {}

/// Compiles where a value of the type is one that a token can say.
///
/// # Panics
/// While the program compiles, where it isn't.
pub const fn is_claim<T: ApiType>() {
    let mut schema = T::SCHEMA;
    while let Schema::Option(inner) = schema {
        schema = inner;
    }
    let is_single = !matches!(schema, Schema::List(_) | Schema::Map(_) | Schema::Struct(_) | Schema::Any);
    assert!(
        is_single,
        "a `claim` is a single value: a text, a number, a bool, a date, an id or an enum without data"
    );
}
