//! The write that a hook runs before, within its call.

use std::fmt;

use crate::{
    call::{RawCall, RouteKind, Transport, UserPrincipal},
    entity::Entity,
    error::Error,
    repo::{Repo, Running},
    store::Transaction,
};

/// The write that a hook runs before: who calls, by which route, and the transaction that it is part of.
#[derive(Clone, Copy)]
pub struct WriteContext<'a> {
    call: &'a RawCall,
    running: &'a dyn Transaction,
}

impl<'a> WriteContext<'a> {
    pub(crate) fn new(call: &'a RawCall, running: &'a dyn Transaction) -> Self {
        Self { call, running }
    }

    /// The user who calls, where one is known.
    pub fn user(&self) -> Option<&'a UserPrincipal> {
        self.call.principal.user()
    }

    /// How the call came in.
    pub fn transport(&self) -> Transport {
        self.call.transport
    }

    /// What the call does; of an item of a batch, what that does.
    pub fn kind(&self) -> RouteKind {
        self.call.kind()
    }

    /// The documents of an entity within the transaction of the write: what is written here is undone where the call fails. The document
    /// that is about to be written is not for a hook to write: it is what the hook returns.
    ///
    /// # Errors
    /// [`Error::NotAvailable`] where the application does not have the entity.
    pub fn repo<F: Entity>(&self) -> Result<Repo<F, Running<'a>>, Error> {
        Repo::new(&self.call.resource.data, self.running)
    }
}

impl fmt::Debug for WriteContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteContext")
            .field("kind", &self.kind())
            .field("user", &self.user())
            .finish_non_exhaustive()
    }
}
