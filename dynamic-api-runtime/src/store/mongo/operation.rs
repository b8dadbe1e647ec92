//! One command per operation, outside and inside a driver session. It knows neither the store nor what a transaction is.

use std::time::Duration;

use bson::{Document, RawDocumentBuf};
use mongodb::{
    ClientSession, Collection, Cursor, Database, SessionCursor,
    error::Error as Failure,
    options::{Hint, ReturnDocument},
};

use super::{
    compile, duplicate,
    error::{DUPLICATE_KEY, code, from_driver},
    update_each,
    walk::{Bound, Range, Walk},
};
use crate::{
    query::{Filter, Find, Projection, Replacement, Update},
    store::{StoreError, StoreResult, Write, Written, rows::Rows},
};

/// The size no document may exceed, checked here since the driver's own refusal is only a text.
const MAX_DOCUMENT: usize = 16 * 1024 * 1024;
/// How much longer the caller waits than the server works, so that the server's own answer arrives where it is alive.
const GRACE: Duration = Duration::from_secs(1);

/// A collection, the session that its commands run in where there is a transaction, and how long they may take.
pub(super) struct Target<'s> {
    database: &'s Database,
    collection: Collection<RawDocumentBuf>,
    session: Option<&'s mut ClientSession>,
    answer_limit: Duration,
}

/// Runs an action of the driver in the target's session, if it has one.
macro_rules! command {
    ($target:ident, $action:expr) => {{
        let action = $action;
        let limit = $target.answer_limit;
        let name = $target.collection.name();
        match $target.session {
            Some(session) => answer(name, limit, action.session(session)).await,
            None => answer(name, limit, action).await,
        }
    }};
}

impl<'s> Target<'s> {
    pub(super) fn new(
        database: &'s Database,
        collection: &str,
        session: Option<&'s mut ClientSession>,
        answer_limit: Duration,
    ) -> Self {
        Self { database, collection: database.collection(collection), session, answer_limit }
    }

    pub(super) async fn find(self, find: &Find) -> StoreResult<Vec<RawDocumentBuf>> {
        self.rows(find, compile::condition(find)?, None).await
    }

    /// [`Target::find`], as a walk.
    pub(super) async fn find_along(self, find: &Find, walk: Walk) -> StoreResult<Vec<RawDocumentBuf>> {
        self.rows(find, walk.filter, Some(walk.range)).await
    }

    async fn rows(
        self,
        find: &Find,
        condition: Document,
        range: Option<Range>,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        // To the server, a limit of 0 is none.
        if find.limit == Some(0) {
            return Ok(Vec::new());
        }
        let time_limit = find.time_limit.unwrap_or(self.answer_limit);
        let collection = &self.collection;
        let mut action =
            collection.find(condition).batch_size(one_batch(find.limit)).max_time(told(time_limit));
        // What says nothing is left out, so that the commonest command is the smallest.
        if !find.sort.0.is_empty() {
            action = action.sort(compile::sort(&find.sort));
        }
        if find.skip > 0 {
            action = action.skip(find.skip);
        }
        if let Some(limit) = find.limit {
            action = action.limit(i64::try_from(limit).unwrap_or(i64::MAX));
        }
        if let Some(projection) = compile::projection(&find.projection) {
            action = action.projection(projection);
        }
        if let Some(range) = range {
            action = action.hint(Hint::Name(range.index));
            action = match range.bound {
                Bound::From(place) => action.min(place),
                Bound::Before(place) => action.max(place),
            };
        }
        let rows = async {
            match self.session {
                Some(session) => {
                    drain_in(action.session(&mut *session).await?, session, find.byte_limit).await
                }
                None => drain(action.await?, find.byte_limit).await,
            }
        };
        answer(collection.name(), time_limit + GRACE, rows).await?.ok_or(StoreError::ReadTooLarge)
    }

    pub(super) async fn aggregate(
        self,
        pipeline: &[Document],
        time_limit: Option<Duration>,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        let time_limit = time_limit.unwrap_or(self.answer_limit);
        let collection = &self.collection;
        let action = collection
            .aggregate(pipeline.iter().cloned())
            .with_type::<RawDocumentBuf>()
            .batch_size(one_batch(None))
            .max_time(told(time_limit));
        let rows = async {
            match self.session {
                Some(session) => drain_in(action.session(&mut *session).await?, session, None).await,
                None => drain(action.await?, None).await,
            }
        };
        answer(collection.name(), time_limit + GRACE, rows).await?.ok_or(StoreError::ReadTooLarge)
    }

    pub(super) async fn count(mut self, filter: &Filter, time_limit: Option<Duration>) -> StoreResult<u64> {
        let filter = compile::filter(filter)?;
        let time_limit = time_limit.unwrap_or(self.answer_limit);
        self.answer_limit = time_limit + GRACE;
        command!(self, self.collection.count_documents(filter).max_time(told(time_limit)))
    }

    pub(super) async fn write(self, write: Write<'_>) -> StoreResult<Written> {
        match write {
            Write::Insert(documents) => self.insert(documents).await.map(|()| Written::Done),
            Write::UpdateOne(filter, update) => self.update_one(filter, update).await.map(Written::Document),
            Write::UpdateMany(filter, update) => self.update_many(filter, update).await.map(Written::Count),
            Write::UpdateEach(changes) => self.update_each(changes).await.map(Written::Count),
            Write::ReplaceOne(filter, replacement) => {
                self.replace_one(filter, replacement).await.map(Written::Document)
            }
            Write::DeleteOne(filter) => self.delete_one(filter).await.map(Written::Count),
            Write::DeleteMany(filter) => self.delete_many(filter).await.map(Written::Count),
        }
    }

    pub(super) async fn insert(self, documents: &[RawDocumentBuf]) -> StoreResult<()> {
        check_sizes(documents)?;
        let name = self.collection.name();
        let outcome = match (documents, self.session) {
            ([], _) => return Ok(()),
            ([one], Some(session)) => {
                wait(self.answer_limit, self.collection.insert_one(one).session(session)).await?.map(drop)
            }
            ([one], None) => wait(self.answer_limit, self.collection.insert_one(one)).await?.map(drop),
            (many, Some(session)) => {
                wait(self.answer_limit, self.collection.insert_many(many).session(session)).await?.map(drop)
            }
            (many, None) => wait(self.answer_limit, self.collection.insert_many(many)).await?.map(drop),
        };
        match outcome {
            Err(error) if code(&error) == Some(DUPLICATE_KEY) => {
                Err(duplicate::of_insert(self.database, name, documents, &error).await)
            }
            outcome => outcome.map_err(|error| from_driver(name, error)),
        }
    }

    pub(super) async fn update_one(
        self,
        filter: &Filter,
        update: &Update,
    ) -> StoreResult<Option<RawDocumentBuf>> {
        let operators = compile::update(update)?;
        if operators.is_empty() {
            let first = Find { projection: Projection::All, ..Find::new(filter.clone()).limit(1) };
            return Ok(self.find(&first).await?.pop());
        }
        let filter = compile::filter(filter)?;
        command!(
            self,
            self.collection.find_one_and_update(filter, operators).return_document(ReturnDocument::After)
        )
    }

    pub(super) async fn update_many(self, filter: &Filter, update: &Update) -> StoreResult<u64> {
        let operators = compile::update(update)?;
        if operators.is_empty() {
            return self.count(filter, None).await;
        }
        let filter = compile::filter(filter)?;
        command!(self, self.collection.update_many(filter, operators)).map(|done| done.matched_count)
    }

    pub(super) async fn update_each(mut self, changes: &[(Filter, Update)]) -> StoreResult<u64> {
        let name = self.collection.name();
        // A command in a transaction has the write concern of its commit.
        let write_concern = self.session.is_none().then(|| self.database.write_concern()).flatten();
        let mut matched = 0;
        for command in update_each::commands(name, changes, write_concern)? {
            let action = self.database.run_raw_command(command);
            let reply = match &mut self.session {
                Some(session) => answer(name, self.answer_limit, action.session(&mut **session)).await?,
                None => answer(name, self.answer_limit, action).await?,
            };
            matched += update_each::matched(name, &reply)?;
        }
        Ok(matched)
    }

    pub(super) async fn replace_one(
        self,
        filter: &Filter,
        replacement: &Replacement,
    ) -> StoreResult<Option<RawDocumentBuf>> {
        check_sizes(std::slice::from_ref(&replacement.document))?;
        let filter = compile::filter(filter)?;
        let pipeline = compile::replacement(replacement)?;
        command!(
            self,
            self.collection.find_one_and_update(filter, pipeline).return_document(ReturnDocument::After)
        )
    }

    pub(super) async fn delete_one(self, filter: &Filter) -> StoreResult<u64> {
        let filter = compile::filter(filter)?;
        command!(self, self.collection.delete_one(filter)).map(|done| done.deleted_count)
    }

    pub(super) async fn delete_many(self, filter: &Filter) -> StoreResult<u64> {
        let filter = compile::filter(filter)?;
        command!(self, self.collection.delete_many(filter)).map(|done| done.deleted_count)
    }

    /// Stores `document` in the place of the one that satisfies `filter`, which has the same `_id`, and returns whether there
    /// was one.
    pub(super) async fn put_back(self, filter: &Filter, document: &RawDocumentBuf) -> StoreResult<bool> {
        let filter = compile::filter(filter)?;
        command!(self, self.collection.replace_one(filter, document)).map(|done| done.matched_count > 0)
    }
}

/// A time limit as the server is told it, in milliseconds: none of them would be no limit.
fn told(limit: Duration) -> Duration {
    limit.max(Duration::from_millis(1))
}

/// Waits for a command, and not longer than `limit`: a server that accepted a command and froze never answers.
pub(super) async fn wait<T>(
    limit: Duration,
    command: impl IntoFuture<Output = Result<T, Failure>>,
) -> StoreResult<Result<T, Failure>> {
    tokio::time::timeout(limit, command)
        .await
        .map_err(|_| StoreError::Unavailable(format!("MongoDB did not answer within {limit:?}").into()))
}

/// [`wait`], with the store's errors.
async fn answer<T>(
    collection: &str,
    limit: Duration,
    command: impl IntoFuture<Output = Result<T, Failure>>,
) -> StoreResult<T> {
    wait(limit, command).await?.map_err(|error| from_driver(collection, error))
}

/// A first batch that holds all there is, so that a list is one round trip. The server ends a batch at 16 MiB anyway.
fn one_batch(limit: Option<u64>) -> u32 {
    let largest = i32::MAX.unsigned_abs() - 1;
    limit.map_or(largest, |limit| u32::try_from(limit).map_or(largest, |limit| limit.min(largest)))
}

/// What a cursor yields; `None` where that is more bytes than wanted.
async fn drain(
    mut cursor: Cursor<RawDocumentBuf>,
    byte_limit: Option<usize>,
) -> Result<Option<Vec<RawDocumentBuf>>, Failure> {
    let mut rows = Rows::within(byte_limit);
    while cursor.advance().await? {
        if !rows.push(cursor.current().to_owned()) {
            return Ok(None);
        }
    }
    Ok(Some(rows.into_inner()))
}

async fn drain_in(
    mut cursor: SessionCursor<RawDocumentBuf>,
    session: &mut ClientSession,
    byte_limit: Option<usize>,
) -> Result<Option<Vec<RawDocumentBuf>>, Failure> {
    let mut rows = Rows::within(byte_limit);
    while cursor.advance(session).await? {
        if !rows.push(cursor.current().to_owned()) {
            return Ok(None);
        }
    }
    Ok(Some(rows.into_inner()))
}

fn check_sizes(documents: &[RawDocumentBuf]) -> StoreResult<()> {
    match documents.iter().map(|document| document.as_bytes().len()).find(|size| *size > MAX_DOCUMENT) {
        Some(size) => {
            Err(StoreError::TooLarge(format!("a document of {size} bytes, of at most {MAX_DOCUMENT}")))
        }
        None => Ok(()),
    }
}
