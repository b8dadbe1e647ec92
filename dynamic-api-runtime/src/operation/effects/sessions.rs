//! Sessions of users who were deleted, by themselves or with what they referred to.

use super::{Written, fate::id_of};
use crate::{call::RawCall, server_fields::DELETED_AT, types::Id};

/// Ends the sessions of users who are no more.
pub(super) async fn end(call: &RawCall, written: impl Iterator<Item = &Written>) {
    let Some(accounts) = &call.resource.accounts else { return };
    let is_gone = |one: &&Written| {
        let is_deleted = |after: &bson::RawDocumentBuf| after.get_datetime(DELETED_AT).is_ok();
        one.entity.collection == accounts.entity().collection && one.after.as_ref().is_none_or(is_deleted)
    };
    let gone = written.filter(is_gone).filter_map(|one| one.before.as_ref());
    let users: Vec<Id> = gone.filter_map(|before| id_of(before)).map(Id::from).collect();
    if users.is_empty() {
        return;
    }
    if let Err(error) = accounts.end_sessions_of(&users).await {
        tracing::error!(%error, ?users, "sessions that were to end with their users go on");
    }
}
