//! Which documents a call is about: from what the client wrote to ids and filters.

use bson::Bson;

use crate::{
    call::{Addressing, RawCall, Target},
    error::Error,
    query::{Filter, Op, Trashed},
    server_fields::{DELETED_AT, ID},
    types::Id,
};

impl RawCall {
    /// Whether it names documents as its route needs them.
    ///
    /// # Errors
    /// As [`RawCall::id`] and [`RawCall::ids`].
    pub(crate) fn check_target(&self) -> Result<(), Error> {
        match self.route.kind.addressing() {
            Addressing::Id => self.id().map(drop),
            Addressing::Ids => self.ids().map(drop),
            Addressing::Query | Addressing::Nothing => Ok(()),
        }
    }

    /// The id of the one document the call is about.
    ///
    /// # Errors
    /// [`Error::EntityNotFound`] where it can't be the id of any, [`Error::InvalidQuery`] where there is none.
    pub(super) fn id(&self) -> Result<Id, Error> {
        match &self.target {
            Target::One(text) => text.parse().map_err(|_| Error::EntityNotFound(self.resource.meta.name)),
            Target::None | Target::Many(_) => Err(Error::InvalidQuery),
        }
    }

    /// The different ids of the documents the call is about, in the order they were first named; at least one.
    ///
    /// # Errors
    /// As [`RawCall::id`], and where there are more than the limit.
    pub(super) fn ids(&self) -> Result<Vec<Id>, Error> {
        let Target::Many(texts) = &self.target else { return Err(Error::InvalidQuery) };
        let mut ids: Vec<Id> = vec![];
        for text in texts {
            let id = text.parse().map_err(|_| Error::EntityNotFound(self.resource.meta.name))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
            self.bound(ids.len())?;
        }
        if ids.is_empty() { Err(Error::InvalidQuery) } else { Ok(ids) }
    }

    fn bound(&self, ids: usize) -> Result<(), Error> {
        let limit = self.resource.limits.ids;
        if ids <= limit {
            return Ok(());
        }
        Err(Error::violation("/ids", "range", format!("ids must be at most {limit}")))
    }

    /// The documents that there are for the caller: with the deleted ones, without them, or those alone.
    pub(super) fn rows(&self, trashed: Trashed) -> Filter {
        let rows = match trashed {
            Trashed::Without => self.resource.meta.living(),
            Trashed::With => Filter::All,
            Trashed::Only => Filter::field(DELETED_AT, Op::Ne(Bson::Null)),
        };
        rows.and(self.policy.scope().clone())
    }

    /// The living document of an id.
    pub(super) fn one(&self, id: Id) -> Filter {
        Filter::eq(ID, id).and(self.rows(Trashed::Without))
    }

    /// The deleted documents of some ids.
    pub(super) fn deleted(&self, ids: &[Id]) -> Filter {
        Filter::is_in(ID, ids.iter().copied()).and(self.rows(Trashed::Only))
    }

    /// The living documents of some ids.
    pub(super) fn any(&self, ids: &[Id]) -> Filter {
        Filter::is_in(ID, ids.iter().copied()).and(self.rows(Trashed::Without))
    }
}
