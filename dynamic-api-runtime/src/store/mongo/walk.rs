//! The rows behind a place as a walk along an index that is known to be in their order: the server is told the index and where in
//! it to begin, which leaves it nothing to plan, and nearly nothing to compare.
//!
//! An index has one order for all BSON types, in which a missing member is null, and it is the order of sorts. Only arrays have
//! several places in it, or an order of their own; they are left out by the filter. And of a part that goes on to the end of an
//! index, the server leaves out a key of nothing but MaxKey (MinKey, where the index is descending): a document of such an `_id`,
//! which no API has, is on no walk.

use bson::{Bson, Document, RawDocumentBuf, oid::ObjectId};

use super::{
    client::MongoStore,
    compile,
    indexes::{Indexes, Ordered},
    seek::{self, Key},
};
use crate::{
    query::{Direction, Filter, Find, Op},
    store::{StoreError, StoreResult},
};

/// A part of an index, and the condition on the documents in it.
pub(super) struct Walk {
    pub(super) range: Range,
    pub(super) filter: Document,
}

/// A part of an index.
pub(super) struct Range {
    pub(super) index: String,
    pub(super) bound: Bound,
}

/// The one end of a part of an index, in the index's own order, that is not an end of the index.
pub(super) enum Bound {
    /// The first key of the part.
    From(Document),
    /// The first key behind the part.
    Before(Document),
}

/// Which way an index is walked along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Forwards,
    Backwards,
}

/// What a [`Find`] asks for, by a walk where there is an index for it.
pub(super) async fn find(
    store: &MongoStore,
    collection: &str,
    find: &Find,
) -> StoreResult<Vec<RawDocumentBuf>> {
    let walk = store.indexes().of(collection).and_then(|indexes| Walk::along(&indexes, find));
    let Some(walk) = walk else { return store.target(collection).find(find).await };
    let index = walk.range.index.clone();
    match store.target(collection).find_along(find, walk).await {
        Err(error) if is_refusal(&error) => {
            let rows = store.target(collection).find(find).await?;
            if store.indexes().forget(collection, &index) {
                tracing::warn!(collection, index, %error, "an index is no longer as it was at the start: lists by it take longer");
            }
            Ok(rows)
        }
        outcome => outcome,
    }
}

/// Whether the server has refused what it was asked, of which a dropped index may be the reason.
fn is_refusal(error: &StoreError) -> bool {
    matches!(error, StoreError::Invalid(_) | StoreError::Unsupported { .. } | StoreError::Other(_))
}

impl Walk {
    /// The walk to what is behind a position; `None` where no index is in the order of the sort, or the filter may be better
    /// served by another one.
    fn along(indexes: &Indexes, find: &Find) -> Option<Self> {
        let position = find.after.as_ref()?;
        if !leaves_most(&find.filter, indexes) {
            return None;
        }
        // What is wrong with a position is said by the filter that stands for it otherwise.
        let keys = seek::keys(&find.sort, position).ok()?;
        let (index, way) = indexes.ordered.iter().find_map(|index| Some((index, way(index, &keys)?)))?;
        let (bound, passed) = bound(index, way, &keys);
        let mut filter = compile::filter(&find.filter).ok()?;
        let left_out: Vec<Document> = seek::arrays(&keys).into_iter().chain(passed).collect();
        if !left_out.is_empty() {
            filter.insert("$nor", left_out);
        }
        Some(Self { range: Range { index: index.name.clone(), bound }, filter })
    }
}

/// Whether the filter is one that no index serves and most documents satisfy: none, or that something, as the time of a deletion,
/// is not there. Of any other, only the server can tell which index makes the least of it.
fn leaves_most(filter: &Filter, indexes: &Indexes) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) => parts.iter().all(|part| leaves_most(part, indexes)),
        Filter::Field { path, op: Op::Eq(Bson::Null) } => !indexes.paths.contains(path),
        _ => false,
    }
}

/// Which way along the index the sort is; `None` where it is neither.
fn way(index: &Ordered, keys: &[Key<'_>]) -> Option<Way> {
    if !index.keys.iter().map(|(path, _)| path.as_str()).eq(keys.iter().map(|key| key.path)) {
        return None;
    }
    let along = index.keys.iter().zip(keys).filter(|((_, way), key)| *way == key.way).count();
    match along {
        0 => Some(Way::Backwards),
        all if all == keys.len() => Some(Way::Forwards),
        _ => None,
    }
}

/// The part of the index behind the position, and what of that part is not behind it.
fn bound(index: &Ordered, way: Way, keys: &[Key<'_>]) -> (Bound, Option<Document>) {
    let mut place: Document = keys.iter().map(|key| (key.path.to_owned(), key.value.clone())).collect();
    if way == Way::Backwards {
        return (Bound::Before(place), None);
    }
    match next(index, keys) {
        Some(next) => {
            place.insert("_id", next);
            (Bound::From(place), None)
        }
        None => (Bound::From(place), Some(seek::at(keys))),
    }
}

/// The `_id` that follows that of the position, the last key of the index; `None` where no value is known to be next.
fn next(index: &Ordered, keys: &[Key<'_>]) -> Option<ObjectId> {
    let (Bson::ObjectId(id), (_, way)) = (keys.last()?.value, index.keys.last()?) else { return None };
    neighbour(*id, *way)
}

/// The next higher or lower of all ObjectIds, which are 12 bytes in the order of a number.
fn neighbour(id: ObjectId, way: Direction) -> Option<ObjectId> {
    let mut bytes = id.bytes();
    for byte in bytes.iter_mut().rev() {
        let (stepped, carries) = match way {
            Direction::Ascending => byte.overflowing_add(1),
            Direction::Descending => byte.overflowing_sub(1),
        };
        *byte = stepped;
        if !carries {
            return Some(ObjectId::from_bytes(bytes));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_an_id_carry_and_end() {
        let id = |end: [u8; 2]| {
            let mut bytes = [7; 12];
            bytes[10..].copy_from_slice(&end);
            ObjectId::from_bytes(bytes)
        };
        let (low, high) = (id([0, 0xff]), id([1, 0]));
        assert_eq!(neighbour(low, Direction::Ascending), Some(high));
        assert_eq!(neighbour(high, Direction::Descending), Some(low));
        assert_eq!(neighbour(ObjectId::from_bytes([0xff; 12]), Direction::Ascending), None);
        assert_eq!(neighbour(ObjectId::from_bytes([0; 12]), Direction::Descending), None);
    }
}
