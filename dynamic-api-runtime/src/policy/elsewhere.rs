//! What of an entity a caller reaches from another one, by a reference or by a look-up of an aggregate: what its `get_one` shows. Another
//! door is no wider.

use bson::RawDocumentBuf;

use super::{
    Permit,
    effective::{entity_scope, scoped},
};
use crate::{call::RawCall, context::CallContext, entity::EntityMeta, error::Error, query::Filter};

/// What of an entity a caller reaches from another one.
pub(crate) struct Elsewhere {
    entity: &'static EntityMeta,
    /// The documents there are.
    filter: Filter,
    /// What is to be asked of each of them.
    ability: Option<Permit>,
}

impl Elsewhere {
    /// # Errors
    /// What a function of the program's own ends in.
    pub(crate) async fn of(call: &RawCall, entity: &'static EntityMeta) -> Result<Self, Error> {
        let (read, user) = (&entity.read, call.principal.user());
        let none = Self { entity, filter: Filter::Nothing, ability: None };
        match read.admit(CallContext::new(call)).await {
            Ok(()) => {}
            Err(Error::Forbidden(_)) => return Ok(none),
            Err(error) => return Err(error),
        }
        let filter = entity_scope(entity, user).and(scoped(read.scope, user));
        Ok(match read.ability.map(|permit| (permit, permit.filter(user, entity))) {
            None => Self { filter, ..none },
            Some((_, Some(allowed))) => Self { filter: filter.and(allowed), ..none },
            Some((permit, None)) => Self { filter, ability: Some(permit), ..none },
        })
    }

    /// The documents there are, as far as a filter says it; none where code has a say in it, which can't be asked within a
    /// pipeline.
    pub(crate) fn by_filter(&self) -> Filter {
        if self.ability.is_some() { Filter::Nothing } else { self.filter.clone() }
    }

    /// The documents there are, before [`Elsewhere::permitted`].
    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Those of some documents that the caller may see.
    ///
    /// # Errors
    /// What a function of the program's own ends in.
    pub(crate) async fn permitted(
        &self,
        call: &RawCall,
        documents: Vec<RawDocumentBuf>,
    ) -> Result<Vec<RawDocumentBuf>, Error> {
        let Some(permit) = &self.ability else { return Ok(documents) };
        let mut permitted = vec![];
        for document in documents {
            if permit.allows(&document, self.entity, CallContext::new(call)).await? {
                permitted.push(document);
            }
        }
        Ok(permitted)
    }
}
