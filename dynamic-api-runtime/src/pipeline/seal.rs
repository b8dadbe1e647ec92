//! Passwords among what the client sent: hashed before anything else sees them.

use super::{Decoded, Items};
use crate::{
    auth::Sealing,
    call::RawCall,
    error::Error,
    operation::{BatchItem, Change},
};

/// The input with hashes in the place of passwords.
pub(super) async fn seal(call: &RawCall, input: Decoded) -> Result<Decoded, Error> {
    let Some(sealing) = &call.resource.sealing else { return Ok(input) };
    Ok(match input {
        Decoded::Nothing => Decoded::Nothing,
        Decoded::One(document) => Decoded::One(sealing.document(document).await?),
        Decoded::Many(documents) => {
            let mut sealed = Vec::with_capacity(documents.len());
            for (index, document) in documents.into_iter().enumerate() {
                let at = |error: Error| error.below(&format!("/list/{index}"));
                sealed.push(sealing.document(document).await.map_err(at)?);
            }
            Decoded::Many(sealed)
        }
        Decoded::Change(change) => Decoded::Change(changed(sealing, change).await?),
        Decoded::Batch(Items::Atomic(items)) => {
            let mut sealed = Vec::with_capacity(items.len());
            for item in items {
                sealed.push(batch_item(sealing, item).await?);
            }
            Decoded::Batch(Items::Atomic(sealed))
        }
        Decoded::Batch(Items::Each(items)) => {
            let mut sealed = Vec::with_capacity(items.len());
            for item in items {
                sealed.push(match item {
                    Ok(item) => batch_item(sealing, item).await,
                    Err(error) => Err(error),
                });
            }
            Decoded::Batch(Items::Each(sealed))
        }
    })
}

async fn changed(sealing: &Sealing, change: Box<Change>) -> Result<Box<Change>, Error> {
    Ok(Box::new(change.sealed(sealing).await?))
}

async fn batch_item(sealing: &Sealing, item: BatchItem) -> Result<BatchItem, Error> {
    Ok(match item {
        BatchItem::Create(document) => BatchItem::Create(sealing.document(document).await?),
        BatchItem::Replace(id, document) => BatchItem::Replace(id, sealing.document(document).await?),
        BatchItem::Update(id, change) => BatchItem::Update(id, changed(sealing, change).await?),
        BatchItem::Delete(id) => BatchItem::Delete(id),
    })
}
