//! Several deleted documents brought back, all of them or none.

use super::{Outcome, update_many::write_all, write::Deed};
use crate::{call::RawCall, document::restoration, error::Error};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let ids = call.ids()?;
    write_all(call, &ids, &call.deleted(&ids), Deed::Mark(&restoration())).await.map(Outcome::Many)
}
