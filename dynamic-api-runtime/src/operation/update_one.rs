//! Changed members of one document; the others stay as they are.

use bson::RawDocumentBuf;

use super::{Change, Outcome, effects, write};
use crate::{call::RawCall, error::Error, types::Id};

pub(super) async fn perform(call: &RawCall, change: &Change) -> Result<Outcome, Error> {
    change_one(call, call.id()?, change).await.map(Outcome::One)
}

/// Changes the living document of an id, and returns it as it is then.
pub(crate) async fn change_one(call: &RawCall, id: Id, change: &Change) -> Result<RawDocumentBuf, Error> {
    effects::run(call, |on, _| Box::pin(write::change_one(call, on, id, change))).await
}
