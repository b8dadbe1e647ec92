//! Several documents deleted. A malformed id makes the whole call delete nothing.

use bson::RawDocumentBuf;

use super::{
    Outcome,
    effects::{self, Writes, before_delete},
    update_many::find,
    write::Deed,
};
use crate::{
    call::RawCall,
    document::deletion,
    error::Error,
    query::{Filter, Update},
    store::{Collections, StoreError, in_memory},
    types::Id,
};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    match call.ids() {
        Ok(ids) => delete(call, &ids).await.map(Outcome::Deleted),
        Err(Error::EntityNotFound(_)) => Ok(Outcome::Deleted(0)),
        Err(error) => Err(error),
    }
}

async fn delete(call: &RawCall, ids: &[Id]) -> Result<u64, Error> {
    let resource = &call.resource;
    let mark = &resource.meta.soft_delete.then(deletion);
    let is_unseen = match mark {
        Some(mark) => call.policy.lets_unseen(mark),
        None => !call.policy.looks_at_documents(),
    };
    if is_unseen && !effects::is_watched(call) {
        return Ok(remove(call, &*resource.store, &call.any(ids), mark.as_ref()).await?);
    }
    if !resource.store.is_transactional() {
        // Others see its writes before they are undone, so it starts none where it is known to fail.
        let found = find(call, &*resource.store, &call.any(ids)).await?;
        permitted(call, &Writes::to(&*resource.store), &found, mark.as_ref()).await?;
    }
    effects::transacted(call, |on, _| {
        Box::pin(async move {
            let found = find(call, &**on, &call.any(ids)).await?;
            let found = permitted(call, on, &found, mark.as_ref()).await?;
            let deed = mark.as_ref().map_or(Deed::Remove, Deed::Mark);
            if let Some(fate) = found.first().and_then(|first| deed.fate(first)) {
                on.follow(call, &found, fate).await?;
            }
            let mut deleted = 0;
            for some in statements(&found) {
                let same = some.iter().map(|document| Filter::Same((*document).clone())).collect();
                deleted += remove(call, &**on, &Filter::Or(same), mark.as_ref()).await?;
            }
            if deleted < found.len() as u64 {
                return Err(StoreError::Conflict.into());
            }
            for document in found {
                let after = mark.as_ref().map(|mark| in_memory::updated(document, mark)).transpose()?;
                on.wrote(call, Some(document), after.as_ref());
            }
            Ok(deleted)
        })
    })
    .await
}

/// Bytes of the documents that one statement names whole: a filter of MongoDB has 16 MiB at most.
const STATEMENT: usize = 8 * 1024 * 1024;

/// Documents in as many parts as statements are needed to name them.
fn statements<'f, 'd>(found: &'f [&'d RawDocumentBuf]) -> impl Iterator<Item = &'f [&'d RawDocumentBuf]> {
    let mut bytes = 0;
    found.chunk_by(move |_, next| {
        bytes += next.as_bytes().len();
        let fits = bytes <= STATEMENT;
        if !fits {
            bytes = 0;
        }
        fits
    })
}

/// Those of some documents that the caller may delete.
///
/// # Errors
/// Where one is refused that is not to be missing.
async fn permitted<'d>(
    call: &RawCall,
    on: &Writes<'_>,
    documents: &'d [RawDocumentBuf],
    mark: Option<&Update>,
) -> Result<Vec<&'d RawDocumentBuf>, Error> {
    let deed = mark.map_or(Deed::Remove, Deed::Mark);
    let mut permitted = vec![];
    for document in documents {
        match may_go(call, on, document, deed).await {
            Ok(()) => permitted.push(document),
            Err(Error::DocumentNotFound) => continue,
            Err(error) => return Err(error),
        }
    }
    Ok(permitted)
}

/// Whether the caller may delete a document, and its hooks let it go.
async fn may_go(
    call: &RawCall,
    on: &Writes<'_>,
    document: &RawDocumentBuf,
    deed: Deed<'_>,
) -> Result<(), Error> {
    call.policy.permit(call, document).await?;
    if let Deed::Mark(_) = deed {
        deed.update(call, document).await?;
    }
    match deed.fate(document) {
        Some(fate) => before_delete(call, on, document, fate).await,
        None => Ok(()),
    }
}

async fn remove<C>(call: &RawCall, on: &C, filter: &Filter, mark: Option<&Update>) -> Result<u64, StoreError>
where
    C: Collections + ?Sized,
{
    let collection = call.resource.meta.collection;
    match mark {
        Some(mark) => on.update_many(collection, filter, mark).await,
        None => on.delete_many(collection, filter).await,
    }
}
