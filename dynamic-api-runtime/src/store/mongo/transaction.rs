//! A transaction of the server's own, in a driver session. It knows no operation; they run in its session.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bson::{Document, RawDocumentBuf};
use mongodb::{
    ClientSession,
    error::Error as Failure,
    options::{Acknowledgment, ReadPreference, SelectionCriteria, WriteConcern},
};
use tokio::sync::Mutex;

use super::{
    client::MongoStore,
    error::{from_driver, is_unknown_commit},
    operation::Target,
};
use crate::{
    query::{Filter, Find},
    store::{BoxFuture, Collections, StoreError, StoreResult, Transaction, Write, Written},
};

/// How often a commit whose answer was lost is sent again; it takes effect at most once.
const COMMIT_ATTEMPTS: u32 = 3;
/// How long an abort is waited for. Waited for, since the same work may be tried again at once; not longer, since the session
/// aborts as well when it is dropped, and the server what it hears no more of.
const ABORT_LIMIT: Duration = Duration::from_secs(1);

/// A multi-document transaction. Two transactions that write one document conflict; a document that was only read does not,
/// so a decision on a copy belongs into the filter of the write ([`Filter::Same`]). The session aborts when it is dropped.
pub(super) struct MongoTransaction {
    store: MongoStore,
    session: Mutex<ClientSession>,
    /// The server did not answer one of its commands.
    is_lost: AtomicBool,
    /// The server has refused one of its writes, and given it up with that.
    has_failed: AtomicBool,
}

impl MongoTransaction {
    pub(super) async fn start(store: &MongoStore) -> StoreResult<Self> {
        let session = async {
            let mut session = store.client().start_session().await?;
            session
                .start_transaction()
                .write_concern(WriteConcern::builder().w(Acknowledgment::Majority).build())
                .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
                .await?;
            Ok(session)
        };
        let session = session.await.map_err(|error: Failure| from_driver("*", error))?;
        Ok(Self {
            store: store.clone(),
            session: Mutex::new(session),
            is_lost: AtomicBool::default(),
            has_failed: AtomicBool::default(),
        })
    }

    fn target<'s>(&'s self, collection: &str, session: &'s mut ClientSession) -> Target<'s> {
        Target::new(self.store.database(), collection, Some(session), self.store.answer_limit())
    }

    /// Whether the server still goes on with it.
    ///
    /// # Errors
    /// Where it does not: that its next command meets no transaction would look like a conflict, as if it could be tried again.
    fn check(&self) -> StoreResult<()> {
        if self.has_failed.load(Ordering::Relaxed) {
            Err(StoreError::of_failed_transaction())
        } else {
            Ok(())
        }
    }

    /// Remembers whether the server answered.
    async fn noting<T>(&self, command: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
        self.check()?;
        let outcome = command.await;
        if matches!(outcome, Err(StoreError::Unavailable(_))) {
            self.is_lost.store(true, Ordering::Relaxed);
        }
        outcome
    }
}

async fn commit(mut session: ClientSession, store: MongoStore) -> StoreResult<()> {
    let limit = store.answer_limit();
    let committed = tokio::time::timeout(limit, async {
        let mut attempt = 1;
        loop {
            match session.commit_transaction().await {
                Err(error) if is_unknown_commit(&error) && attempt < COMMIT_ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
        }
    });
    match committed.await {
        Ok(outcome) => outcome.map_err(|error| from_driver("*", error)),
        Err(_) => {
            Err(StoreError::Unavailable(format!("MongoDB did not answer a commit within {limit:?}").into()))
        }
    }
}

/// An abort that does not reach the server is no failure: nothing of the transaction can be committed any more.
async fn abort(mut session: ClientSession) {
    match tokio::time::timeout(ABORT_LIMIT, session.abort_transaction()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(error = %error.kind, "an abort was not answered"),
        Err(_) => tracing::debug!("an abort was not answered in time"),
    }
}

impl Transaction for MongoTransaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>> {
        Box::pin(async move {
            self.check()?;
            commit(self.session.into_inner(), self.store).await
        })
    }

    fn abort(self: Box<Self>) -> BoxFuture<'static, StoreResult<()>> {
        Box::pin(async move {
            // A server that did not answer the last command would not answer this one either. Dropped, the session aborts behind
            // the caller's back.
            if !self.is_lost.into_inner() {
                abort(self.session.into_inner()).await;
            }
            Ok(())
        })
    }
}

impl Collections for MongoTransaction {
    fn find<'a>(
        &'a self,
        collection: &'a str,
        find: &'a Find,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(
            self.noting(
                async move { self.target(collection, &mut *self.session.lock().await).find(find).await },
            ),
        )
    }

    fn count_within<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<u64>> {
        Box::pin(self.noting(async move {
            self.target(collection, &mut *self.session.lock().await).count(filter, time_limit).await
        }))
    }

    fn aggregate_within<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(self.noting(async move {
            self.target(collection, &mut *self.session.lock().await).aggregate(pipeline, time_limit).await
        }))
    }

    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>> {
        Box::pin(self.noting(async move {
            write.check()?;
            let written = self.target(collection, &mut *self.session.lock().await).write(write).await;
            let is_refused = matches!(&written, Err(error) if !matches!(error, StoreError::Conflict | StoreError::Unavailable(_)));
            self.has_failed.fetch_or(is_refused, Ordering::Relaxed);
            written
        }))
    }
}
