//! Passwords in the bodies of ordinary routes: hashed on their way from the client to the store.

use bson::{Binary, Bson, RawDocumentBuf};

use super::{Hasher, check::is_password, password};
use crate::{
    entity::EntityMeta,
    error::Error,
    query::{FieldUpdate, Update},
    types::{PLAINTEXT, Password},
};

/// The fields of an entity that are passwords, and how they are hashed.
#[derive(Debug, Clone)]
pub(crate) struct Sealing {
    hasher: Hasher,
    fields: Vec<&'static str>,
}

impl Sealing {
    /// Of an entity; `None` where it has no passwords.
    pub(crate) fn of(entity: &EntityMeta, hasher: impl FnOnce() -> Option<Hasher>) -> Option<Self> {
        let fields: Vec<&str> =
            entity.fields.iter().filter(|field| is_password(field.schema)).map(|field| field.name).collect();
        if fields.is_empty() { None } else { Some(Self { hasher: hasher()?, fields }) }
    }

    /// The document with the hashes of its passwords in the place of their texts.
    ///
    /// # Errors
    /// As [`password::seal`].
    pub(crate) async fn document(&self, document: RawDocumentBuf) -> Result<RawDocumentBuf, Error> {
        password::seal(&self.hasher, document, &self.fields).await
    }

    /// The update with the hashes of the passwords that it sets.
    ///
    /// # Errors
    /// As [`password::seal`].
    pub(crate) async fn update(&self, update: Update) -> Result<Update, Error> {
        let mut sealed = vec![];
        for (path, change) in update.0 {
            let change = match change {
                FieldUpdate::Set(Bson::Binary(Binary { subtype: PLAINTEXT, bytes }))
                    if self.fields.contains(&path.as_str()) =>
                {
                    FieldUpdate::Set(self.hash(&path, bytes).await?.into())
                }
                change => change,
            };
            sealed.push((path, change));
        }
        Ok(Update(sealed))
    }

    async fn hash(&self, field: &str, bytes: Vec<u8>) -> Result<String, Error> {
        let text = String::from_utf8(bytes).map_err(Error::internal)?;
        self.hasher.accept(field, &text)?;
        let password = Password::offered(text).map_err(Error::internal)?;
        self.hasher.hash(&password).await
    }
}
