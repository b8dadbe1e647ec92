//! Making the indexes of a collection what is declared, and nothing else. An index goes only when it is certain, as far as can be
//! known before, that the one in its place can be created.

use bson::doc;

use super::{
    super::{
        client::MongoStore,
        error::{code, from_driver, message},
    },
    existing::Existing,
    prepare::{create, try_create},
    refusal,
    standing::Standing,
};
use crate::store::{CollectionSpec, StoreError, StoreResult};

/// The server's code for an index that is not there.
const INDEX_NOT_FOUND: i32 = 27;

/// In this order, so that what fails leaves the most: nothing is dropped before the missing ones stand, and those that are not
/// declared go last.
pub(super) async fn sync(
    store: &MongoStore,
    spec: &CollectionSpec,
    standing: &Standing<'_>,
) -> StoreResult<()> {
    create(store, spec, &standing.missing).await?;
    let drifted = drifted(standing);
    if !drifted.is_empty() {
        for wanted in standing.displaced.iter().filter(|wanted| wanted.is_unique()) {
            if let Some(refused) = refusal::of_duplicates(store, &spec.name, wanted).await {
                return Err(refused);
            }
        }
        drop_all(store, &spec.name, &drifted).await?;
        if let Err(error) = create(store, spec, &standing.displaced).await {
            return Err(put_back(store, &spec.name, &drifted, error).await);
        }
    }
    drop_all(store, &spec.name, &standing.foreign).await
}

/// Each once; one may be in the place of several.
fn drifted<'a>(standing: &Standing<'a>) -> Vec<&'a Existing> {
    let mut drifted: Vec<&Existing> = Vec::new();
    for (index, _) in &standing.drifted {
        if drifted.iter().all(|other| other.name() != index.name()) {
            drifted.push(index);
        }
    }
    drifted
}

/// Drops indexes in one command. One that is gone already is as it should be.
async fn drop_all(store: &MongoStore, collection: &str, indexes: &[&Existing]) -> StoreResult<()> {
    let names: Vec<&str> = indexes.iter().map(|index| index.name()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let drop =
        |names: Vec<&str>| store.database().run_command(doc! { "dropIndexes": collection, "index": names });
    let failed = |error| from_driver(collection, error);
    match drop(names.clone()).await {
        Err(error) if code(&error) == Some(INDEX_NOT_FOUND) => {}
        outcome => return outcome.map(std::mem::drop).map_err(failed),
    }
    for name in names {
        match drop(vec![name]).await {
            Err(error) if code(&error) == Some(INDEX_NOT_FOUND) => {}
            outcome => std::mem::drop(outcome.map_err(failed)?),
        }
    }
    Ok(())
}

/// Creates what was dropped as it was, and says so.
async fn put_back(
    store: &MongoStore,
    collection: &str,
    dropped: &[&Existing],
    error: StoreError,
) -> StoreError {
    let as_they_were = dropped.iter().map(|index| index.0.clone()).collect();
    let names: Vec<String> = dropped.iter().map(|index| format!("`{}`", index.name())).collect();
    let names = names.join(", ");
    StoreError::Index(match try_create(store, collection, as_they_were).await {
        Ok(()) => format!("{error} What was dropped for it has been created again as it was: {names}."),
        Err(failure) => format!(
            "{error} What was dropped for it could not be created again: {names} ({}).",
            message(&failure)
        ),
    })
}
