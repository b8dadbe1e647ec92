//! Changed members of one document; the others stay as they are.

use super::{Change, Outcome, write::change_one};
use crate::{call::RawCall, error::Error};

pub(super) async fn perform(call: &RawCall, change: &Change) -> Result<Outcome, Error> {
    change_one(call, &*call.resource.store, call.id()?, change).await.map(Outcome::One)
}
