//! How the indexes of a collection stand to the declared ones, in words for the developer. Knows no tables.

use std::sync::Arc;

use super::catalogue::{Collection, Index};
use crate::store::{CollectionSpec, DriftedIndex, IndexKind, IndexReport, IndexSpec};

/// Compares a collection with its declaration.
pub(super) fn report(collection: &Collection, spec: &CollectionSpec) -> IndexReport {
    let mut report = IndexReport { collection: spec.name.clone(), ..IndexReport::default() };
    for declared in &spec.indexes {
        match existing(collection, declared) {
            None => report.missing.push(declared.name()),
            Some(existing) => match drift(existing, declared) {
                None => report.declared.push(existing.name.clone()),
                Some(drifted) => report.drifted.push(drifted),
            },
        }
    }
    let is_declared = |index: &&Arc<Index>| spec.indexes.iter().any(|declared| stands_for(index, declared));
    let foreign = collection.indexes.iter().filter(|index| !is_declared(index));
    report.foreign = foreign.map(|index| index.name.clone()).collect();
    report
}

/// The index that stands in the place of a declared one.
pub(super) fn existing<'c>(collection: &'c Collection, declared: &IndexSpec) -> Option<&'c Index> {
    collection.indexes.iter().find(|index| stands_for(index, declared)).map(|index| &**index)
}

/// Whether an index is where a declared one belongs: its name says its keys, and of text indexes there is one at most.
fn stands_for(index: &Index, declared: &IndexSpec) -> bool {
    index.name == declared.name() || (index.spec.kind, declared.kind) == (IndexKind::Text, IndexKind::Text)
}

/// What an index and the declared one differ in; `None` where they are the same.
pub(super) fn drift(index: &Index, declared: &IndexSpec) -> Option<DriftedIndex> {
    let existing = &index.spec;
    let (mut is, mut wanted) = (Vec::new(), Vec::new());
    let mut tell = |word: fn(&IndexSpec) -> String| {
        is.push(word(existing));
        wanted.push(word(declared));
    };
    if existing.keys != declared.keys {
        tell(keys);
    }
    if existing.kind != declared.kind {
        tell(kind);
    }
    if (&existing.only_types, &existing.only_null) != (&declared.only_types, &declared.only_null) {
        tell(condition);
    }
    let drifted =
        DriftedIndex { name: index.name.clone(), exists: is.join(", "), declared: wanted.join(", ") };
    (existing != declared).then_some(drifted)
}

fn keys(spec: &IndexSpec) -> String {
    let paths: Vec<&str> = spec.keys.iter().map(|(path, _)| path.as_str()).collect();
    format!("on {}", paths.join(" and "))
}

fn kind(spec: &IndexSpec) -> String {
    match spec.kind {
        IndexKind::Plain => "not unique".to_owned(),
        IndexKind::Unique => "unique".to_owned(),
        IndexKind::UniqueIgnoringCase => "unique without regard to case".to_owned(),
        IndexKind::Text => "of words".to_owned(),
        IndexKind::Ttl { seconds } => format!("expiring after {seconds} seconds"),
    }
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
