//! What the routes do, one file per kind, free of transports: the typed functions that generated handlers call, and the work
//! behind them, which runs once for all entities.

mod aggregate;
mod audit;
mod batch;
mod change;
mod create_many;
mod create_one;
mod custom;
mod delete_many;
mod delete_one;
mod duplicate_many;
mod duplicate_one;
mod effects;
mod get_many;
mod get_one;
mod hooked;
mod make;
mod purge_one;
mod replace_one;
mod restore_many;
mod restore_one;
mod target;
mod update_many;
mod update_one;
mod upsert_one;
mod view_rule;
mod write;

use bson::RawDocumentBuf;

pub(crate) use self::{
    aggregate::ParseAggregation,
    batch::{BatchItem, Done},
    change::Change,
    create_one::insert,
    update_one::{change_one, update_where},
    write::Attempts,
};
pub use self::{
    aggregate::{AggregatePresenter, AggregateQuery, Page, Rows, aggregate},
    audit::{AuditEntry, Snapshot, audit},
    custom::{CustomCall, CustomHandler, CustomOutcome, CustomTargets, Json, custom},
};
use crate::{
    call::{Answer, Call, PageMeta, RawCall, RouteKind},
    entity::Entity,
    error::Error,
    pipeline::{self, Codec, Decoded},
    query::Selection,
    shape::{CreateBody, DeletePresenter, ListQuery, Presenter, UpdateBody},
    types::Id,
};

/// What a delete answers: `{deletedCount}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// How many documents are gone that were there.
    pub deleted_count: u64,
}

/// What an operation came to, before it is presented.
pub(crate) enum Outcome {
    One(RawDocumentBuf),
    Created(Id, RawDocumentBuf),
    Many(Vec<RawDocumentBuf>),
    CreatedMany(Vec<RawDocumentBuf>),
    /// One document, of which the client may want a part or more.
    Read(RawDocumentBuf, Selection),
    /// A page of a list, likewise.
    Page(Vec<RawDocumentBuf>, PageMeta, Selection),
    Deleted(u64),
    /// There is nothing to tell.
    Nothing,
    /// What an aggregate's presenter or a custom route made, as JSON.
    Aggregated(Vec<u8>),
    /// A page of an audit, as JSON.
    Audited(Vec<u8>, PageMeta),
    Batch(Vec<Result<Done, Error>>),
}

/// Does what the call's route does.
pub(crate) async fn perform(call: &RawCall, codec: &Codec, input: Decoded) -> Result<Outcome, Error> {
    match (call.route.kind, input) {
        (RouteKind::GetMany, _) => get_many::perform(call, codec.list).await,
        (RouteKind::GetOne, _) => get_one::perform(call).await,
        (RouteKind::CreateOne, Decoded::One(members)) => create_one::perform(call, &members).await,
        (RouteKind::CreateMany, Decoded::Many(items)) => create_many::perform(call, &items).await,
        (RouteKind::UpdateOne, Decoded::Change(change)) => update_one::perform(call, &change).await,
        (RouteKind::UpdateMany, Decoded::Change(change)) => update_many::perform(call, &change).await,
        (RouteKind::ReplaceOne, Decoded::One(members)) => replace_one::perform(call, &members).await,
        (RouteKind::UpsertOne, Decoded::One(members)) => upsert_one::perform(call, &members).await,
        (RouteKind::DuplicateOne, input) => duplicate_one::perform(call, &input.into_overrides()).await,
        (RouteKind::DuplicateMany, input) => duplicate_many::perform(call, &input.into_overrides()).await,
        (RouteKind::DeleteOne, _) => delete_one::perform(call).await,
        (RouteKind::DeleteMany, _) => delete_many::perform(call).await,
        (RouteKind::RestoreOne, _) => restore_one::perform(call).await,
        (RouteKind::RestoreMany, _) => restore_many::perform(call).await,
        (RouteKind::PurgeOne, _) => purge_one::perform(call).await,
        (RouteKind::Batch, Decoded::Batch(items)) => batch::perform(call, items).await,
        (RouteKind::Audit, _) => audit::perform(call).await,
        (RouteKind::Aggregate, _) => aggregate::perform(call, codec.aggregate).await,
        (kind, _) => Err(Error::internal(format!("{} has no such input", kind.name()))),
    }
}

impl Decoded {
    /// What a copy is to have instead of the original's members.
    fn into_overrides(self) -> RawDocumentBuf {
        match self {
            Self::One(members) => members,
            _ => RawDocumentBuf::new(),
        }
    }
}

/// The typed functions that generated handlers call. Each only names the types; what is done is done once for all of them.
macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty;)*) => {
        $($(#[$doc])*
        pub fn $name<E: Entity, P: Presenter<E>>(call: Call<E>) -> Answer<$answer> {
            Answer::new(pipeline::run(call.into_raw(), Codec::output::<E, P>()))
        })*
    };
}

macro_rules! creating {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty;)*) => {
        $($(#[$doc])*
        pub fn $name<E: Entity, B: CreateBody<E>, P: Presenter<E>>(call: Call<E, B>) -> Answer<$answer> {
            Answer::new(pipeline::run(call.into_raw(), Codec::output::<E, P>().creates::<E, B>()))
        })*
    };
}

macro_rules! updating {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty;)*) => {
        $($(#[$doc])*
        pub fn $name<E: Entity, B: UpdateBody<E>, P: Presenter<E>>(call: Call<E, B>) -> Answer<$answer> {
            Answer::new(pipeline::run(call.into_raw(), Codec::output::<E, P>().updates::<E, B>()))
        })*
    };
}

macro_rules! deleting {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        pub fn $name<E: Entity, D: DeletePresenter<E>>(call: Call<E>) -> Answer<D> {
            Answer::new(pipeline::run(call.into_raw(), Codec::deletes::<E, D>()))
        })*
    };
}

handlers! {
    /// One document, by its id.
    get_one -> P;
    /// One deleted document, brought back.
    restore_one -> P;
    /// Several deleted documents, brought back, all of them or none.
    restore_many -> Vec<P>;
}

creating! {
    /// Stores a new document.
    create_one -> P;
    /// Stores new documents, all of them or none.
    create_many -> Vec<P>;
    /// Puts other members in the place of a document's.
    replace_one -> P;
    /// Puts other members in the place of those of the document with the same key, or stores a new one.
    upsert_one -> P;
}

updating! {
    /// Changes members of a document.
    update_one -> P;
    /// Changes the same members of several documents, of all of them or of none.
    update_many -> Vec<P>;
    /// Stores a copy of a document, with other values where the body has some.
    duplicate_one -> P;
    /// Stores copies of several documents, of all of them or of none.
    duplicate_many -> Vec<P>;
}

deleting! {
    /// Deletes a document.
    delete_one;
    /// Deletes several documents.
    delete_many;
    /// Removes a deleted document for good.
    purge_one;
}

/// A page of the entity's documents.
pub fn get_many<E: Entity, Q: ListQuery<E>, P: Presenter<E>>(call: Call<E, Q>) -> Answer<Vec<P>> {
    Answer::new(pipeline::run(call.into_raw(), Codec::output::<E, P>().lists::<E, Q>()))
}

/// Creates, changes, replaces and deletes documents in one call.
pub fn batch<E: Entity, P: Presenter<E>>(call: Call<E>) -> Answer<Vec<P>> {
    let codec = Codec::output::<E, P>().creates::<E, E::Create>().updates::<E, E::Update>();
    Answer::new(pipeline::run(call.into_raw(), codec))
}
