//! What the storage engine's failures are called in the terms of [`StoreError`].

use std::path::Path;

use redb::{CommitError, DatabaseError, StorageError, TableError, TransactionError};

use crate::store::StoreError;

/// A failure of the storage engine that no caller can act on: the file or the device fails.
pub(super) trait Failure {
    fn failure(self) -> StoreError;
}

macro_rules! failures {
    ($($error:ty),*) => {
        $(impl Failure for $error {
            fn failure(self) -> StoreError {
                StoreError::Unavailable(Box::new(redb::Error::from(self)))
            }
        })*
    };
}
failures!(CommitError, StorageError, TableError, TransactionError);

/// What the file holds can't be what this store wrote.
pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::other(format!("{what} is damaged"))
}

/// The writer is gone, with the program or after a failed commit.
pub(super) fn stopped() -> StoreError {
    StoreError::Unavailable("the embedded store takes no more writes".into())
}

/// Why a file could not be opened, in words for who starts the program.
pub(super) fn not_opened(error: DatabaseError, place: &str) -> StoreError {
    match error {
        DatabaseError::DatabaseAlreadyOpen => {
            StoreError::Unavailable(format!("{place} is in use by another process").into())
        }
        DatabaseError::UpgradeRequired(version) => StoreError::other(format!(
            "{place} is in the old file format {version}, which this version can't read"
        )),
        DatabaseError::Storage(StorageError::Io(error))
            if error.kind() != std::io::ErrorKind::InvalidData =>
        {
            StoreError::Unavailable(format!("{place} can't be opened: {error}").into())
        }
        error => StoreError::other(format!("{place} is damaged, or is no file of this store: {error}")),
    }
}

/// How a file is called in texts.
pub(super) fn place(path: &Path) -> String {
    path.display().to_string()
}
