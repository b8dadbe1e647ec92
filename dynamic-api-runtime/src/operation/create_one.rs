//! A new document.

use bson::{RawDocument, RawDocumentBuf};

use super::{Outcome, make::made};
use crate::{call::RawCall, error::Error, store::Collections, types::Id};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let (id, document) = create(call, &*call.resource.store, members).await?;
    Ok(Outcome::Created(id, document))
}

/// Stores a new document of these members.
pub(super) async fn create<C>(
    call: &RawCall,
    on: &C,
    members: &RawDocument,
) -> Result<(Id, RawDocumentBuf), Error>
where
    C: Collections + ?Sized,
{
    let (id, document) = made(call, members).await?;
    on.insert(call.resource.meta.collection, std::slice::from_ref(&document)).await?;
    Ok((id, document))
}
