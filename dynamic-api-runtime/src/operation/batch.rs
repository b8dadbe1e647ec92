//! Creates, changes, replacements and deletions of one entity in one call: all of them or none, or each for itself.

use bson::RawDocumentBuf;
use tokio::time::{Instant, timeout_at};

use super::{
    Change, Outcome,
    create_one::create,
    delete_one::delete,
    effects::{self, Writes},
    replace_one::replace,
    write::change_one,
};
use crate::{
    call::{Body, Query, RawCall, RouteKind},
    context::CallContext,
    entrance::cause,
    error::{Denial, Error},
    pipeline::Items,
    policy::{Policy, RoutePolicy},
    store::Conflicting,
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
    let calls = &Calls::of(call, &items).await?;
    let done = match items {
        Items::Atomic(items) => together(call, calls, &items).await?.into_iter().map(Ok).collect(),
        Items::Each(items) => each(call, calls, items).await,
    };
    Ok(Outcome::Batch(done))
}

async fn together(call: &RawCall, calls: &Calls, items: &[BatchItem]) -> Result<Vec<Done>, Error> {
    effects::transacted(call, |on, _| {
        Box::pin(async move {
            let mut done = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let outcome = item.perform(calls, on).await;
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
async fn each(
    call: &RawCall,
    calls: &Calls,
    items: Vec<Result<BatchItem, Error>>,
) -> Vec<Result<Done, Error>> {
    let until = Instant::now() + call.resource.limits.call_time.mul_f64(SHARE);
    let mut done = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let outcome = match item {
            Ok(_) if Instant::now() >= until => Err(Error::Unavailable),
            Ok(item) => {
                let work = effects::run(call, |on, _| Box::pin(item.perform(calls, on)));
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

/// The call, as it stands for items of each kind that there are: each has the policy of its own.
struct Calls(Vec<(RouteKind, Result<RawCall, Denial>)>);

impl Calls {
    /// # Errors
    /// Where the caller may not call for some of the items at all.
    async fn of(call: &RawCall, items: &Items) -> Result<Self, Error> {
        let items: Vec<&BatchItem> = match items {
            Items::Atomic(items) => items.iter().collect(),
            Items::Each(items) => items.iter().flatten().collect(),
        };
        let mut calls: Vec<(RouteKind, Result<RawCall, Denial>)> = vec![];
        for kind in items.into_iter().map(BatchItem::kind) {
            if calls.iter().all(|(of, _)| *of != kind) {
                calls.push((kind, call.for_items(kind).await?));
            }
        }
        Ok(Self(calls))
    }

    fn of_kind(&self, kind: RouteKind) -> Result<&RawCall, Error> {
        let found = self.0.iter().find(|(of, _)| *of == kind);
        let (_, call) = found.ok_or_else(|| Error::internal("a batch holds no such items"))?;
        call.as_ref().map_err(|denial| Error::Forbidden(*denial))
    }
}

impl RawCall {
    /// The call as it stands for the items of a kind. What holds of a batch holds of each of them as well.
    async fn for_items(&self, kind: RouteKind) -> Result<Result<Self, Denial>, Error> {
        let own = self.route.items.iter().find(|(of, _)| *of == kind);
        let own = own.map_or(const { &RoutePolicy::new() }, |(_, policy)| policy);
        own.admit(self).await?;
        let policy = Policy::of(self, own, kind).map(|policy| policy.and(&self.policy));
        // It is about one document each time, and a copy of what was sent is of no use.
        let with = |policy| Self {
            policy,
            item: Some(kind),
            query: Query::None,
            body: Body::default(),
            ..self.clone()
        };
        Ok(policy.map(with))
    }
}

impl BatchItem {
    /// What it does, as a kind of route.
    fn kind(&self) -> RouteKind {
        match self {
            Self::Create(_) => RouteKind::CreateOne,
            Self::Update(..) => RouteKind::UpdateOne,
            Self::Replace(..) => RouteKind::ReplaceOne,
            Self::Delete(_) => RouteKind::DeleteOne,
        }
    }

    async fn perform(&self, calls: &Calls, on: &Writes<'_>) -> Result<Done, Error> {
        let call = calls.of_kind(self.kind())?;
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
