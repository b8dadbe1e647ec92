//! What a function of the user's own may know of the call that it works for.

use std::fmt;

use crate::{
    call::{Principal, RawCall, Target, Transport},
    entity::EntityMeta,
    types::Id,
};

/// The call that a body, a query or a presenter is read or made for.
#[derive(Clone, Copy)]
pub struct CallContext<'a>(&'a RawCall);

impl<'a> CallContext<'a> {
    pub(crate) fn new(call: &'a RawCall) -> Self {
        Self(call)
    }

    /// Who calls.
    pub fn principal(&self) -> &'a Principal {
        &self.0.principal
    }

    /// How the call came in.
    pub fn transport(&self) -> Transport {
        self.0.transport
    }

    /// The ids that the call names, as far as they are well-formed: one where the route is of one document, several in a bulk
    /// call, none in a list or a create.
    pub fn ids(&self) -> Vec<Id> {
        match &self.0.target {
            Target::None => vec![],
            Target::One(text) => text.parse().into_iter().collect(),
            Target::Many(texts) => texts.iter().filter_map(|text| text.parse().ok()).collect(),
        }
    }

    /// The entity that is called.
    pub(crate) fn entity(&self) -> &'static EntityMeta {
        self.0.resource.meta
    }
}

impl fmt::Debug for CallContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("entity", &self.entity().name)
            .field("route", self.0.route)
            .field("principal", self.principal())
            .finish_non_exhaustive()
    }
}
