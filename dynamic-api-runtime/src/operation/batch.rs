//! Creates, changes, replacements and deletions of one entity in one call: all of them or none, or each for itself.

use bson::RawDocumentBuf;
use tokio::time::{Instant, timeout_at};

use super::{
    Change, Outcome, change::change_one, create_one::create, delete_one::delete, replace_one::replace,
};
use crate::{
    call::RawCall,
    context::CallContext,
    entrance::cause,
    error::Error,
    pipeline::Items,
    store::{Collections, Conflicting, transact},
    types::Id,
};

/// How much of a call's time its items have; the rest is for telling.
const SHARE: f64 = 0.8;

/// What one item of a batch is to do; ids are as the client wrote them.
pub(crate) enum BatchItem {
    Create(RawDocumentBuf),
    Update(String, Box<Change>),
    Replace(String, RawDocumentBuf),
    Delete(String),
}

/// What one item of a batch did.
pub(crate) enum Done {
    Created(RawDocumentBuf),
    Changed(RawDocumentBuf),
    Deleted(u64),
}

pub(super) async fn perform(call: &RawCall, items: Items) -> Result<Outcome, Error> {
    let done = match items {
        Items::Atomic(items) => together(call, &items).await?.into_iter().map(Ok).collect(),
        Items::Each(items) => each(call, items).await,
    };
    Ok(Outcome::Batch(done))
}

async fn together(call: &RawCall, items: &[BatchItem]) -> Result<Vec<Done>, Error> {
    transact(&*call.resource.store, |transaction, _| {
        Box::pin(async move {
            let mut done = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let outcome = item.perform(call, transaction).await;
                done.push(outcome.map_err(|error| of_item(call, index, error))?);
            }
            Ok(done)
        })
    })
    .await
}

/// The error of the call that an item's is. A conflict stays what it is, so that the transaction is tried again.
fn of_item(call: &RawCall, index: usize, error: Error) -> Error {
    if error.is_conflict() {
        return error;
    }
    Error::Item { index, error: Box::new(error.of_entity(call.resource.meta)) }
}

/// Does each item for itself. Those that the time of the call does not suffice for end by themselves, so that the client hears of
/// all the others.
async fn each(call: &RawCall, items: Vec<Result<BatchItem, Error>>) -> Vec<Result<Done, Error>> {
    let until = Instant::now() + call.resource.limits.call_time.mul_f64(SHARE);
    let mut done = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let outcome = match item {
            Ok(_) if Instant::now() >= until => Err(Error::Unavailable),
            Ok(item) => {
                let work = item.perform(call, &*call.resource.store);
                timeout_at(until, work).await.unwrap_or(Err(Error::Unavailable))
            }
            Err(error) => Err(error),
        };
        let outcome = outcome.map_err(|error| CallContext::new(call).told(error));
        if let Err(error) = &outcome {
            log(call, index, error);
        }
        done.push(outcome);
    }
    done
}

/// Logs what a client is told nothing of: the call itself succeeds, so that nobody else does.
fn log(call: &RawCall, index: usize, error: &Error) {
    if error.status() == 500 {
        let entity = call.resource.meta.name;
        tracing::error!(entity, index, error = cause(error), "an item of a batch failed");
    }
}

impl BatchItem {
    async fn perform<C>(&self, call: &RawCall, on: &C) -> Result<Done, Error>
    where
        C: Collections + ?Sized,
    {
        let parse = |id: &str| id.parse::<Id>().map_err(|_| Error::EntityNotFound(call.resource.meta.name));
        match self {
            Self::Create(members) => {
                create(call, on, members).await.map(|(_, document)| Done::Created(document))
            }
            Self::Update(id, change) => {
                let changed = change_one(call, on, parse(id)?, change).await;
                changed.map(Done::Changed).map_err(|error| error.below("/update"))
            }
            Self::Replace(id, members) => {
                let replaced = replace(call, on, &call.one(parse(id)?), members).await;
                let replaced = replaced.map_err(|error| error.below("/replace"))?;
                replaced.map(Done::Changed).ok_or(Error::DocumentNotFound)
            }
            // A malformed id is one of no document, and a deletion of none is no error.
            Self::Delete(id) => match parse(id) {
                Ok(id) => delete(call, on, id).await.map(Done::Deleted),
                Err(_) => Ok(Done::Deleted(0)),
            },
        }
    }
}
