//! What happens around the writes of a call, where its route or entity has such things: all of it in the transaction of the write, or
//! after its commit. The operations say here what they wrote; they know nothing of what hangs on it.
//!
//! Where nothing hangs on a call's writes, they go to the store directly, in as few round trips as it has. Else each target is read
//! and permitted first, and written on condition that it still is what was read.

mod audit;
mod cascade;
mod fate;
mod hooks;
mod sessions;
mod sweep;
mod writes;

pub(super) use self::{
    audit::public,
    fate::Fate,
    hooks::{before_delete, before_save, stand_at},
    writes::{Writes, Written},
};
use tracing::Instrument;

use crate::{
    call::{RawCall, RouteKind},
    error::Error,
    store::{BoxFuture, Outlives, transact},
};

/// Does what a call does and what hangs on it: in one transaction where something does, else directly.
///
/// `work` may run again, as in [`transact`].
pub(super) async fn run<'a, T, F>(call: &'a RawCall, work: F) -> Result<T, Error>
where
    T: Send,
    F: for<'w> Fn(&'w Writes<'w>, Outlives<'w, 'a>) -> BoxFuture<'w, Result<T, Error>> + Send + Sync,
{
    if is_watched(call) {
        return transacted(call, work).await;
    }
    let writes = Writes::to(&*call.resource.store);
    work(&writes, Outlives::default()).await
}

/// Does what a call does in one transaction, and what hangs on it.
pub(super) async fn transacted<'a, T, F>(call: &'a RawCall, work: F) -> Result<T, Error>
where
    T: Send,
    F: for<'w> Fn(&'w Writes<'w>, Outlives<'w, 'a>) -> BoxFuture<'w, Result<T, Error>> + Send + Sync,
{
    let work = &work;
    let (done, written) = transact(&*call.resource.store, |transaction, _| {
        Box::pin(async move {
            let writes =
                if is_watched(call) { Writes::watched(transaction) } else { Writes::to(transaction) };
            let done = work(&writes, Outlives::default()).await?;
            let written = writes.into_written();
            audit::write(call, transaction, &written).await?;
            Ok::<_, Error>((done, written))
        })
    })
    .await?;
    if !written.is_empty() {
        // The time of the call may end here, and what follows a commit is not to end with it.
        let call = call.clone();
        let follows = async move { after(&call, &written).await };
        if let Err(error) = tokio::spawn(follows.in_current_span()).await {
            tracing::error!(%error, "what follows a write has failed");
        }
    }
    Ok(done)
}

/// Whether something hangs on the writes of a call.
pub(super) fn is_watched(call: &RawCall) -> bool {
    let (entity, kind) = (call.resource.meta, call.route.kind);
    (entity.audit.is_some() && !kind.is_read())
        || (may_delete(kind) && (!entity.cascades.is_empty() || is_of_users(call)))
        || stand_at(call)
}

/// Whether the documents are users, whose sessions end with them.
fn is_of_users(call: &RawCall) -> bool {
    let accounts = call.resource.accounts.as_ref();
    accounts.is_some_and(|accounts| accounts.entity().collection == call.resource.meta.collection)
}

/// Whether a route deletes documents, or brings them back.
fn may_delete(kind: RouteKind) -> bool {
    matches!(
        kind,
        RouteKind::DeleteOne
            | RouteKind::DeleteMany
            | RouteKind::PurgeOne
            | RouteKind::RestoreOne
            | RouteKind::RestoreMany
            | RouteKind::Batch
    )
}

/// What happens once a call's writes are there for good. Its failures are no failures of the call.
async fn after(call: &RawCall, written: &[Written]) {
    // At once, so that they are started even where the time of the call ends in what follows.
    hooks::start_after_saves(call, written);
    let late = sweep::sweep(call, written).await;
    hooks::start_after_saves(call, &late);
    sessions::end(call, written.iter().chain(&late)).await;
}
