//! What accounts need of the type of their users: a few functions, so that everything else is written once for all types.

use std::any::TypeId;

use bson::RawDocument;
use serde_json::{Map, Value};

use crate::{
    coerce::readable,
    document,
    entity::{AccountMeta, EntityMeta, UserEntity},
    error::Error,
    pipeline::DecodeMembers,
    present::{PresentError, write_view},
    shape::{CreateBody, UpdateBody},
};

/// The type of the users of an application.
#[derive(Clone, Copy)]
pub(crate) struct UserType {
    pub(super) id: TypeId,
    pub(crate) entity: &'static EntityMeta,
    pub(crate) account: &'static AccountMeta,
    /// How the document of a new user is read.
    pub(super) create: DecodeMembers,
    /// How changes to one are read.
    pub(super) update: DecodeMembers,
    write: fn(&RawDocument, &mut Vec<u8>) -> Result<(), PresentError>,
}

impl UserType {
    pub(crate) fn of<U: UserEntity>() -> Self {
        Self {
            id: TypeId::of::<U>(),
            entity: U::META,
            account: U::ACCOUNT,
            create: <U::Create as CreateBody<U>>::decode,
            update: <U::Update as UpdateBody<U>>::decode,
            write: write_view::<U, U::View>,
        }
    }

    /// A user as clients see documents of the entity.
    pub(super) fn shown(&self, user: &RawDocument) -> Result<Map<String, Value>, Error> {
        let shown = match self.try_shown(user) {
            Err(PresentError::Unreadable(error)) => match readable(user, self.entity.fields) {
                Some(user) => self.try_shown(&user),
                None => Err(PresentError::Unreadable(error)),
            },
            shown => shown,
        };
        shown.map_err(|error| match error {
            PresentError::Unreadable(error) => Error::Internal(error),
            PresentError::Refused(error) => error,
        })
    }

    fn try_shown(&self, user: &RawDocument) -> Result<Map<String, Value>, PresentError> {
        let mut json = vec![];
        match self.entity.derive_on_read {
            None => (self.write)(user, &mut json)?,
            Some(derive) => {
                let members = derive(user).map_err(PresentError::unreadable)?;
                let whole = document::with_members(user, members).map_err(PresentError::unreadable)?;
                (self.write)(&whole, &mut json)?;
            }
        }
        serde_json::from_slice(&json).map_err(PresentError::unreadable)
    }
}

impl std::fmt::Debug for UserType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UserType").field(&self.entity.name).finish()
    }
}
