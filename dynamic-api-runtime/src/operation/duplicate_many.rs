//! Copies of several documents, of all of them or of none.

use bson::{RawDocument, RawDocumentBuf};

use super::{Outcome, create_many::create_all, update_many};
use crate::{call::RawCall, document::copied, error::Error};

pub(super) async fn perform(call: &RawCall, overrides: &RawDocument) -> Result<Outcome, Error> {
    let ids = call.ids()?;
    let originals = update_many::read(call, &*call.resource.store, &ids).await?;
    let mut copies: Vec<RawDocumentBuf> = vec![];
    for original in &originals {
        call.policy.permit(call, original).await?;
        copies.push(copied(call.resource.meta, original, overrides)?);
    }
    create_all(call, &copies).await
}
