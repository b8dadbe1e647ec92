//! New documents, all of them or none.

use bson::{RawDocument, RawDocumentBuf};

use super::{Outcome, effects, make::made};
use crate::{call::RawCall, error::Error};

pub(super) async fn perform(call: &RawCall, items: &[RawDocumentBuf]) -> Result<Outcome, Error> {
    create_all(call, items.iter().map(|members| &**members)).await
}

/// Stores new documents of these members together, and returns them.
pub(super) async fn create_all(
    call: &RawCall,
    items: impl Iterator<Item = &RawDocument>,
) -> Result<Outcome, Error> {
    let mut documents = vec![];
    for members in items {
        documents.push(made(call, members).await?.1);
    }
    let (collection, new) = (call.resource.meta.collection, &documents);
    effects::transacted(call, |on, _| {
        Box::pin(async move {
            on.insert(collection, new).await?;
            for document in new {
                on.wrote(call, None, Some(document));
            }
            Ok(())
        })
    })
    .await?;
    Ok(Outcome::CreatedMany(documents))
}
