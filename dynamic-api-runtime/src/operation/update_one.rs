//! Changed members of one document; the others stay as they are.

use bson::RawDocumentBuf;

use super::{Change, Outcome, effects, write};
use crate::{
    call::RawCall,
    error::Error,
    query::{Filter, Update},
    types::Id,
};

pub(super) async fn perform(call: &RawCall, change: &Change) -> Result<Outcome, Error> {
    change_one(call, call.id()?, change).await.map(Outcome::One)
}

/// Changes the living document of an id, and returns it as it is then.
pub(crate) async fn change_one(call: &RawCall, id: Id, change: &Change) -> Result<RawDocumentBuf, Error> {
    effects::run(call, |on, _| Box::pin(write::change_one(call, on, id, change))).await
}

/// Makes an update of the program's own to the document that satisfies a filter, and what hangs on that; `None` where there is none.
pub(crate) async fn update_where(
    call: &RawCall,
    filter: &Filter,
    update: &Update,
) -> Result<Option<RawDocumentBuf>, Error> {
    effects::run(call, |on, _| {
        Box::pin(async move {
            let before =
                if on.are_watched() { write::read_one(call, &**on, filter.clone()).await? } else { None };
            let after = on.update_one(call.resource.meta.collection, filter, update).await?;
            if let Some(after) = &after {
                on.wrote(call, before.as_ref(), Some(after));
            }
            Ok(after)
        })
    })
    .await
}
