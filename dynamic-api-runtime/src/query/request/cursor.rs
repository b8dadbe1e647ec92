//! Cursors: the place of a row in an order, as a text that a client sends back.
//!
//! A cursor holds the row's values for the keys of the sort, so that a list goes on from there whatever became of the row. It is
//! a place and gives no rights: a client could write one by hand, and would get what it gets by the same list's first page. Its
//! checksum finds what was cut or mistyped, and its fingerprints find the cursor of another list.
//!
//! The bytes are a version, fingerprints of the collection and of the sort, the values as BSON, and the checksum.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bson::{Bson, Document, RawDocument, RawDocumentBuf};
use sha2::{Digest, Sha256};

use super::{list::ListRequest, options, position, tree::Node};
use crate::{
    entity::EntityMeta,
    query::{Direction, Position, Sort},
};

const VERSION: u8 = 1;
const MARK: usize = 4;
const CHECKSUM: usize = 8;
/// Where the values begin.
const VALUES: usize = 1 + 2 * MARK;
/// Bytes of the values at most: with a longer one, a cursor is too long for what a URL passes on its way.
const MAX_VALUES: usize = 4 * 1024;
/// Bytes of a cursor's text at most.
const MAX_TEXT: usize = 8 * 1024;

const BROKEN: &str = "is no cursor: send one whole, as a list gave it";
const OF_OTHER_ENTITY: &str = "is a cursor of another entity";
const OF_OTHER_SORT: &str = "is a cursor of another sort: send it with the sort of the list that gave it";

/// The cursor behind a row of a list; `None` where the values of its sort are too long, or nothing that can be compared
/// with. Such a list goes on by `page`.
pub(crate) fn cursor(request: &ListRequest, entity: &EntityMeta, last: &RawDocument) -> Option<String> {
    write(&position::of(last, &request.sort)?, &request.sort, entity)
}

fn write(values: &[Bson], sort: &Sort, entity: &EntityMeta) -> Option<String> {
    let members = values.iter().enumerate().map(|(index, value)| (index.to_string(), value.clone()));
    let values = RawDocumentBuf::try_from(members.collect::<Document>()).ok()?;
    if values.as_bytes().len() > MAX_VALUES {
        return None;
    }
    let mut bytes = vec![VERSION];
    bytes.extend(mark_of_entity(entity));
    bytes.extend(mark_of_sort(sort));
    bytes.extend(values.as_bytes());
    let checksum: [u8; CHECKSUM] = hash(&[&bytes]);
    bytes.extend(checksum);
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// The place that a cursor names in an order of an entity.
pub(super) fn read(node: &Node, sort: &Sort, entity: &EntityMeta) -> Result<Position, String> {
    let text = options::string(node)?;
    let bytes = whole(&text).ok_or(BROKEN)?;
    let (marks, values) = bytes.split_at_checked(VALUES).ok_or(BROKEN)?;
    let (of_entity, of_sort) = marks.split_at(1 + MARK);
    if of_entity[1..] != mark_of_entity(entity) {
        return Err(OF_OTHER_ENTITY.to_owned());
    }
    if of_sort != mark_of_sort(sort) {
        return Err(OF_OTHER_SORT.to_owned());
    }
    let values = values_of(values).filter(|values| values.len() == sort.0.len());
    values.map(Position).ok_or_else(|| BROKEN.to_owned())
}

/// The bytes of a cursor that nothing is missing of, without the checksum.
fn whole(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let checksum = bytes.split_off(bytes.len().checked_sub(CHECKSUM)?);
    let is_whole = bytes.first() == Some(&VERSION) && checksum == hash::<CHECKSUM>(&[&bytes]);
    is_whole.then_some(bytes)
}

/// Values that a row can have at its place. Whoever wrote the cursor: nothing else is taken.
fn values_of(bytes: &[u8]) -> Option<Vec<Bson>> {
    let document = RawDocument::from_bytes(bytes).ok()?;
    document.iter().map(|member| position::plain(member.ok()?.1)).collect()
}

fn mark_of_entity(entity: &EntityMeta) -> [u8; MARK] {
    hash(&[entity.collection.as_bytes()])
}

fn mark_of_sort(sort: &Sort) -> [u8; MARK] {
    let direction = |direction: &Direction| match direction {
        Direction::Ascending => b"+",
        Direction::Descending => b"-",
    };
    let parts = sort.0.iter().flat_map(|(path, way)| [path.as_bytes(), direction(way).as_slice()]);
    hash(&parts.collect::<Vec<_>>())
}

/// The first bytes of a hash of parts, each ended by a byte that is in none of them but the values.
fn hash<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let mut first = [0; N];
    first.iter_mut().zip(hash.finalize()).for_each(|(first, byte)| *first = byte);
    first
}
