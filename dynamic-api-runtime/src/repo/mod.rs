//! The documents of an entity for code of the program's own: [`Repo`], on the application's store and within a transaction.
//!
//! A repository writes as the routes do (defaults, computed fields, hashed passwords, the server's own members, deletion that leaves a
//! document in place), and knows no callers: what only some may do is for the code that uses it to say. It runs no hooks either.

mod data;
mod read;
mod transaction;
mod write;

use std::{fmt, marker::PhantomData};

pub(crate) use self::data::Data;
pub use self::{
    data::On,
    read::Rows,
    transaction::{Running, Tx},
};
use crate::{
    entity::Entity,
    error::Error,
    query::{Filter, Trashed, Where},
    store::{Conflicting, Store},
};

/// The documents of an entity.
///
/// It is an argument of axum handlers whose state holds the application's [`ApiHandle`](crate::app::ApiHandle), which gives it to all
/// other code ([`ApiHandle::repo`](crate::app::ApiHandle::repo)); the calls of custom routes have it too. Conditions are
/// [typed](Where), and an id is one.
///
/// What hangs on the writes of routes hangs on no writes of its: no hook runs, no audit tells of them, and nothing goes with what it deletes. Code that
/// wants that writes it in the same [transaction](crate::app::ApiHandle::transaction), or calls the route.
///
/// ```
/// # use dynamic_api_runtime::{Error, entity::Entity, query::{Field, Where}, repo::Repo, types::Id};
/// # struct PostFields<P>(P);
/// # impl<P> PostFields<P> {
/// #     const AUTHOR: Field<P, Id> = Field::new("author");
/// #     const CREATED_AT: Field<P, dynamic_api_runtime::types::DateTime> = Field::created_at();
/// # }
/// async fn latest<Post: Entity>(posts: &Repo<Post>, author: Id) -> Result<Option<Id>, Error> {
///     let by_author = Where::eq(PostFields::AUTHOR, author);
///     let latest = posts.find(by_author).sort(PostFields::<Post>::CREATED_AT.descending()).limit(1).await?;
///     Ok(latest.first().map(|post| post.id()))
/// }
/// ```
pub struct Repo<E, C = Store> {
    data: Data,
    on: C,
    rows: Trashed,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity, C: On> Repo<E, C> {
    /// # Errors
    /// [`Error::NotAvailable`] where the application does not have the entity.
    pub(crate) fn new(data: &Data, on: C) -> Result<Self, Error> {
        data.known(E::META)?;
        Ok(Self { data: data.clone(), on, rows: Trashed::Without, entity: PhantomData })
    }

    /// The same repository with the documents that are deleted and still in place.
    #[must_use]
    pub fn with_deleted(mut self) -> Self {
        self.rows = Trashed::With;
        self
    }

    /// The documents that satisfy a condition, among those that the repository shows.
    fn filter(&self, condition: impl Into<Where<E>>) -> Filter {
        let there = if self.rows == Trashed::With { Filter::All } else { E::META.living() };
        condition.into().into_filter().and(there)
    }

    /// What a failure is told as; a transaction that lost against another writer has to be known as such, to be run again.
    fn told(&self, error: impl Into<Error>) -> Error {
        let error = error.into();
        if error.is_conflict() { error } else { error.of_entity(E::META) }
    }
}

impl<E, C: Clone> Clone for Repo<E, C> {
    fn clone(&self) -> Self {
        Self { data: self.data.clone(), on: self.on.clone(), rows: self.rows, entity: PhantomData }
    }
}

impl<E: Entity, C> fmt::Debug for Repo<E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Repo").field(&E::META.name).finish()
    }
}
