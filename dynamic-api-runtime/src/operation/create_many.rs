//! New documents, all of them or none.

use bson::RawDocumentBuf;

use super::Outcome;
use crate::{
    call::RawCall,
    document::new_document,
    error::Error,
    store::{StoreError, transact},
};

pub(super) async fn perform(call: &RawCall, items: &[RawDocumentBuf]) -> Result<Outcome, Error> {
    let meta = call.resource.meta;
    let documents = items.iter().map(|members| new_document(meta, members).map(|(_, document)| document));
    insert_all(call, documents.collect::<Result<_, StoreError>>()?).await
}

/// Stores new documents together and returns them.
pub(super) async fn insert_all(call: &RawCall, documents: Vec<RawDocumentBuf>) -> Result<Outcome, Error> {
    let resource = &call.resource;
    let (collection, new) = (resource.meta.collection, &documents);
    transact(&*resource.store, |transaction, _| transaction.insert(collection, new)).await?;
    Ok(Outcome::CreatedMany(documents))
}
