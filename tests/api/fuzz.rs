//! Two applications over the same documents, one on each store: whatever both are sent, they answer alike.
//!
//! The stores hold different values in their hidden fields, so that an answer which one of those has a part in differs too.

mod at_once;
mod data;
pub mod items;
mod lists;
mod pair;
mod patches;
mod query;
pub mod random;
mod targets;
mod wire;
