//! New documents, all of them or none.

use bson::RawDocumentBuf;

use super::{Outcome, effects, make::made};
use crate::{call::RawCall, error::Error};

pub(super) async fn perform(call: &RawCall, items: &[RawDocumentBuf]) -> Result<Outcome, Error> {
    create_all(call, items).await
}

/// Stores new documents of these members together, and returns them.
pub(super) async fn create_all(call: &RawCall, items: &[RawDocumentBuf]) -> Result<Outcome, Error> {
    let created = effects::transacted(call, |on, _| {
        Box::pin(async move {
            let mut documents = Vec::with_capacity(items.len());
            for members in items {
                documents.push(made(call, on, members).await?.1);
            }
            on.insert(call.resource.meta.collection, &documents).await?;
            for document in &documents {
                on.wrote(call, None, Some(document));
            }
            Ok(documents)
        })
    });
    created.await.map(Outcome::CreatedMany)
}
