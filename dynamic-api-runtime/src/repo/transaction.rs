//! Several writes that take effect together, of whatever entities.

use std::fmt;

use super::{Data, Repo};
use crate::{
    entity::Entity,
    error::Error,
    store::{BoxFuture, Outlives, Transaction, transact},
};

/// A running transaction, which has a repository of each entity. `'a` is how long what the work borrows lives.
#[derive(Clone, Copy)]
pub struct Tx<'t, 'a> {
    data: &'t Data,
    running: &'t dyn Transaction,
    _borrows: Outlives<'t, 'a>,
}

/// A running transaction as a repository works on it.
pub type Running<'t> = &'t dyn Transaction;

impl<'t> Tx<'t, '_> {
    /// The documents of an entity, within the transaction.
    ///
    /// # Errors
    /// [`Error::NotAvailable`] where the application does not have the entity.
    pub fn repo<E: Entity>(&self) -> Result<Repo<E, Running<'t>>, Error> {
        Repo::new(self.data, self.running)
    }
}

impl fmt::Debug for Tx<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}

impl Data {
    /// Runs `work` in a transaction and commits it; nothing was written where `work` or the commit fails.
    ///
    /// # Errors
    /// What `work` returns, or what the commit does.
    pub(crate) async fn transaction<'a, T, F>(&'a self, mut work: F) -> Result<T, Error>
    where
        F: for<'t> FnMut(Tx<'t, 'a>) -> BoxFuture<'t, Result<T, Error>>,
    {
        transact(&**self.store(), |running, _borrows| work(Tx { data: self, running, _borrows })).await
    }
}
