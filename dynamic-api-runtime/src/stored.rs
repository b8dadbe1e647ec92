//! `Stored<E>`: an entity together with what the server knows of it.

use std::ops::Deref;

use bson::{Bson, RawDocument, RawDocumentBuf};
use serde::Deserialize;

use crate::{
    coerce::readable,
    document,
    entity::Entity,
    error::Error,
    server_fields::{CREATED_AT, DELETED_AT, ID, UPDATED_AT},
    store::BoxError,
    types::{DateTime, Id},
};

/// An entity as it is stored: its own fields, which it derefs to, and what the server keeps beside them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<E> {
    id: Id,
    created_at: Option<DateTime>,
    updated_at: Option<DateTime>,
    deleted_at: Option<DateTime>,
    entity: E,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerFields {
    #[serde(rename = "_id")]
    id: Id,
    #[serde(default)]
    created_at: Option<DateTime>,
    #[serde(default)]
    updated_at: Option<DateTime>,
    #[serde(default)]
    deleted_at: Option<DateTime>,
}

impl<E: Entity> Stored<E> {
    /// Reads a stored document.
    ///
    /// # Errors
    /// Where it is not of the entity's shape.
    pub fn from_document(document: &RawDocument) -> bson::error::Result<Self> {
        let server: ServerFields = bson::deserialize_from_slice(document.as_bytes())?;
        Ok(Self {
            id: server.id,
            created_at: server.created_at,
            updated_at: server.updated_at,
            deleted_at: server.deleted_at,
            entity: E::from_document(document)?,
        })
    }
}

impl<E: Entity> Stored<E> {
    /// A stored document as code of the program's own sees it: with what is computed of it, and also where another program stored its
    /// integers as doubles.
    pub(crate) fn read(document: &RawDocument) -> Result<Self, Error> {
        let read = |document: &RawDocument| match E::META.derive_on_read {
            None => Self::from_document(document).map_err(Error::internal),
            Some(derive) => {
                let members = derive(document).map_err(Error::internal)?;
                Self::from_document(&document::with_members(document, members)?).map_err(Error::internal)
            }
        };
        read(document).or_else(|error| {
            readable(document, E::META.fields).map_or(Err(error), |document| read(&document))
        })
    }

    /// The document as it is stored, but for members that the entity does not have.
    ///
    /// # Errors
    /// As [`Entity::to_document`].
    pub(crate) fn to_document(&self) -> Result<RawDocumentBuf, BoxError> {
        let instants =
            [(CREATED_AT, self.created_at), (UPDATED_AT, self.updated_at), (DELETED_AT, self.deleted_at)];
        let instants = instants.into_iter().filter_map(|(name, at)| Some((name, Bson::from(at?))));
        let members = std::iter::once((ID, Bson::from(self.id))).chain(instants).collect();
        Ok(document::with_members(&self.entity.to_document()?, members)?)
    }
}

impl<E> Stored<E> {
    /// Its id.
    pub fn id(&self) -> Id {
        self.id
    }

    /// When it was created; `None` where another program wrote it without.
    pub fn created_at(&self) -> Option<DateTime> {
        self.created_at
    }

    /// When it was last written; `None` where another program wrote it without.
    pub fn updated_at(&self) -> Option<DateTime> {
        self.updated_at
    }

    /// When it was deleted, where the entity deletes softly.
    pub fn deleted_at(&self) -> Option<DateTime> {
        self.deleted_at
    }

    /// The entity alone.
    pub fn into_inner(self) -> E {
        self.entity
    }
}

impl<E> Deref for Stored<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.entity
    }
}
