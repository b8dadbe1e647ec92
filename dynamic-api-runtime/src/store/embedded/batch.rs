//! The tables of the write transaction that a group of requests shares. Knows no requests: it is read as a [`View`], and takes
//! over finished drafts.

use std::collections::{HashMap, hash_map};

use redb::{ReadableTable, ReadableTableMetadata, Table, TableDefinition, WriteTransaction};

use super::{
    catalogue::{Collection, Index},
    draft::CollectionChanges,
    error::Failure,
    range::KeyRange,
    view::{Bytes, DocumentTable, Entries, EntryTable, Rows, View, entries, rows},
};
use crate::{
    query::Direction,
    store::{StoreError, StoreResult},
};

/// The indexes, by id, as BSON.
pub(super) const CATALOGUE: TableDefinition<'static, u32, &'static [u8]> = TableDefinition::new("catalogue");

/// A write transaction and those of its tables that were opened.
pub(super) struct Batch<'t> {
    transaction: &'t WriteTransaction,
    documents: HashMap<String, Table<'t, &'static [u8], &'static [u8]>>,
    entries: HashMap<u32, Table<'t, &'static [u8], u32>>,
}

impl<'t> Batch<'t> {
    pub(super) fn new(transaction: &'t WriteTransaction) -> Self {
        Self { transaction, documents: HashMap::new(), entries: HashMap::new() }
    }

    /// Opens the tables of a collection, creating those that are missing: what must be done before anything else with it, as a
    /// table can be opened only once in a write transaction.
    pub(super) fn open(&mut self, collection: &Collection) -> StoreResult<()> {
        if !self.documents.contains_key(&collection.name) {
            let table = self.transaction.open_table(DocumentTable::new(&collection.table));
            self.documents.insert(collection.name.clone(), table.map_err(Failure::failure)?);
        }
        for index in &collection.indexes {
            if let hash_map::Entry::Vacant(vacant) = self.entries.entry(index.id) {
                let table = self.transaction.open_table(EntryTable::new(&index.table));
                vacant.insert(table.map_err(Failure::failure)?);
            }
        }
        Ok(())
    }

    /// Writes the changes of a collection into its tables.
    pub(super) fn write(&mut self, changes: &CollectionChanges) -> StoreResult<()> {
        let collection = &changes.collection;
        self.open(collection)?;
        if let Some(table) = self.documents.get_mut(&collection.name) {
            for (id, change) in &changes.documents {
                match &change.after {
                    Some(document) => table.insert(id.as_slice(), document.as_slice()).map(drop),
                    None => table.remove(id.as_slice()).map(drop),
                }
                .map_err(Failure::failure)?;
            }
        }
        for index in &collection.indexes {
            self.write_entries(changes, collection, index)?;
        }
        Ok(())
    }

    fn write_entries(
        &mut self,
        changes: &CollectionChanges,
        collection: &Collection,
        index: &Index,
    ) -> StoreResult<()> {
        if let (Some(entries), Some(table)) =
            (changes.entries.get(&index.id), self.entries.get_mut(&index.id))
        {
            for (entry, values) in entries {
                match values {
                    Some(values) => table.insert(entry.as_slice(), values).map(drop),
                    None => table.remove(entry.as_slice()).map(drop),
                }
                .map_err(Failure::failure)?;
            }
        }
        let multikey = changes.multikey.get(&index.id).copied().unwrap_or_default();
        if multikey & !index.multikey() != 0 {
            index.mark_multikey(multikey);
            self.record(collection, index)?;
        }
        Ok(())
    }

    /// Writes an index into the catalogue.
    pub(super) fn record(&self, collection: &Collection, index: &Index) -> StoreResult<()> {
        let row = index.to_row(&collection.name)?;
        let mut catalogue = self.transaction.open_table(CATALOGUE).map_err(Failure::failure)?;
        catalogue.insert(index.id, row.as_bytes()).map_err(Failure::failure)?;
        Ok(())
    }

    fn document_table(
        &self,
        collection: &Collection,
    ) -> StoreResult<&Table<'t, &'static [u8], &'static [u8]>> {
        self.documents.get(&collection.name).ok_or_else(|| not_open(&collection.table))
    }
}

fn not_open(table: &str) -> StoreError {
    StoreError::other(format!("the table {table} is not open"))
}

impl View for Batch<'_> {
    fn document(&self, collection: &Collection, id: &[u8]) -> StoreResult<Option<Bytes<'_>>> {
        Ok(self.document_table(collection)?.get(id).map_err(Failure::failure)?.map(Bytes::Stored))
    }

    fn documents(
        &self,
        collection: &Collection,
        range: &KeyRange,
        direction: Direction,
    ) -> StoreResult<Rows<'_>> {
        let table = self.document_table(collection)?;
        if range.is_empty() {
            return Ok(Box::new(std::iter::empty()));
        }
        Ok(rows(table.range::<&[u8]>(range.bounds()).map_err(Failure::failure)?, direction))
    }

    fn entries(&self, index: &Index, range: &KeyRange, direction: Direction) -> StoreResult<Entries<'_>> {
        let table = self.entries.get(&index.id).ok_or_else(|| not_open(&index.table))?;
        if range.is_empty() {
            return Ok(Box::new(std::iter::empty()));
        }
        Ok(entries(table.range::<&[u8]>(range.bounds()).map_err(Failure::failure)?, direction))
    }

    fn len(&self, collection: &Collection) -> StoreResult<Option<u64>> {
        Ok(Some(self.document_table(collection)?.len().map_err(Failure::failure)?))
    }
}
