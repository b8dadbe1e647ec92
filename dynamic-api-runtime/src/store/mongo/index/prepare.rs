//! What is done about the indexes of a collection at the start, in as few commands as it takes.

use bson::{Document, doc};
use mongodb::error::Error as Failure;

use super::{
    super::{client::MongoStore, error::code},
    exact,
    existing::{Existing, list},
    ordered, refusal,
    shape::declared,
    standing::Standing,
};
use crate::store::{CollectionSpec, IndexReport, IndexSpec, StoreError, StoreResult, SyncIndexes};

/// The server's codes for an index that exists in another shape: IndexOptionsConflict, IndexKeySpecsConflict.
pub(super) const OTHER_SHAPE: [i32; 2] = [85, 86];

/// How the indexes stand.
pub(in super::super) async fn report(store: &MongoStore, spec: &CollectionSpec) -> StoreResult<IndexReport> {
    Ok(Standing::of(spec, &list(store, &spec.name).await?).report(&spec.name))
}

/// Creates the indexes that are missing, and does what `sync` says about the others; the store knows them from then on.
/// Returns how they stood before.
pub(in super::super) async fn prepare(
    store: &MongoStore,
    spec: &CollectionSpec,
    sync: SyncIndexes,
) -> StoreResult<IndexReport> {
    let existing = list(store, &spec.name).await?;
    let standing = Standing::of(spec, &existing);
    match sync {
        SyncIndexes::CreateOnly => create_missing(store, spec, &standing).await?,
        SyncIndexes::Exact => exact::sync(store, spec, &standing).await?,
    }
    store.indexes().learn(&spec.name, ordered::indexes(spec, &existing));
    Ok(standing.report(&spec.name))
}

async fn create_missing(
    store: &MongoStore,
    spec: &CollectionSpec,
    standing: &Standing<'_>,
) -> StoreResult<()> {
    if !standing.drifted.is_empty() {
        return Err(refusal::of_drift(&spec.name, &standing.drifted));
    }
    create(store, spec, &standing.missing).await
}

/// Creates indexes in one command. Building them takes as long as it takes.
pub(super) async fn create(
    store: &MongoStore,
    spec: &CollectionSpec,
    wanted: &[&IndexSpec],
) -> StoreResult<()> {
    match try_create(store, &spec.name, wanted.iter().map(|wanted| declared(wanted)).collect()).await {
        Ok(()) => Ok(()),
        Err(error) if code(&error).is_some_and(|code| OTHER_SHAPE.contains(&code)) => {
            Err(of_a_rival(store, spec, error).await)
        }
        Err(error) => Err(refusal::of_create(store, spec, wanted, error).await),
    }
}

/// Somebody else made an index since they were listed.
async fn of_a_rival(store: &MongoStore, spec: &CollectionSpec, error: Failure) -> StoreError {
    let existing: Vec<Existing> = list(store, &spec.name).await.unwrap_or_default();
    match Standing::of(spec, &existing).drifted {
        drifted if drifted.is_empty() => refusal::of_other_shape(&spec.name, &error),
        drifted => refusal::of_drift(&spec.name, &drifted),
    }
}

pub(super) async fn try_create(
    store: &MongoStore,
    collection: &str,
    indexes: Vec<Document>,
) -> Result<(), Failure> {
    if indexes.is_empty() {
        return Ok(());
    }
    store.database().run_command(doc! { "createIndexes": collection, "indexes": indexes }).await.map(drop)
}
