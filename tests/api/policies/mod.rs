//! Who may do what with which documents, the same over both transports and on both stores.

mod abilities;
mod conditions;
mod fields;
pub mod people;
mod scopes;
mod start;
mod tenants;

pub use people::{People, everywhere};
