//! What the routes do, one file per kind, free of transports: the typed functions that generated handlers call, and the work
//! behind them, which runs once for all entities.

mod aggregate;
mod create_many;
mod create_one;
mod delete_many;
mod delete_one;
mod duplicate_many;
mod duplicate_one;
mod get_many;
mod get_one;
mod replace_one;
mod target;
mod update_many;
mod update_one;

use bson::RawDocumentBuf;

pub use self::aggregate::{AggregatePresenter, AggregateQuery, Page, Rows, aggregate};
use crate::{
    call::{Answer, Call, PageMeta, RawCall, RouteKind},
    entity::Entity,
    error::Error,
    input::Input,
    pipeline::{self, Codec, Decoded},
    present::View,
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
    Page(Vec<RawDocumentBuf>, PageMeta),
    Deleted(u64),
}

/// Does what the call's route does.
pub(crate) async fn perform(call: &RawCall, input: Decoded) -> Result<Outcome, Error> {
    match (call.route.kind, input) {
        (RouteKind::GetMany, _) => get_many::perform(call).await,
        (RouteKind::GetOne, _) => get_one::perform(call).await,
        (RouteKind::CreateOne, Decoded::One(members)) => create_one::perform(call, &members).await,
        (RouteKind::CreateMany, Decoded::Many(items)) => create_many::perform(call, &items).await,
        (RouteKind::UpdateOne, Decoded::One(members)) => update_one::perform(call, &members).await,
        (RouteKind::UpdateMany, Decoded::One(members)) => update_many::perform(call, &members).await,
        (RouteKind::ReplaceOne, Decoded::One(members)) => replace_one::perform(call, &members).await,
        (RouteKind::DuplicateOne, input) => duplicate_one::perform(call, &input.into_overrides()).await,
        (RouteKind::DuplicateMany, input) => duplicate_many::perform(call, &input.into_overrides()).await,
        (RouteKind::DeleteOne, _) => delete_one::perform(call).await,
        (RouteKind::DeleteMany, _) => delete_many::perform(call).await,
        (kind, _) => Err(Error::internal(format!("{} has no such input", kind.name()))),
    }
}

impl Decoded {
    /// What a copy is to have instead of the original's members.
    fn into_overrides(self) -> RawDocumentBuf {
        match self {
            Self::One(members) => members,
            Self::Nothing | Self::Many(_) => RawDocumentBuf::new(),
        }
    }
}

macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty;)*) => {
        $($(#[$doc])*
        pub fn $name<E: Entity, V: View>(call: Call<E>) -> Answer<$answer> {
            Answer::new(pipeline::run(call.into_raw(), Codec::output::<V>()))
        })*
    };
}

macro_rules! handlers_with_body {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty;)*) => {
        $($(#[$doc])*
        pub fn $name<E: Entity, I: Input, V: View>(call: Call<E, I>) -> Answer<$answer> {
            Answer::new(pipeline::run(call.into_raw(), Codec::both::<I, V>()))
        })*
    };
}

handlers! {
    /// A page of the entity's documents.
    get_many -> Vec<V>;
    /// One document, by its id.
    get_one -> V;
}

handlers_with_body! {
    /// Stores a new document.
    create_one -> V;
    /// Stores new documents, all of them or none.
    create_many -> Vec<V>;
    /// Changes members of a document.
    update_one -> V;
    /// Changes the same members of several documents, of all of them or of none.
    update_many -> Vec<V>;
    /// Puts other members in the place of a document's.
    replace_one -> V;
    /// Stores a copy of a document, with other values where the body has some.
    duplicate_one -> V;
    /// Stores copies of several documents, of all of them or of none.
    duplicate_many -> Vec<V>;
}

/// Deletes a document.
pub fn delete_one<E: Entity>(call: Call<E>) -> Answer<Deleted> {
    Answer::new(pipeline::run(call.into_raw(), Codec::output::<E::View>()))
}

/// Deletes several documents.
pub fn delete_many<E: Entity>(call: Call<E>) -> Answer<Deleted> {
    Answer::new(pipeline::run(call.into_raw(), Codec::output::<E::View>()))
}
