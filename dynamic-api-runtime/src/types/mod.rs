//! The scalar types of an entity's fields that JSON and BSON write differently, and what a field's type tells the API.

mod api_type;
mod date_time;
mod decimal128;
mod id;
mod password;
mod patch;
mod reference;
mod scalar;
mod uuid;

pub use self::{
    api_type::{ApiType, Schema},
    date_time::DateTime,
    decimal128::Decimal128,
    id::{Id, ParseIdError},
    password::{Password, PasswordError},
    patch::Patch,
    reference::{Ref, Reference, Related},
    uuid::Uuid,
};
pub(crate) use self::{
    password::{PASSWORD_CHARS, PLAINTEXT},
    reference::related,
};
