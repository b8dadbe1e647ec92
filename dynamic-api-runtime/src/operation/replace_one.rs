//! Other members in the place of a document's. What clients can't send is kept.

use bson::{RawDocument, RawDocumentBuf};

use super::{
    Outcome,
    effects::{self, Writes},
    write::{Deed, write_one},
};
use crate::{call::RawCall, document, error::Error, query::Filter};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let target = &call.one(call.id()?);
    let replaced = effects::run(call, |on, _| Box::pin(replace(call, on, target, members))).await?;
    replaced.map(Outcome::One).ok_or(Error::DocumentNotFound)
}

/// Puts these members in the place of those of the document that satisfies `target`; `None` where there is none.
pub(super) async fn replace(
    call: &RawCall,
    on: &Writes<'_>,
    target: &Filter,
    members: &RawDocument,
) -> Result<Option<RawDocumentBuf>, Error> {
    let replacement = document::replacement(call.resource.meta, members)?;
    Ok(write_one(call, on, target, Deed::Replace(&replacement)).await?.flatten())
}
