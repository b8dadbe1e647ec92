//! Copies of several documents, of all of them or of none.

use bson::RawDocument;

use super::{Outcome, create_many::insert_all, update_many};
use crate::{
    call::RawCall,
    document::{copied, new_document},
    error::Error,
    validate,
};

pub(super) async fn perform(call: &RawCall, overrides: &RawDocument) -> Result<Outcome, Error> {
    let ids = call.ids()?;
    let originals = update_many::read(call, &*call.resource.store, &ids).await?;
    let copies = originals.iter().map(|original| {
        let (_, copy) = new_document(call.resource.meta, &copied(original, overrides)?)?;
        validate::whole(call.resource.meta, &copy)?;
        Ok(copy)
    });
    insert_all(call, copies.collect::<Result<_, Error>>()?).await
}
