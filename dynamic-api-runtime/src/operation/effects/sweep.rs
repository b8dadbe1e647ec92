//! Documents that came to refer to others while those were deleted.
//!
//! On MongoDB a transaction does not see what others insert meanwhile, and they don't see what it deletes. What they committed by the
//! end of the deletion is found when it is looked for once more.

use super::{Fate, Writes, Written, audit, cascade};
use crate::{call::RawCall, entity::EntityMeta, error::Error, server_fields::DELETED_AT, store::transact};

/// Looks once more for what refers to the documents that a call has deleted, lets it follow them, and tells what that was.
pub(super) async fn sweep(call: &RawCall, written: &[Written]) -> Vec<Written> {
    let mut late = vec![];
    let mut groups: Vec<(&'static EntityMeta, Fate, Vec<&Written>)> = vec![];
    for one in written.iter().filter(|one| !one.entity.cascades.is_empty()) {
        let Some(fate) = fate(one) else { continue };
        let same = |(entity, of, _): &&mut (&'static EntityMeta, Fate, Vec<&Written>)| {
            entity.collection == one.entity.collection && *of == fate
        };
        match groups.iter_mut().find(same) {
            Some((.., group)) => group.push(one),
            None => groups.push((one.entity, fate, vec![one])),
        }
    }
    for (entity, fate, group) in &groups {
        match follow(call, entity, *fate, group).await {
            Ok(found) => late.extend(found),
            // A document that restricts the deletion came too late for that.
            Err(Error::StillReferred(child)) => {
                tracing::warn!(entity = entity.name, child, "a document refers to one that was just deleted");
            }
            Err(error) => {
                tracing::error!(entity = entity.name, %error, "what refers to deleted documents was not looked for again");
            }
        }
    }
    late
}

async fn follow(
    call: &RawCall,
    entity: &'static EntityMeta,
    fate: Fate,
    group: &[&Written],
) -> Result<Vec<Written>, Error> {
    let documents: Vec<_> = group.iter().filter_map(|one| one.before.as_ref()).collect();
    let documents = &documents;
    transact(&*call.resource.store, |transaction, _| {
        Box::pin(async move {
            let writes = Writes::watched(transaction);
            writes.note(cascade::follow(call, transaction, entity, documents, fate).await?);
            let written = writes.into_written();
            audit::write(call, transaction, &written).await?;
            Ok(written)
        })
    })
    .await
}

/// The fate of a document that was deleted.
fn fate(written: &Written) -> Option<Fate> {
    let deleted_at = |document: &bson::RawDocumentBuf| document.get_datetime(DELETED_AT).ok();
    match (&written.before, &written.after) {
        (Some(_), None) => Some(Fate::Removed),
        (Some(before), Some(after)) if deleted_at(before).is_none() => deleted_at(after).map(Fate::Marked),
        _ => None,
    }
}
