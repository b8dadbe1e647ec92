//! Changes of the catalogue: building the indexes that are declared and missing, and dropping some or everything. Runs on the writer's
//! thread, each change in a commit of its own.

use std::sync::Arc;

use bson::Bson;
use redb::{ReadableTable, TableDefinition, WriteTransaction};

use super::{
    batch::{Batch, CATALOGUE},
    catalogue::{Catalogue, Collection, Index},
    draft::{Changes, Draft, document_of},
    entries::{entries_of, fields_of},
    error::Failure,
    expiry, index_report,
    range::KeyRange,
    view::{DocumentTable, EntryTable, View},
};
use crate::{
    query::Direction,
    store::{CollectionSpec, DriftedIndex, IndexKind, IndexSpec, StoreError, StoreResult, SyncIndexes},
};

/// What the rest of the file is to be read by, under one key.
const FORMAT: TableDefinition<'static, &'static str, u32> = TableDefinition::new("format");
/// The layout of tables and the encoding of keys that this version writes.
const VERSION: u32 = 2;
/// The oldest one that it reads. An index was unique or not then, which a row of the catalogue still may say; a file becomes
/// one of this version when it is opened, so that no older program takes an index of words for one of values.
const OLDEST: u32 = 1;

/// The catalogue that a file holds. A new file becomes one of this store.
pub(super) fn load(database: &redb::Database) -> StoreResult<Catalogue> {
    let transaction = database.begin_write().map_err(Failure::failure)?;
    let mut catalogue = Catalogue::default();
    {
        let mut format = transaction.open_table(FORMAT).map_err(Failure::failure)?;
        let version = format.get("version").map_err(Failure::failure)?.map(|version| version.value());
        if version.is_some_and(|version| !(OLDEST..=VERSION).contains(&version)) {
            return Err(StoreError::other("the file was written by another version of this store"));
        }
        format.insert("version", VERSION).map_err(Failure::failure)?;
        let mut rows = transaction.open_table(CATALOGUE).map_err(Failure::failure)?;
        // An index whose keys are made otherwise today is one that is missing.
        rows.retain(|_, row| Index::is_current(row)).map_err(Failure::failure)?;
        for row in rows.iter().map_err(Failure::failure)? {
            let (id, row) = row.map_err(Failure::failure)?;
            let (collection, index) = Index::from_row(id.value(), row.value())?;
            catalogue = catalogue.with_index(&collection, index);
        }
    }
    transaction.commit().map_err(Failure::failure)?;
    Ok(catalogue)
}

/// A catalogue that a commit changed.
pub(super) struct Changed {
    pub(super) catalogue: Catalogue,
    /// Whether documents went with it.
    pub(super) documents: bool,
}

/// Creates the indexes of `spec` that are missing, and does about the others what `sync` says, all or nothing.
pub(super) fn prepare(
    current: &Catalogue,
    transaction: WriteTransaction,
    spec: &CollectionSpec,
    sync: SyncIndexes,
) -> StoreResult<Changed> {
    let name = &spec.name;
    let mut catalogue = current.clone();
    if !catalogue.knows(name) {
        catalogue = catalogue.with_collection(name);
    }
    only_one_text_index(spec)?;
    let report = index_report::report(&catalogue.collection(name), spec);
    if sync == SyncIndexes::Exact {
        let drifted = report.drifted.iter().map(|index| &index.name);
        for unwanted in drifted.chain(&report.foreign) {
            catalogue = drop_index(&transaction, &catalogue, name, unwanted)?;
        }
    } else if !report.drifted.is_empty() {
        return Err(different(spec, &current.collection(name)));
    }
    let mut changed = Changed { catalogue, documents: false };
    for declared in in_order(&spec.indexes) {
        create(&transaction, &mut changed, name, declared)?;
    }
    if report.is_exact() {
        transaction.abort().map_err(Failure::failure)?;
    } else {
        transaction.commit().map_err(Failure::failure)?;
    }
    Ok(changed)
}

/// The indexes as they are to be created: first those by which documents expire, which are in no unique one's way then.
fn in_order(indexes: &[IndexSpec]) -> impl Iterator<Item = &IndexSpec> {
    let expires = |spec: &&IndexSpec| matches!(spec.kind, IndexKind::Ttl { .. });
    let (first, others): (Vec<_>, Vec<_>) = indexes.iter().partition(expires);
    first.into_iter().chain(others)
}

/// Creates an index where it is missing.
fn create(
    transaction: &WriteTransaction,
    changed: &mut Changed,
    collection: &str,
    declared: &IndexSpec,
) -> StoreResult<()> {
    let current = changed.catalogue.collection(collection);
    if index_report::existing(&current, declared).is_some() {
        return Ok(());
    }
    check(&current, declared)?;
    if declared.is_unique() {
        changed.documents |= purge(transaction, &current)?;
    }
    let index = build(transaction, &changed.catalogue, &current, declared)?;
    changed.catalogue = changed.catalogue.with_index(collection, index);
    Ok(())
}

/// A search names no index, so a collection has one for it.
fn only_one_text_index(spec: &CollectionSpec) -> StoreResult<()> {
    let names: Vec<String> =
        spec.indexes.iter().filter(|index| index.kind == IndexKind::Text).map(IndexSpec::name).collect();
    if names.len() <= 1 {
        return Ok(());
    }
    let (name, names) = (&spec.name, names.join(" and "));
    Err(StoreError::Index(format!("a collection has one text index, and {name} would have {names}")))
}

/// That an index of this kind can be.
fn check(collection: &Collection, declared: &IndexSpec) -> StoreResult<()> {
    let refused = |why: &str| {
        let name = declared.name();
        Err(StoreError::Index(format!("the index {name} of {} can't be created: {why}", collection.name)))
    };
    match declared.kind {
        IndexKind::Ttl { .. } if declared.keys.len() != 1 => refused("documents expire by one date"),
        IndexKind::Ttl { seconds } if i32::try_from(seconds).is_err() => {
            refused("documents expire after 2147483647 seconds at most")
        }
        IndexKind::Ttl { .. }
        | IndexKind::Plain
        | IndexKind::Unique
        | IndexKind::UniqueIgnoringCase
        | IndexKind::Text => Ok(()),
    }
}

/// Removes all documents that have expired, and answers whether there were any.
fn purge(transaction: &WriteTransaction, collection: &Arc<Collection>) -> StoreResult<bool> {
    let mut batch = Batch::new(transaction);
    batch.open(collection)?;
    let mut changes = Changes::default();
    let removed = expiry::purge(&mut Draft { base: &batch, changes: &mut changes }, collection, usize::MAX)?;
    for changes in changes.collections() {
        batch.write(changes)?;
    }
    Ok(removed > 0)
}

/// The catalogue without an index, whose table is gone.
fn drop_index(
    transaction: &WriteTransaction,
    catalogue: &Catalogue,
    collection: &str,
    name: &str,
) -> StoreResult<Catalogue> {
    let current = catalogue.collection(collection);
    let Some(index) = current.indexes.iter().find(|index| index.name == name) else {
        return Ok(catalogue.clone());
    };
    transaction.delete_table(EntryTable::new(&index.table)).map_err(Failure::failure)?;
    let mut rows = transaction.open_table(CATALOGUE).map_err(Failure::failure)?;
    rows.remove(index.id).map_err(Failure::failure)?;
    Ok(catalogue.without_index(collection, index.id))
}

fn build(
    transaction: &WriteTransaction,
    catalogue: &Catalogue,
    collection: &Collection,
    declared: &IndexSpec,
) -> StoreResult<Index> {
    let index = Index::new(catalogue.next_index(), declared.clone(), 0);
    let mut batch = Batch::new(transaction);
    batch.open(collection)?;
    let mut table = transaction.open_table(EntryTable::new(&index.table)).map_err(Failure::failure)?;
    for row in batch.documents(collection, &KeyRange::all(), Direction::Ascending)? {
        let row = row?;
        let document = document_of(&row.document)?;
        let new = entries_of(&index, document, &row.id)?;
        index.mark_multikey(new.multikey);
        for (entry, values) in &new.entries {
            let key = &entry[..*values as usize];
            if declared.is_unique() && is_taken(&table, key, &row.id)? {
                return Err(conflict(&collection.name, &index, &fields_of(&index, document, key)));
            }
            table.insert(entry.as_slice(), values).map_err(Failure::failure)?;
        }
    }
    batch.record(collection, &index)?;
    Ok(index)
}

/// Whether another document has an entry with this key.
fn is_taken(table: &impl ReadableTable<&'static [u8], u32>, key: &[u8], id: &[u8]) -> StoreResult<bool> {
    let range = KeyRange::prefix(key.to_vec());
    for entry in table.range::<&[u8]>(range.bounds()).map_err(Failure::failure)? {
        let (entry, values) = entry.map_err(Failure::failure)?;
        if entry.value().get(values.value() as usize..) != Some(id) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn conflict(collection: &str, index: &Index, taken: &[(String, Bson)]) -> StoreError {
    let taken: Vec<String> = taken.iter().map(|(path, value)| format!("{path} {value}")).collect();
    StoreError::Index(format!(
        "the unique index {} of {collection} can't be created: more than one document has {}",
        index.name,
        taken.join(", ")
    ))
}

/// Indexes of another shape are in the place of declared ones.
fn different(spec: &CollectionSpec, collection: &Collection) -> StoreError {
    let one = |declared: &IndexSpec| {
        let existing = index_report::existing(collection, declared)?;
        let DriftedIndex { name, exists, declared: wanted } = index_report::drift(existing, declared)?;
        Some(format!(
            "the index `{}` can't be created on collection `{}`: the index `{name}` exists and is {exists}, but is declared \
             {wanted}. Let `sync_indexes(SyncIndexes::Exact)` create it anew, or declare it as it is.",
            declared.name(),
            spec.name
        ))
    };
    StoreError::Index(spec.indexes.iter().filter_map(one).collect::<Vec<_>>().join("\n"))
}

/// Removes every collection with its indexes.
pub(super) fn drop_all(current: &Catalogue, transaction: WriteTransaction) -> StoreResult<Changed> {
    use redb::TableHandle;
    let tables = transaction.list_tables().map_err(Failure::failure)?;
    let names: Vec<String> = tables.map(|table| table.name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != CATALOGUE.name() && *name != FORMAT.name()) {
        if Collection::of_table(name).is_some() {
            transaction.delete_table(DocumentTable::new(name)).map_err(Failure::failure)?;
        } else {
            transaction.delete_table(EntryTable::new(name)).map_err(Failure::failure)?;
        }
    }
    {
        let mut catalogue = transaction.open_table(CATALOGUE).map_err(Failure::failure)?;
        catalogue.retain(|_, _| false).map_err(Failure::failure)?;
    }
    transaction.commit().map_err(Failure::failure)?;
    Ok(Changed { catalogue: current.cleared(), documents: true })
}
