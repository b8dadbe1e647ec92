//! Which key of which index an insert met. The driver throws the server's response to a failed insert away, and with it the key;
//! what is left is the text, which names the index, and the document that failed, which holds the values.

use bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::{
    Database,
    error::{Error as Failure, ErrorKind},
};

use super::error::{COLLATED, duplicate_fields, message};
use crate::store::StoreError;

/// The name of the index that every collection has.
const ID_INDEX: &str = "_id_";

/// The duplicate that one of `documents` met in `collection`. It costs a look at the collection's indexes.
pub(super) async fn of_insert(
    database: &Database,
    collection: &str,
    documents: &[RawDocumentBuf],
    failure: &Failure,
) -> StoreError {
    let fields = match duplicate_fields(failure) {
        known if known.iter().any(|(_, value)| *value != Bson::Undefined) => known,
        known => fields_of(database, collection, documents, failure).await.unwrap_or(known),
    };
    StoreError::Duplicate { collection: collection.to_owned(), fields }
}

async fn fields_of(
    database: &Database,
    collection: &str,
    documents: &[RawDocumentBuf],
    failure: &Failure,
) -> Option<Vec<(String, Bson)>> {
    let text = message(failure);
    let (index, key) = text.split_once(" index: ")?.1.split_once(" dup key: ")?;
    let index = index.split(COLLATED).next()?;
    let failed = Document::try_from(documents.get(position(failure))?).ok()?;
    let paths = match index {
        ID_INDEX => vec!["_id".to_owned()],
        index => paths_of(database, collection, index).await?,
    };
    Some(paths.into_iter().map(|path| named_value(&failed, path, key)).collect())
}

/// Which of the documents failed.
fn position(failure: &Failure) -> usize {
    match &*failure.kind {
        ErrorKind::InsertMany(many) => {
            many.write_errors.iter().flatten().map(|write| write.index).next().unwrap_or(0)
        }
        _ => 0,
    }
}

async fn paths_of(database: &Database, collection: &str, index: &str) -> Option<Vec<String>> {
    let answer = database.run_command(doc! { "listIndexes": collection }).await.ok()?;
    let indexes = answer.get_document("cursor").ok()?.get_array("firstBatch").ok()?;
    let named = |found: &&Document| found.get_str("name").is_ok_and(|name| name == index);
    let found = indexes.iter().filter_map(Bson::as_document).find(named)?;
    Some(found.get_document("key").ok()?.keys().cloned().collect())
}

/// The value that an index holds for a document at a path. A list has an entry for each element; the one that was taken is the one
/// that stands in the server's text.
fn named_value(document: &Document, path: String, key: &str) -> (String, Bson) {
    let mut values = Vec::new();
    collect(&Bson::Document(document.clone()), &path, &mut values);
    let is_named = |value: &&Bson| key.contains(&format!("{path}: {value}"));
    let value = values.iter().find(is_named).or(values.first()).cloned().unwrap_or(Bson::Null);
    (path, value)
}

fn collect(value: &Bson, path: &str, values: &mut Vec<Bson>) {
    match value {
        Bson::Array(elements) if path.is_empty() => values.extend(elements.iter().cloned()),
        value if path.is_empty() => values.push(value.clone()),
        Bson::Array(elements) => elements.iter().for_each(|element| collect(element, path, values)),
        Bson::Document(members) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(member) = members.get(name) {
                collect(member, rest, values);
            }
        }
        _ => {}
    }
}
