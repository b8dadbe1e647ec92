//! Checks that documents and index entries fit together, by finding every entry anew. Knows no writes.

use std::collections::BTreeMap;

use bson::{Document, RawBsonRef, RawDocument, spec::ElementType};

use super::{
    catalogue::{Catalogue, Collection, Index},
    draft::document_of,
    entries::{document_key, entries_of},
    range::KeyRange,
    view::{Snapshot, View},
};
use crate::{
    query::Direction,
    store::{StoreResult, type_name::type_name},
};

/// What [`EmbeddedStore::check_integrity`](super::EmbeddedStore::check_integrity) found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntegrityReport {
    /// How many documents there are.
    pub documents: u64,
    /// How many index entries there are.
    pub entries: u64,
    /// What does not fit together, each in a sentence; empty where all does.
    pub problems: Vec<String>,
}

impl IntegrityReport {
    /// Whether everything fits together.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks every collection of a snapshot.
pub(super) fn check(catalogue: &Catalogue, snapshot: &Snapshot) -> StoreResult<IntegrityReport> {
    let mut report = IntegrityReport::default();
    for name in snapshot.collections()? {
        let collection = catalogue.collection(&name);
        check_documents(&collection, snapshot, &mut report)?;
        for index in &collection.indexes {
            check_index(&collection, index, snapshot, &mut report)?;
        }
    }
    Ok(report)
}

fn check_documents(
    collection: &Collection,
    snapshot: &Snapshot,
    report: &mut IntegrityReport,
) -> StoreResult<()> {
    for row in snapshot.documents(collection, &KeyRange::all(), Direction::Ascending)? {
        let row = row?;
        report.documents += 1;
        let whole = RawDocument::from_bytes(&*row.document).is_ok_and(|raw| Document::try_from(raw).is_ok());
        if !whole {
            report.problems.push(format!("a document of {} is torn", collection.name));
        } else if document_key(document_of(&row.document)?).ok().as_deref() != Some(&*row.id) {
            report.problems.push(format!("a document of {} is not under its own _id", collection.name));
        }
    }
    Ok(())
}

fn check_index(
    collection: &Collection,
    index: &Index,
    snapshot: &Snapshot,
    report: &mut IntegrityReport,
) -> StoreResult<()> {
    let problem = |what: &str| format!("index {} of {} {what}", index.name, collection.name);
    let mut expected: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    for row in snapshot.documents(collection, &KeyRange::all(), Direction::Ascending)? {
        let row = row?;
        let Ok(document) = RawDocument::from_bytes(&*row.document) else { continue };
        let of_document = entries_of(index, document, &row.id)?;
        if of_document.multikey & !index.multikey() != 0 {
            report.problems.push(problem("does not know of an array"));
        }
        expected.extend(of_document.entries);
    }
    let mut previous: Vec<u8> = Vec::new();
    for entry in snapshot.entries(index, &KeyRange::all(), Direction::Ascending)? {
        let entry = entry?;
        report.entries += 1;
        if expected.remove(&*entry.bytes).is_none_or(|values| values as usize != entry.values) {
            report.problems.push(problem("has an entry without its document"));
        }
        if index.spec.is_unique() && report.entries > 1 && previous == entry.values() {
            report.problems.push(problem("has a key twice"));
        }
        previous = entry.values().to_vec();
    }
    if !expected.is_empty() {
        report.problems.push(problem(&format!("lacks {} entries", expected.len())));
    }
    Ok(())
}

/// The type of a stored document's `_id` where it is no ObjectId, by MongoDB's name.
pub(super) fn foreign_id(document: &[u8]) -> StoreResult<Option<String>> {
    let id = document_of(document)?.get("_id").ok().flatten();
    let kind = id.map_or(ElementType::Null, |id: RawBsonRef<'_>| id.element_type());
    Ok((kind != ElementType::ObjectId).then(|| type_name(kind).to_owned()))
}
