//! What can be read: documents and index entries in the order of their keys, from the last commit ([`Snapshot`]) or from
//! anything else that is a [`View`]. Knows no filters.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

use redb::{AccessGuard, ReadOnlyTable, ReadTransaction, ReadableTableMetadata, TableDefinition, TableError};

use super::{
    catalogue::{Collection, Index},
    error::Failure,
    range::KeyRange,
};
use crate::{query::Direction, store::StoreResult};

/// A collection's table: from the encoded `_id` to the document.
pub(super) type DocumentTable<'a> = TableDefinition<'a, &'static [u8], &'static [u8]>;
/// An index's table: from the encoded values and, behind them, the encoded `_id` to the length of the former.
pub(super) type EntryTable<'a> = TableDefinition<'a, &'static [u8], u32>;

/// Bytes of the store, copied only by who keeps them.
pub(super) enum Bytes<'v> {
    Stored(AccessGuard<'v, &'static [u8]>),
    Held(&'v [u8]),
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Stored(guard) => guard.value(),
            Self::Held(bytes) => bytes,
        }
    }
}

/// A document with its encoded `_id`.
pub(super) struct Row<'v> {
    pub(super) id: Bytes<'v>,
    pub(super) document: Bytes<'v>,
}

/// An entry of an index.
pub(super) struct Entry<'v> {
    pub(super) bytes: Bytes<'v>,
    pub(super) values: usize,
}

impl Entry<'_> {
    /// The encoded values.
    pub(super) fn values(&self) -> &[u8] {
        &self.bytes[..self.values.min(self.bytes.len())]
    }

    /// The encoded `_id` of the document they are of.
    pub(super) fn id(&self) -> &[u8] {
        &self.bytes[self.values.min(self.bytes.len())..]
    }
}

pub(super) type Rows<'v> = Box<dyn Iterator<Item = StoreResult<Row<'v>>> + 'v>;
pub(super) type Entries<'v> = Box<dyn Iterator<Item = StoreResult<Entry<'v>>> + 'v>;

/// One state of the database, as far as it can be read.
pub(super) trait View {
    /// The document with an encoded `_id`.
    fn document(&self, collection: &Collection, id: &[u8]) -> StoreResult<Option<Bytes<'_>>>;

    /// The documents with an encoded `_id` in `range`.
    fn documents(
        &self,
        collection: &Collection,
        range: &KeyRange,
        direction: Direction,
    ) -> StoreResult<Rows<'_>>;

    /// The entries in `range`.
    fn entries(&self, index: &Index, range: &KeyRange, direction: Direction) -> StoreResult<Entries<'_>>;

    /// How many documents there are, where that is known without counting.
    fn len(&self, collection: &Collection) -> StoreResult<Option<u64>>;

    /// A bit for each key of the index under whose path a document may have an array.
    fn multikey(&self, index: &Index) -> u64 {
        index.multikey()
    }
}

type Documents = ReadOnlyTable<&'static [u8], &'static [u8]>;
type IndexEntries = ReadOnlyTable<&'static [u8], u32>;

/// The state of the last commit at the time it was made; later commits don't change it.
pub(super) struct Snapshot {
    transaction: ReadTransaction,
    // Opening a table is a search in the table of tables: it is done once for all readers of a snapshot. `None` is a table
    // that isn't there.
    documents: Mutex<HashMap<String, Option<Arc<Documents>>>>,
    entries: Mutex<HashMap<u32, Option<Arc<IndexEntries>>>>,
}

impl Snapshot {
    pub(super) fn new(transaction: ReadTransaction) -> Self {
        Self { transaction, documents: Mutex::default(), entries: Mutex::default() }
    }

    /// The names of the tables of the collections.
    pub(super) fn collections(&self) -> StoreResult<Vec<String>> {
        use redb::TableHandle;
        let tables = self.transaction.list_tables().map_err(Failure::failure)?;
        let mut names: Vec<String> =
            tables.filter_map(|table| Collection::of_table(table.name()).map(str::to_owned)).collect();
        names.sort();
        Ok(names)
    }

    fn document_table(&self, collection: &Collection) -> StoreResult<Option<Arc<Documents>>> {
        let mut tables = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(&collection.name) {
            return Ok(table.clone());
        }
        let opened = self.transaction.open_table(DocumentTable::new(&collection.table));
        let table = present(opened)?.map(Arc::new);
        tables.insert(collection.name.clone(), table.clone());
        Ok(table)
    }

    fn entry_table(&self, index: &Index) -> StoreResult<Option<Arc<IndexEntries>>> {
        let mut tables = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(&index.id) {
            return Ok(table.clone());
        }
        let opened = self.transaction.open_table(EntryTable::new(&index.table));
        let table = present(opened)?.map(Arc::new);
        tables.insert(index.id, table.clone());
        Ok(table)
    }
}

fn present<T>(opened: Result<T, TableError>) -> StoreResult<Option<T>> {
    match opened {
        Ok(table) => Ok(Some(table)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.failure()),
    }
}

impl View for Snapshot {
    fn document(&self, collection: &Collection, id: &[u8]) -> StoreResult<Option<Bytes<'_>>> {
        let Some(table) = self.document_table(collection)? else { return Ok(None) };
        Ok(table.get(id).map_err(Failure::failure)?.map(Bytes::Stored))
    }

    fn documents(
        &self,
        collection: &Collection,
        range: &KeyRange,
        direction: Direction,
    ) -> StoreResult<Rows<'_>> {
        let Some(table) = self.document_table(collection)? else { return Ok(Box::new(std::iter::empty())) };
        if range.is_empty() {
            return Ok(Box::new(std::iter::empty()));
        }
        Ok(rows(table.range::<&[u8]>(range.bounds()).map_err(Failure::failure)?, direction))
    }

    fn entries(&self, index: &Index, range: &KeyRange, direction: Direction) -> StoreResult<Entries<'_>> {
        let Some(table) = self.entry_table(index)? else { return Ok(Box::new(std::iter::empty())) };
        if range.is_empty() {
            return Ok(Box::new(std::iter::empty()));
        }
        Ok(entries(table.range::<&[u8]>(range.bounds()).map_err(Failure::failure)?, direction))
    }

    fn len(&self, collection: &Collection) -> StoreResult<Option<u64>> {
        let Some(table) = self.document_table(collection)? else { return Ok(Some(0)) };
        Ok(Some(table.len().map_err(Failure::failure)?))
    }
}

/// A key of a table with its value.
type Stored<'v, V> = (AccessGuard<'v, &'static [u8]>, AccessGuard<'v, V>);

/// The rows of a table's range.
pub(super) fn rows<'v>(
    range: redb::Range<'v, &'static [u8], &'static [u8]>,
    direction: Direction,
) -> Rows<'v> {
    let row = |item: redb::Result<Stored<'v, &'static [u8]>>| {
        let (id, document) = item.map_err(Failure::failure)?;
        Ok(Row { id: Bytes::Stored(id), document: Bytes::Stored(document) })
    };
    match direction {
        Direction::Ascending => Box::new(range.map(row)),
        Direction::Descending => Box::new(range.rev().map(row)),
    }
}

/// The entries of a table's range.
pub(super) fn entries<'v>(range: redb::Range<'v, &'static [u8], u32>, direction: Direction) -> Entries<'v> {
    let entry = |item: redb::Result<Stored<'v, u32>>| {
        let (bytes, values) = item.map_err(Failure::failure)?;
        Ok(Entry { bytes: Bytes::Stored(bytes), values: values.value() as usize })
    };
    match direction {
        Direction::Ascending => Box::new(range.map(entry)),
        Direction::Descending => Box::new(range.rev().map(entry)),
    }
}
