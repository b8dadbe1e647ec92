//! Who may do what with which documents, the same over both transports and on both stores.

mod abilities;
mod conditions;
mod doors;
mod fields;
mod matrix;
pub mod people;
mod round_trips;
mod scopes;
mod start;
mod tenants;

pub use people::{People, everywhere};
