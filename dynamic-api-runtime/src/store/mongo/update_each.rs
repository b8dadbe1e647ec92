//! Many changes in one `update` command, for which the driver has no method that every server takes. It makes the commands and
//! reads their answers; [`Target`](super::operation::Target) sends them.

use bson::{Bson, Document, RawArrayBuf, RawDocumentBuf, doc, raw::cstr};
use mongodb::{
    error::{Error as Failure, ErrorKind, WriteError, WriteFailure},
    options::WriteConcern,
};

use super::{compile, error::from_driver};
use crate::{
    query::{Filter, Update},
    store::{StoreError, StoreResult},
};

/// How many statements a command may have (`maxWriteBatchSize` of the server).
const MAX_STATEMENTS: usize = 100_000;
/// How many bytes of them a command may have: it is a document like any other, with some room for what is around them.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The bytes that an element of an array has besides its value: its type, its number, the end of that.
const ELEMENT: usize = 1 + 6 + 1;

/// The commands for `changes`, in their order: one, unless they are too many or too large for it.
pub(super) fn commands(
    collection: &str,
    changes: &[(Filter, Update)],
    write_concern: Option<&WriteConcern>,
) -> StoreResult<Vec<RawDocumentBuf>> {
    let statements: Vec<RawDocumentBuf> = changes.iter().map(statement).collect::<StoreResult<_>>()?;
    chunks(&statements).into_iter().map(|chunk| command(collection, chunk, write_concern)).collect()
}

fn statement((filter, update): &(Filter, Update)) -> StoreResult<RawDocumentBuf> {
    let mut operators = compile::update(update)?;
    if operators.is_empty() {
        // Without an operator it would be a replacement by nothing.
        operators.insert("$set", doc! {});
    }
    let statement = doc! { "q": compile::filter(filter)?, "u": operators, "multi": false };
    let statement = RawDocumentBuf::try_from(&statement).map_err(StoreError::other)?;
    let size = statement.as_bytes().len();
    if size + ELEMENT > MAX_BYTES {
        return Err(StoreError::TooLarge(format!("a change of {size} bytes, of at most {MAX_BYTES}")));
    }
    Ok(statement)
}

fn chunks(statements: &[RawDocumentBuf]) -> Vec<&[RawDocumentBuf]> {
    let (mut chunks, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, statement) in statements.iter().enumerate() {
        let size = statement.as_bytes().len() + ELEMENT;
        if at - start == MAX_STATEMENTS || bytes + size > MAX_BYTES {
            chunks.push(&statements[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += size;
    }
    if start < statements.len() {
        chunks.push(&statements[start..]);
    }
    chunks
}

fn command(
    collection: &str,
    statements: &[RawDocumentBuf],
    write_concern: Option<&WriteConcern>,
) -> StoreResult<RawDocumentBuf> {
    let mut updates = RawArrayBuf::new();
    for statement in statements {
        updates.push(statement.clone());
    }
    let mut command = RawDocumentBuf::new();
    command.append(cstr!("update"), collection);
    command.append(cstr!("updates"), updates);
    command.append(cstr!("ordered"), true);
    if let Some(write_concern) = write_concern {
        let concern = bson::serialize_to_raw_document_buf(write_concern).map_err(StoreError::other)?;
        command.append(cstr!("writeConcern"), concern);
    }
    Ok(command)
}

/// How many filters had a document, or the first failure, which the driver does not look for in an answer that it only passes on.
pub(super) fn matched(collection: &str, answer: &Document) -> StoreResult<u64> {
    if let Some(failed) = first_write_error(answer) {
        return Err(of_write(collection, failed));
    }
    if let Ok(concern) = answer.get_document("writeConcernError") {
        let concern = bson::deserialize_from_document(concern.clone()).map_err(StoreError::other)?;
        return Err(of_kind(collection, WriteFailure::WriteConcernError(concern)));
    }
    match answer.get("n") {
        Some(Bson::Int32(matched)) => Ok(u64::try_from(*matched).unwrap_or_default()),
        Some(Bson::Int64(matched)) => Ok(u64::try_from(*matched).unwrap_or_default()),
        _ => Err(StoreError::other("the answer to an update does not say how many documents it was")),
    }
}

fn first_write_error(answer: &Document) -> Option<&Document> {
    answer.get_array("writeErrors").ok()?.first()?.as_document()
}

fn of_write(collection: &str, failed: &Document) -> StoreError {
    let write: WriteError = match bson::deserialize_from_document(failed.clone()) {
        Ok(write) => write,
        Err(error) => return StoreError::other(error),
    };
    match of_kind(collection, WriteFailure::WriteError(write)) {
        StoreError::Duplicate { collection, .. } => {
            let key = failed.get_document("keyValue").cloned().unwrap_or_default();
            StoreError::Duplicate { collection, fields: key.into_iter().collect() }
        }
        other => other,
    }
}

fn of_kind(collection: &str, failure: WriteFailure) -> StoreError {
    from_driver(collection, Failure::from(ErrorKind::Write(failure)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn lengths(sizes: &[usize]) -> Vec<usize> {
        let statements: Vec<_> = sizes
            .iter()
            .map(|size| {
                let mut statement = RawDocumentBuf::new();
                statement.append(cstr!("t"), "x".repeat(*size));
                statement
            })
            .collect();
        chunks(&statements).into_iter().map(<[_]>::len).collect()
    }

    #[test]
    fn changes_are_one_command_as_far_as_the_server_takes_them() {
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&[1, 2, 3]), [3]);
        let mib = 1 << 20;
        assert_eq!(lengths(&[5 * mib, 5 * mib, 5 * mib, 5 * mib, 9 * mib, 8 * mib]), [3, 2, 1]);
        assert_eq!(lengths(&vec![0; MAX_STATEMENTS + 1]), [MAX_STATEMENTS, 1]);
    }

    #[test]
    fn what_failed_is_read_from_the_answer() {
        let answer = doc! { "ok": 1, "n": 1, "writeErrors": [
            { "index": 1, "code": 11000, "errmsg": "E11000 duplicate key", "keyPattern": { "a": 1 }, "keyValue": { "a": "x" } },
        ] };
        let Err(StoreError::Duplicate { collection, fields }) = matched("items", &answer) else { panic!() };
        assert_eq!((collection.as_str(), fields), ("items", vec![("a".to_owned(), "x".into())]));
        let answer =
            doc! { "ok": 1, "n": 1, "writeErrors": [{ "index": 0, "code": 14, "errmsg": "no number" }] };
        assert!(matches!(matched("items", &answer), Err(StoreError::Invalid(text)) if text == "no number"));
        let answer = doc! { "ok": 1, "n": 1, "writeConcernError": { "code": 64, "codeName": "WriteConcernFailed", "errmsg": "slow" } };
        assert!(matches!(matched("items", &answer), Err(StoreError::Unavailable(_))));
        assert_eq!(matched("items", &doc! { "ok": 1, "n": 3, "nModified": 1 }).unwrap(), 3);
    }
}
