//! The data of an application: where its entities' documents are, with the limits and the hashing that hold for them.

use std::{fmt, sync::Arc};

use super::Repo;
use crate::{
    auth::Sealing,
    entity::{Entity, EntityMeta},
    error::Error,
    resource::Limits,
    store::{Collections, Store, Transaction},
};

/// The data of an application, shared by all that reach it.
#[derive(Clone)]
pub(crate) struct Data(Arc<Shared>);

struct Shared {
    store: Store,
    limits: Limits,
    entities: Vec<Known>,
}

/// An entity of the application.
struct Known {
    meta: &'static EntityMeta,
    sealing: Option<Sealing>,
}

impl Data {
    pub(crate) fn new(
        store: Store,
        limits: Limits,
        entities: impl IntoIterator<Item = (&'static EntityMeta, Option<Sealing>)>,
    ) -> Self {
        let entities = entities.into_iter().map(|(meta, sealing)| Known { meta, sealing }).collect();
        Self(Arc::new(Shared { store, limits, entities }))
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// How the passwords of an entity are hashed, where it has some.
    ///
    /// # Errors
    /// [`Error::NotAvailable`] where the application does not have the entity.
    pub(super) fn known(&self, meta: &EntityMeta) -> Result<Option<&Sealing>, Error> {
        match self.0.entities.iter().find(|known| known.meta.is_same(meta)) {
            Some(known) => Ok(known.sealing.as_ref()),
            None => {
                tracing::error!(
                    entity = meta.name,
                    "the application does not have this entity: register it with resource(..)"
                );
                Err(Error::NotAvailable)
            }
        }
    }

    /// The repository of an entity, on the store.
    pub(crate) fn repo<E: Entity>(&self) -> Result<Repo<E>, Error> {
        Repo::new(self, self.0.store.clone())
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Data").field(&self.0.store).finish()
    }
}

/// What a repository works on: the store, or a running transaction.
pub trait On: Send + Sync {
    /// The collections.
    fn collections(&self) -> &dyn Collections;
}

impl On for Store {
    fn collections(&self) -> &dyn Collections {
        &**self
    }
}

impl On for &dyn Transaction {
    fn collections(&self) -> &dyn Collections {
        *self
    }
}
