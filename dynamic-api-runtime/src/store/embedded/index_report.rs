//! How the indexes of a collection stand to the declared ones, in words for the developer. Knows no tables.

use super::catalogue::{Collection, Index, name_of};
use crate::store::{CollectionSpec, DriftedIndex, IndexKind, IndexReport, IndexSpec};

/// Compares a collection with its declaration. An index is found by its name, which says its keys.
pub(super) fn report(collection: &Collection, spec: &CollectionSpec) -> IndexReport {
    let mut report = IndexReport { collection: spec.name.clone(), ..IndexReport::default() };
    for declared in &spec.indexes {
        let name = name_of(declared);
        match existing(collection, &name) {
            None => report.missing.push(name),
            Some(existing) if existing.spec == *declared => report.declared.push(name),
            Some(existing) => report.drifted.push(drift(name, &existing.spec, declared)),
        }
    }
    let is_declared = |name: &String| spec.indexes.iter().any(|declared| name_of(declared) == *name);
    let names = collection.indexes.iter().map(|index| index.name.clone());
    report.foreign = names.filter(|name| !is_declared(name)).collect();
    report
}

/// The index of this name.
pub(super) fn existing<'c>(collection: &'c Collection, name: &str) -> Option<&'c Index> {
    collection.indexes.iter().find(|index| index.name == name).map(|index| &**index)
}

/// What two indexes of one name differ in.
fn drift(name: String, existing: &IndexSpec, declared: &IndexSpec) -> DriftedIndex {
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
    DriftedIndex { name, exists: is.join(", "), declared: wanted.join(", ") }
}

fn keys(spec: &IndexSpec) -> String {
    let paths: Vec<&str> = spec.keys.iter().map(|(path, _)| path.as_str()).collect();
    format!("on {}", paths.join(" and "))
}

fn kind(spec: &IndexSpec) -> String {
    match spec.kind {
        IndexKind::Plain => "not unique".to_owned(),
        IndexKind::Unique => "unique".to_owned(),
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
