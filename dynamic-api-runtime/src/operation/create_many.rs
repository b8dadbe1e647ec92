//! New documents, all of them or none.

use bson::{RawDocument, RawDocumentBuf};

use super::{Outcome, make::made};
use crate::{call::RawCall, error::Error, store::transact};

pub(super) async fn perform(call: &RawCall, items: &[RawDocumentBuf]) -> Result<Outcome, Error> {
    create_all(call, items.iter().map(|members| &**members)).await
}

/// Stores new documents of these members together, and returns them.
pub(super) async fn create_all(
    call: &RawCall,
    items: impl Iterator<Item = &RawDocument>,
) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let mut documents = vec![];
    for members in items {
        documents.push(made(call, members).await?.1);
    }
    let (collection, new) = (resource.meta.collection, &documents);
    transact(&*resource.store, |transaction, _| transaction.insert(collection, new)).await?;
    Ok(Outcome::CreatedMany(documents))
}
