//! The collections of an application: what their entities declare together, and what the log says of it at the start.

use super::error::BuildError;
use crate::{
    auth,
    entity::EntityMeta,
    store::{CollectionSpec, IndexKind, IndexReport, IndexSpec, Store, StoreError, SyncIndexes},
};

/// A collection, named in errors by the first of its entities.
struct Collection {
    entity: &'static str,
    name: &'static str,
    spec: CollectionSpec,
}

/// Makes the collections ready.
pub(super) async fn prepare(
    store: &Store,
    entities: &[&'static EntityMeta],
    sync: SyncIndexes,
) -> Result<(), BuildError> {
    for collection in collections(entities) {
        let Collection { entity, name, .. } = collection;
        let failed = |error| collection.failed(error);
        if let Some(found) = store.foreign_id_type(name).await.map_err(failed)? {
            return Err(BuildError::ForeignId { entity, collection: name, found });
        }
        let before = store.prepare(&collection.spec, sync).await.map_err(failed)?;
        tell(&before, sync);
    }
    prepare_audits(store, entities, sync).await?;
    tracing::info!(store = store.describe(), entities = entities.len(), "the store is ready");
    unindexed(entities);
    if !store.is_transactional() {
        tracing::warn!(
            store = store.describe(),
            "no transactions: a bulk write that fails is undone step by step, and not at all where the process ends in between"
        );
        if entities.iter().any(|entity| !entity.cascades.is_empty()) {
            tracing::warn!(
                "cascades without transactions: children go first and their parent last, and some of them alone where the process ends \
                 in between"
            );
        }
    }
    Ok(())
}

/// Makes the collections ready in which writes are told.
async fn prepare_audits(
    store: &Store,
    entities: &[&'static EntityMeta],
    sync: SyncIndexes,
) -> Result<(), BuildError> {
    for (entity, spec) in audits(entities) {
        tell(&store.prepare(&spec, sync).await.map_err(|source| failed(entity, source))?, sync);
    }
    Ok(())
}

/// The collections in which writes are told, each once.
fn audits(entities: &[&'static EntityMeta]) -> Vec<(&'static EntityMeta, CollectionSpec)> {
    let mut found: Vec<(&'static EntityMeta, CollectionSpec)> = vec![];
    for entity in entities {
        let Some(spec) = entity.audit_spec() else { continue };
        if !found.iter().any(|(_, other)| *other == spec) {
            found.push((entity, spec));
        }
    }
    found
}

fn failed(entity: &EntityMeta, source: StoreError) -> BuildError {
    BuildError::Store { entity: entity.name, collection: entity.collection, source }
}

/// Tells of cascades that read a whole collection.
fn unindexed(entities: &[&'static EntityMeta]) {
    for entity in entities {
        for cascade in entity.cascades {
            let (child, field) = ((cascade.child)(), cascade.field);
            let specs = child.collection_spec().indexes;
            if !specs.iter().any(|index| index.keys.first().is_some_and(|(path, _)| path == field)) {
                tracing::warn!(
                    entity = entity.name,
                    child = child.name,
                    field,
                    "a deletion reads all documents of the child: give the field an index of its own"
                );
            }
        }
    }
}

/// Makes the collections of accounts ready, beside that of their users.
pub(super) async fn prepare_accounts(
    store: &Store,
    users: &'static EntityMeta,
    sync: SyncIndexes,
) -> Result<(), BuildError> {
    for spec in auth::collection_specs(users.collection) {
        let before = store.prepare(&spec, sync).await.map_err(|source| BuildError::Store {
            entity: users.name,
            collection: users.collection,
            source,
        })?;
        tell(&before, sync);
    }
    Ok(())
}

/// How the indexes of each collection stand.
pub(super) async fn reports(
    store: &Store,
    entities: &[&'static EntityMeta],
) -> Result<Vec<IndexReport>, BuildError> {
    let mut reports = vec![];
    for collection in collections(entities) {
        let report = store.index_report(&collection.spec).await;
        reports.push(report.map_err(|error| collection.failed(error))?);
    }
    for (entity, spec) in audits(entities) {
        reports.push(store.index_report(&spec).await.map_err(|source| failed(entity, source))?);
    }
    Ok(reports)
}

impl Collection {
    fn failed(&self, source: StoreError) -> BuildError {
        BuildError::Store { entity: self.entity, collection: self.name, source }
    }
}

/// Each collection once, in the order of their first entities. An index that one entity declares is not foreign to another.
fn collections(entities: &[&'static EntityMeta]) -> Vec<Collection> {
    let mut found: Vec<Collection> = vec![];
    for meta in entities {
        let spec = meta.collection_spec();
        match found.iter_mut().find(|collection| collection.name == meta.collection) {
            Some(shared) => add(&mut shared.spec.indexes, spec.indexes),
            None => found.push(Collection { entity: meta.name, name: meta.collection, spec }),
        }
    }
    found
}

/// Adds what is not there yet; of the fields of a text index, entities have said the same by now.
fn add(indexes: &mut Vec<IndexSpec>, more: Vec<IndexSpec>) {
    for index in more {
        let is_there = |other: &IndexSpec| {
            *other == index || (other.kind == IndexKind::Text && index.kind == IndexKind::Text)
        };
        if !indexes.iter().any(is_there) {
            indexes.push(index);
        }
    }
}

/// Tells what the start has changed, and what it has left although nothing declares it.
fn tell(before: &IndexReport, sync: SyncIndexes) {
    let collection = before.collection.as_str();
    if !before.missing.is_empty() {
        tracing::info!(collection, indexes = before.missing.join(", "), "indexes created");
    }
    if !before.drifted.is_empty() {
        let names: Vec<&str> = before.drifted.iter().map(|index| index.name.as_str()).collect();
        tracing::info!(collection, indexes = names.join(", "), "indexes of another shape created anew");
    }
    if before.foreign.is_empty() {
        return;
    }
    let indexes = before.foreign.join(", ");
    match sync {
        SyncIndexes::CreateOnly => tracing::warn!(collection, indexes, "indexes that no entity declares"),
        SyncIndexes::Exact => tracing::warn!(collection, indexes, "indexes dropped that no entity declares"),
    }
}
