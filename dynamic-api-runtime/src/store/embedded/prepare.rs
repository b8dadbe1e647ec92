//! Changes of the catalogue: building the indexes that are declared and missing, and dropping everything. Runs on the writer's
//! thread, each change in a commit of its own.

use bson::Bson;
use redb::{ReadableTable, TableDefinition, WriteTransaction};

use super::{
    batch::{Batch, CATALOGUE},
    catalogue::{Catalogue, Collection, Index},
    draft::document_of,
    entries::{entries_of, fields_of},
    error::Failure,
    range::KeyRange,
    shared::Shared,
    view::{DocumentTable, EntryTable, View},
};
use crate::{
    query::Direction,
    store::{CollectionSpec, IndexSpec, StoreError, StoreResult},
};

/// What the rest of the file is to be read by, under one key.
const FORMAT: TableDefinition<'static, &'static str, u32> = TableDefinition::new("format");
/// The layout of tables and the encoding of keys that this version writes.
const VERSION: u32 = 1;

/// The catalogue that a file holds. A new file becomes one of this store.
pub(super) fn load(database: &redb::Database) -> StoreResult<Catalogue> {
    let transaction = database.begin_write().map_err(Failure::failure)?;
    let mut catalogue = Catalogue::default();
    {
        let mut format = transaction.open_table(FORMAT).map_err(Failure::failure)?;
        let version = format.get("version").map_err(Failure::failure)?.map(|version| version.value());
        if version.is_some_and(|version| version != VERSION) {
            return Err(StoreError::other("the file was written by another version of this store"));
        }
        format.insert("version", VERSION).map_err(Failure::failure)?;
        let rows = transaction.open_table(CATALOGUE).map_err(Failure::failure)?;
        for row in rows.iter().map_err(Failure::failure)? {
            let (id, row) = row.map_err(Failure::failure)?;
            let (collection, index) = Index::from_row(id.value(), row.value())?;
            catalogue = catalogue.with_index(&collection, index);
        }
    }
    transaction.commit().map_err(Failure::failure)?;
    Ok(catalogue)
}

/// Creates the indexes of `spec` that are missing, all or none.
pub(super) fn prepare(
    shared: &Shared,
    transaction: WriteTransaction,
    spec: &CollectionSpec,
) -> StoreResult<()> {
    let mut catalogue = (*shared.catalogue()).clone();
    let mut created = false;
    for declared in &spec.indexes {
        let collection = catalogue.collection(&spec.name);
        match collection.indexes.iter().find(|index| index.name == declared.name()) {
            Some(existing) if existing.spec == *declared => {}
            Some(existing) => return Err(different(&spec.name, &existing.spec, declared)),
            None => {
                let index = build(&transaction, &catalogue, &collection, declared)?;
                catalogue = catalogue.with_index(&spec.name, index);
                created = true;
            }
        }
    }
    if created {
        transaction.commit().map_err(Failure::failure)?;
    } else {
        transaction.abort().map_err(Failure::failure)?;
    }
    if !catalogue.knows(&spec.name) {
        catalogue = catalogue.with_collection(&spec.name);
    }
    shared.set_catalogue(catalogue);
    Ok(())
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

fn different(collection: &str, existing: &IndexSpec, declared: &IndexSpec) -> StoreError {
    let (mut is, mut wanted) = (Vec::new(), Vec::new());
    if existing.kind != declared.kind {
        is.push(uniqueness(existing));
        wanted.push(uniqueness(declared));
    }
    if (&existing.only_types, &existing.only_null) != (&declared.only_types, &declared.only_null) {
        is.push(condition(existing));
        wanted.push(condition(declared));
    }
    StoreError::Index(format!(
        "the index {} of {collection} exists and is {}, but is declared {}",
        declared.name(),
        is.join(", "),
        wanted.join(", ")
    ))
}

fn uniqueness(spec: &IndexSpec) -> String {
    if spec.is_unique() { "unique".to_owned() } else { "not unique".to_owned() }
}

fn condition(spec: &IndexSpec) -> String {
    let types = spec.only_types.iter().map(|(path, types)| format!("{path} is of type {types:?}"));
    let null = spec.only_null.iter().map(|path| format!("{path} is null"));
    let conditions: Vec<String> = types.chain(null).collect();
    if conditions.is_empty() {
        "of all documents".to_owned()
    } else {
        format!("of documents where {}", conditions.join(" and "))
    }
}

/// Removes every collection with its indexes.
pub(super) fn drop_all(shared: &Shared, transaction: WriteTransaction) -> StoreResult<()> {
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
    let cleared = shared.catalogue().cleared();
    shared.set_catalogue(cleared);
    Ok(())
}
