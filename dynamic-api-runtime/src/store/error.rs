//! What can go wrong in a store, in terms a caller can act on.

use std::fmt;

use bson::Bson;

/// The result of a store's operation.
pub type StoreResult<T> = Result<T, StoreError>;

/// What went wrong in a store. The text of a variant is for the log; what a client reads is decided in
/// [`Error`](crate::Error).
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A unique index already holds the key.
    #[error("duplicate key in {collection}: {fields:?}")]
    Duplicate {
        /// The collection.
        collection: String,
        /// The index's members, each with the value that is taken, in the index's order.
        fields: Vec<(String, Bson)>,
    },
    /// Another writer was there first: the same transaction may succeed when it is tried again.
    #[error("the transaction conflicts with another one")]
    Conflict,
    /// The database can't be reached, or did not answer in time.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] BoxError),
    /// The time limit of the operation ran out: its own, or else the store's.
    #[error("the operation ran into its time limit")]
    TimedOut,
    /// The store has no such stage, operator or option.
    #[error("{what} is not supported by the {store} store")]
    Unsupported {
        /// The store.
        store: &'static str,
        /// The stage, operator or option.
        what: String,
    },
    /// The operation can't be applied to this data: an `$inc` of a string, a path through a scalar, two changes of one path.
    #[error("the operation is invalid: {0}")]
    Invalid(String),
    /// A document is larger than the store can hold.
    #[error("too large: {0}")]
    TooLarge(String),
    /// The rows of a read are more bytes than its limit.
    #[error("the read ran into its limit of bytes")]
    ReadTooLarge,
    /// A value is too long for the index that it would be in, or an `_id` for a key. Only the embedded store has such a
    /// limit.
    #[error("a key of {bytes} bytes for {path}, of at most {limit}")]
    KeyTooLong {
        /// The member; of several in one index, the longest.
        path: String,
        /// The length of the key that the index would hold.
        bytes: usize,
        /// The length that it may have.
        limit: usize,
    },
    /// What names the database, or an option of the connection, can't be used.
    #[error("{0}")]
    Setting(String),
    /// A declared index can't be created.
    #[error("{0}")]
    Index(String),
    /// Anything else.
    #[error("the store failed: {0}")]
    Other(#[source] BoxError),
}

/// As [`Display`](fmt::Display): what `main` prints of an error that it returns is for people.
impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Any error, behind a pointer.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

impl StoreError {
    /// [`StoreError::Other`] of any error.
    pub fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }

    /// What a transaction answers once one of its writes has failed, whoever was told of that: nothing of it is ever committed.
    pub(crate) fn of_failed_transaction() -> Self {
        Self::other("a write of this transaction has failed, and its error was not passed on")
    }
}
