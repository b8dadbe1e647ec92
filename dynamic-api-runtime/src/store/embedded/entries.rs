//! The entries that a document has in an index, and the key that `_id` is stored under. Knows no tables.

use std::collections::BTreeMap;

use bson::{Bson, RawBinaryRef, RawBsonRef, RawDocument, spec::BinarySubtype};

use super::{
    catalogue::Index,
    semantics::{collation, key, path, text},
};
use crate::{
    query::Direction,
    store::{IndexKind, StoreError, StoreResult},
};

/// The longest key a table may have, in bytes; MongoDB since 4.2 has no such limit. A key in a tree's branches costs every search through them.
const MAX_KEY: usize = 64 * 1024;

/// How many bytes of a word stand for it in a text index. Longer ones are rare, and whether a document holds them is checked.
const MAX_WORD: usize = 256;

/// What a document adds to an index.
#[derive(Default)]
pub(super) struct DocumentEntries {
    /// Each key of the index's table, with its value.
    pub(super) entries: BTreeMap<Vec<u8>, u32>,
    /// A bit for each key of the index under whose path the document has an array.
    pub(super) multikey: u64,
}

/// The entries of `document`, whose encoded `_id` is `id`: none where the index's condition leaves the document out.
pub(super) fn entries_of(index: &Index, document: &RawDocument, id: &[u8]) -> StoreResult<DocumentEntries> {
    if !index.holds(document) {
        return Ok(DocumentEntries::default());
    }
    if index.spec.kind == IndexKind::Text {
        return Ok(DocumentEntries { entries: words_of(index, document, id)?, multikey: 0 });
    }
    let mut entries = BTreeMap::new();
    for values in path::index_keys(document, &index.paths())? {
        let key = encoded_values(index, &values)?;
        let length = key.len();
        let entry = entry(key, id);
        let (Ok(length), true) = (u32::try_from(length), entry.len() <= MAX_KEY) else {
            return Err(too_long(longest_path(index, &values), entry.len()));
        };
        entries.insert(entry, length);
    }
    let crosses_array =
        |(_, (path, _)): &(usize, &(String, Direction))| path::scalar(document, path).is_err();
    let through = index.spec.keys.iter().enumerate().filter(crosses_array);
    let multikey = through.fold(0, |keys, (position, _)| keys | key_bit(position));
    Ok(DocumentEntries { entries, multikey })
}

fn entry(mut key: Vec<u8>, id: &[u8]) -> Vec<u8> {
    key.extend_from_slice(id);
    key
}

/// An entry for each word of the document.
fn words_of(index: &Index, document: &RawDocument, id: &[u8]) -> StoreResult<BTreeMap<Vec<u8>, u32>> {
    let words = text::words_of(document, &index.paths());
    let entries = words.iter().map(|word| {
        let key = word_key(word);
        let length = u32::try_from(key.len()).map_err(StoreError::other)?;
        Ok((entry(key, id), length))
    });
    entries.collect()
}

/// A word as the key of a text index.
pub(super) fn word_key(word: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(word.len() + 3);
    key::encode_string(&mut bytes, &word[..word.floor_char_boundary(MAX_WORD)]);
    bytes
}

fn too_long(path: &str, bytes: usize) -> StoreError {
    StoreError::KeyTooLong { path: path.to_owned(), bytes, limit: MAX_KEY }
}

/// The path whose value takes the most of a key.
fn longest_path<'i>(index: &'i Index, values: &[RawBsonRef<'_>]) -> &'i str {
    let size = |value| encoded(value, Direction::Ascending).map_or(0, |bytes| bytes.len());
    let longest = index.spec.keys.iter().zip(values).max_by_key(|(_, value)| size(**value));
    longest.map_or("_id", |((path, _), _)| path)
}

/// The bit of an index's key in a set of them. Keys beyond the 63rd share one, which errs on the careful side.
pub(super) fn key_bit(position: usize) -> u64 {
    1 << position.min(63)
}

/// The document's values in the index whose encoding is `key`, by path: what the text of a conflict names.
pub(super) fn fields_of(index: &Index, document: &RawDocument, key: &[u8]) -> Vec<(String, Bson)> {
    let keys = path::index_keys(document, &index.paths()).unwrap_or_default();
    let taken =
        keys.into_iter().find(|values| encoded_values(index, values).is_ok_and(|encoded| encoded == key));
    let values = taken.into_iter().flatten().map(|value| Bson::try_from(value).unwrap_or(Bson::Null));
    index.spec.keys.iter().map(|(path, _)| path.clone()).zip(values).collect()
}

fn encoded_values(index: &Index, values: &[RawBsonRef<'_>]) -> StoreResult<Vec<u8>> {
    let mut key = Vec::with_capacity(16 * values.len());
    for (value, (_, direction)) in values.iter().zip(&index.spec.keys) {
        match value {
            RawBsonRef::String(text) if index.spec.kind == IndexKind::UniqueIgnoringCase => {
                let bytes = &collation::key(text)?;
                let collated = RawBinaryRef { subtype: BinarySubtype::Generic, bytes };
                encode(&mut key, RawBsonRef::Binary(collated), *direction)?;
            }
            value => encode(&mut key, *value, *direction)?,
        }
    }
    Ok(key)
}

/// A value as a component of a key.
pub(super) fn encoded(value: RawBsonRef<'_>, direction: Direction) -> StoreResult<Vec<u8>> {
    let mut bytes = Vec::with_capacity(16);
    encode(&mut bytes, value, direction)?;
    Ok(bytes)
}

fn encode(out: &mut Vec<u8>, value: RawBsonRef<'_>, direction: Direction) -> StoreResult<()> {
    match direction {
        Direction::Ascending => key::encode_key(out, value),
        Direction::Descending => key::encode_key_descending(out, value),
    }
}

/// The key that a document with this `_id` is stored under.
pub(super) fn id_key(id: RawBsonRef<'_>) -> StoreResult<Vec<u8>> {
    let bytes = encoded(id, Direction::Ascending)?;
    if bytes.len() > MAX_KEY {
        return Err(too_long("_id", bytes.len()));
    }
    Ok(bytes)
}

/// The key of a document by its `_id`.
pub(super) fn document_key(document: &RawDocument) -> StoreResult<Vec<u8>> {
    match document.get("_id") {
        Ok(Some(RawBsonRef::Array(_) | RawBsonRef::RegularExpression(_) | RawBsonRef::Undefined)) => {
            Err(StoreError::Invalid("an _id can't be an array, a regular expression or undefined".to_owned()))
        }
        Ok(Some(id)) => id_key(id),
        _ => Err(StoreError::Invalid("the document has no _id".to_owned())),
    }
}
