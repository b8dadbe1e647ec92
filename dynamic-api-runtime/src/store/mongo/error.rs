//! The one conversion from the driver's errors to the store's.

use bson::{Bson, RawDocument, raw::RawBsonRef};
use mongodb::error::{
    ErrorKind, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT, WriteFailure,
};

use crate::store::StoreError;

/// The server's code for a key that a unique index holds already.
pub(super) const DUPLICATE_KEY: i32 = 11000;

/// An error of the driver, for the log: what happened, without the server's whole response, which holds stored values.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.kind)]
pub struct DriverError(pub mongodb::error::Error);

impl From<mongodb::error::Error> for DriverError {
    fn from(error: mongodb::error::Error) -> Self {
        Self(error)
    }
}

/// What an error of the driver means to a caller.
pub(super) fn from_driver(collection: &str, error: mongodb::error::Error) -> StoreError {
    match code(&error) {
        Some(code) => from_code(collection, code, error),
        None => without_code(error),
    }
}

/// Whether a commit may have taken effect although its answer was lost.
pub(super) fn is_unknown_commit(error: &mongodb::error::Error) -> bool {
    error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT)
}

/// The code of the server's error, wherever the driver keeps it.
pub(super) fn code(error: &mongodb::error::Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => Some(concern.code),
        ErrorKind::InsertMany(many) => {
            let write = many.write_errors.iter().flatten().map(|write| write.code).next();
            write.or_else(|| many.write_concern_error.as_ref().map(|concern| concern.code))
        }
        _ => None,
    }
}

/// The server's own words, which name the operator and the path that are wrong.
pub(super) fn message(error: &mongodb::error::Error) -> String {
    match &*error.kind {
        ErrorKind::Command(command) => command.message.clone(),
        ErrorKind::Write(WriteFailure::WriteError(write)) => write.message.clone(),
        ErrorKind::InsertMany(many) => {
            many.write_errors.iter().flatten().map(|write| write.message.clone()).next().unwrap_or_default()
        }
        kind => kind.to_string(),
    }
}

/// By the server's code; the list is `src/mongo/base/error_codes.yml` of the server.
fn from_code(collection: &str, code: i32, error: mongodb::error::Error) -> StoreError {
    match code {
        DUPLICATE_KEY => {
            StoreError::Duplicate { collection: collection.to_owned(), fields: duplicate_fields(&error) }
        }
        // LockTimeout, WriteConflict, SnapshotUnavailable, NoSuchTransaction
        24 | 112 | 246 | 251 => StoreError::Conflict,
        // MaxTimeMSExpired, ExceededTimeLimit
        50 | 262 => StoreError::TimedOut,
        // Hosts and networks; a primary that steps down, shuts down or recovers; a write concern that isn't met; credentials
        6 | 7 | 18 | 43 | 64 | 89 | 91 | 133 | 134 | 189 | 202 | 237 | 384 | 391 | 9001 | 10058 | 10107
        | 11600 | 11601 | 11602 | 13435 | 13436 => unavailable(error),
        // BSONObjectTooLarge, KeyTooLong, and the two of an update whose result is too large
        10334 | 17280 | 17419 | 17420 => StoreError::TooLarge(message(&error)),
        // An aggregation stage or expression that this server does not have
        168 | 40324 => StoreError::Unsupported { store: "MongoDB", what: message(&error) },
        _ if error.contains_label(TRANSIENT_TRANSACTION_ERROR) => StoreError::Conflict,
        // What the server says of operations that don't fit the data: BadValue, FailedToParse, CannotBackfillArray,
        // TypeMismatch, Overflow, InvalidPath, PathNotViable, ConflictingUpdateOperators, the field name errors, InvalidIdField,
        // ImmutableField, InvalidNamespace, CannotIndexParallelArrays, ConversionFailure,
        // and IndexNotFound, which a search without its index is.
        2 | 4 | 9 | 14 | 15 | 16 | 22 | 27 | 28 | 40 | 51 | 52 | 53 | 54 | 55 | 56 | 57 | 66 | 73 | 171
        | 241 => StoreError::Invalid(message(&error)),
        // Five digits are assertions about the operation ("Location40353"); those about the server stand above.
        10000.. => StoreError::Invalid(message(&error)),
        _ => StoreError::other(DriverError(error)),
    }
}

fn without_code(error: mongodb::error::Error) -> StoreError {
    match &*error.kind {
        ErrorKind::Io(_)
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::ServerSelection { .. }
        | ErrorKind::DnsResolve { .. }
        | ErrorKind::Authentication { .. }
        | ErrorKind::InvalidTlsConfig { .. }
        | ErrorKind::Shutdown => unavailable(error),
        ErrorKind::InvalidArgument { message, .. } => StoreError::Invalid(message.clone()),
        _ => StoreError::other(DriverError(error)),
    }
}

fn unavailable(error: mongodb::error::Error) -> StoreError {
    StoreError::Unavailable(Box::new(DriverError(error)))
}

/// The members of the index that holds the key already, with the values. The driver's error types leave them out, so they are
/// read from the server's response: at its top for `findAndModify` and `createIndexes`, in the first write error of an `update`.
/// Of an `insert` there is none (see `duplicate.rs`).
pub(super) fn duplicate_fields(error: &mongodb::error::Error) -> Vec<(String, Bson)> {
    let Some(response) = error.server_response() else { return Vec::new() };
    let detail = first_write_error(response).unwrap_or(response);
    let Ok(key) = detail.get_document("keyValue") else { return Vec::new() };
    // Under a collation these are no values but what it makes of them.
    let is_collated = message(error).contains(COLLATED);
    let value = |value| if is_collated { Some(Bson::Undefined) } else { Bson::try_from(value).ok() };
    key.iter().flatten().filter_map(|(name, found)| Some((name.as_str().to_owned(), value(found)?))).collect()
}

/// How an error names the collation of an index.
pub(super) const COLLATED: &str = " collation: ";

fn first_write_error(response: &RawDocument) -> Option<&RawDocument> {
    match response.get_array("writeErrors").ok()?.into_iter().next()? {
        Ok(RawBsonRef::Document(first)) => Some(first),
        _ => None,
    }
}
