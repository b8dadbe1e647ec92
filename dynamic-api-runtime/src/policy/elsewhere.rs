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
    /// What its `get_one` shows to the caller: nothing where the caller may not call that.
    ///
    /// # Errors
    /// What a function of the program's own ends in.
    pub(crate) async fn shown(call: &RawCall, entity: &'static EntityMeta) -> Result<Self, Error> {
        match entity.read.admit(call).await {
            Ok(()) => Ok(Self::there(call, entity)),
            Err(Error::Unauthorized | Error::Forbidden(_)) => {
                Ok(Self { entity, filter: Filter::Nothing, ability: None })
            }
            Err(error) => Err(error),
        }
    }

    /// What is there for the caller by scope, tenant and ability, whoever may call its `get_one`: who registers has no token yet, and
    /// can name a team all the same.
    pub(crate) fn there(call: &RawCall, entity: &'static EntityMeta) -> Self {
        let (read, user) = (&entity.read, call.principal.user());
        let filter = entity_scope(entity, user).and(scoped(read.scope, user));
        match read.ability.map(|permit| (permit, permit.filter(user, entity))) {
            None => Self { entity, filter, ability: None },
            Some((_, Some(allowed))) => Self { entity, filter: filter.and(allowed), ability: None },
            Some((permit, None)) => Self { entity, filter, ability: Some(permit) },
        }
    }

    /// Whether a document that satisfies the filter must be looked at besides.
    pub(crate) fn looks_at_documents(&self) -> bool {
        self.ability.is_some()
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
