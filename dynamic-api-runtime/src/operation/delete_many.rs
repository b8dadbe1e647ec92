//! Several documents deleted. A malformed id makes the whole call delete nothing.

use super::{Outcome, delete_one::delete};
use crate::{call::RawCall, error::Error};

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    match call.ids() {
        Ok(ids) => delete(call, &call.any(&ids)).await,
        Err(Error::EntityNotFound(_)) => Ok(Outcome::Deleted(0)),
        Err(error) => Err(error),
    }
}
