//! The one road of every call, whatever it came in by: what did the client send, what does it do, what does the client see. It
//! knows no transport and no store's dialect.

mod batch;
mod custom;
mod decode;
mod ending;
mod seal;
mod show;

pub(crate) use self::{
    custom::run as custom,
    decode::{DecodeMembers, Decoded, Items},
};
use std::time::Duration;

use crate::{
    auth,
    call::{RawCall, RawReply},
    context::CallContext,
    entity::Entity,
    error::Error,
    operation::{self, Deleted, Outcome, ParseAggregation},
    pipeline::{decode::DecodePatch, ending::Ending},
    policy::Policy,
    present::{Present, present, view},
    shape::{
        CreateBody, DeletePresenter, ListQuery, OwnFilter, PresentDeleted, Presenter, UpdateBody,
        present_deleted,
    },
    validate,
};

/// What of a route depends on its types: how its input is read, and how its result is shown. Everything else runs once for all
/// entities.
#[derive(Clone, Copy)]
pub(crate) struct Codec {
    /// How a document to store is read.
    pub(crate) create: Option<DecodeMembers>,
    /// How changes to one are read.
    pub(crate) update: Option<(DecodeMembers, DecodePatch)>,
    /// How the members of a list's query are read, where it has a type of its own.
    pub(crate) list: Option<OwnFilter>,
    /// How an aggregate's query is read.
    pub(crate) aggregate: Option<ParseAggregation>,
    pub(crate) present: Present,
    pub(crate) deleted: PresentDeleted,
}

impl Codec {
    /// Of a route without a body, whose documents are shown by `P`.
    pub(crate) const fn output<E: Entity, P: Presenter<E>>() -> Self {
        Self { present: present::<E, P>, ..Self::plain::<E>() }
    }

    /// Of a route of which nothing has a type of its own.
    pub(crate) const fn plain<E: Entity>() -> Self {
        Self {
            create: None,
            update: None,
            list: None,
            aggregate: None,
            present: view::<E>,
            deleted: present_deleted::<E, Deleted>,
        }
    }

    pub(crate) const fn deletes<E: Entity, D: DeletePresenter<E>>() -> Self {
        Self { deleted: present_deleted::<E, D>, ..Self::plain::<E>() }
    }

    pub(crate) const fn aggregates<E: Entity>(parse: ParseAggregation) -> Self {
        Self { aggregate: Some(parse), ..Self::plain::<E>() }
    }

    pub(crate) const fn creates<E: Entity, B: CreateBody<E>>(self) -> Self {
        Self { create: Some(B::decode), ..self }
    }

    pub(crate) const fn updates<E: Entity, B: UpdateBody<E>>(self) -> Self {
        Self { update: Some((B::decode, B::patch)), ..self }
    }

    pub(crate) const fn lists<E: Entity, Q: ListQuery<E>>(self) -> Self {
        Self { list: Q::OWN, ..self }
    }
}

/// Takes a call to its reply.
pub(crate) async fn run(mut call: RawCall, codec: Codec) -> Result<RawReply, Error> {
    admit(&mut call).await?;
    let context = CallContext::new(&call);
    let work = async {
        let input = validate::exist(&call, decode::decode(&call, &codec, context)?).await?;
        let ending = Ending::of(&call, &input);
        let input = seal::seal(&call, input).await?;
        let outcome = operation::perform(&call, &codec, input).await?;
        if let Some(ending) = ending {
            ending.done(&outcome).await;
        }
        Ok(outcome)
    };
    answer(&call, &codec, work).await
}

/// Does the work of a call and shows what came of it. What was done is told, however long the doing took: each of the two has the time
/// of a call.
async fn answer(
    call: &RawCall,
    codec: &Codec,
    work: impl Future<Output = Result<Outcome, Error>>,
) -> Result<RawReply, Error> {
    let (time, context) = (call.resource.limits.call_time, CallContext::new(call));
    let outcome = within(time, work).await.map_err(|error| context.told(error))?;
    within(time, show::show(call, codec, context, outcome)).await.map_err(|error| context.told(error))
}

/// Takes a call of an account route to its reply.
pub(crate) async fn account(mut call: RawCall) -> Result<RawReply, Error> {
    call.resource = call.resource.seen_by(call.principal.user());
    let done = within(call.resource.limits.call_time, auth::perform(&call)).await;
    done.map_err(|error| CallContext::new(&call).told(error))
}

/// Makes of a call what its caller may make: whether it may be made at all, what the caller sees of the entity, and what the policies
/// come to.
async fn admit(call: &mut RawCall) -> Result<(), Error> {
    let asked = within(call.resource.limits.call_time, call.route.policy.admit(call)).await;
    let admitted = asked.and_then(|()| {
        call.resource = call.resource.seen_by(call.principal.user());
        call.policy = Policy::of(call, &call.route.policy, call.route.kind).map_err(Error::Forbidden)?;
        Ok(())
    });
    admitted.map_err(|error| CallContext::new(call).told(error))
}

/// Ends work that takes too long, so that a frozen database is a 503 and no call that never ends.
async fn within<T>(time: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(time, work).await.unwrap_or(Err(Error::Unavailable))
}
