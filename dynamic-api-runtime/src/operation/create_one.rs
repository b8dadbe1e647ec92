//! A new document.

use bson::{RawDocument, RawDocumentBuf};

use super::{
    Outcome,
    effects::{self, Writes},
    make::made,
};
use crate::{call::RawCall, error::Error, types::Id};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let (id, document) = insert(call, members).await?;
    Ok(Outcome::Created(id, document))
}

/// Stores a new document of these members, and what hangs on that.
pub(crate) async fn insert(call: &RawCall, members: &RawDocument) -> Result<(Id, RawDocumentBuf), Error> {
    effects::run(call, |on, _| Box::pin(create(call, on, members))).await
}

/// Stores a new document of these members.
pub(super) async fn create(
    call: &RawCall,
    on: &Writes<'_>,
    members: &RawDocument,
) -> Result<(Id, RawDocumentBuf), Error> {
    let (id, document) = made(call, on, members).await?;
    on.insert(call.resource.meta.collection, std::slice::from_ref(&document)).await?;
    on.wrote(call, None, Some(&document));
    Ok((id, document))
}
