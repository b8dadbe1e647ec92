//! What filters, sorts, projections, updates and pipelines mean on BSON: pure functions with MongoDB's answers. It knows no
//! storage, no index choice and no client.

pub(crate) mod aggregate;
pub(crate) mod collation;
pub(crate) mod decimal;
pub(crate) mod key;
pub(crate) mod matcher;
pub(crate) mod number;
pub(crate) mod order;
pub(crate) mod pace;
pub(crate) mod path;
pub(crate) mod projection;
pub(crate) mod raw;
pub(crate) mod sort;
pub(crate) mod text;
pub(crate) mod update;

#[cfg(test)]
mod tests;

use super::super::StoreError;

/// The answer to what this store does not do.
pub(crate) fn unsupported(what: impl Into<String>) -> StoreError {
    StoreError::Unsupported { store: "embedded", what: what.into() }
}
