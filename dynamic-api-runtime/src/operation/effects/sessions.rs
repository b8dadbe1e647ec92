//! Sessions of users who were deleted, by themselves or with what they referred to, or whom a hook has given another password.

use super::{Written, fate::id_of};
use crate::{call::RawCall, server_fields::DELETED_AT, types::Id};

/// Ends the sessions of users who are no more, or have another password.
pub(super) async fn end(call: &RawCall, written: impl Iterator<Item = &Written>) {
    let Some(accounts) = &call.resource.accounts else { return };
    let password = accounts.password_field();
    let is_over = |one: &&Written| {
        one.entity.collection == accounts.entity().collection && (is_gone(one) || has_another(password, one))
    };
    let over = written.filter(is_over).filter_map(|one| one.before.as_ref());
    let users: Vec<Id> = over.filter_map(|before| id_of(before)).map(Id::from).collect();
    if users.is_empty() {
        return;
    }
    if let Err(error) = accounts.end_sessions_of(&users).await {
        tracing::error!(%error, ?users, "sessions that were to end with their users go on");
    }
}

fn is_gone(written: &Written) -> bool {
    let is_deleted = |after: &bson::RawDocumentBuf| after.get_datetime(DELETED_AT).is_ok();
    written.after.as_ref().is_none_or(is_deleted)
}

/// Whether a save has given a user another password. Where a client sent it, the pipeline ends the sessions as well.
fn has_another(password: &str, written: &Written) -> bool {
    let (Some(before), Some(after)) = (&written.before, &written.after) else { return false };
    written.kind.saves() && before.get_str(password).ok() != after.get_str(password).ok()
}
