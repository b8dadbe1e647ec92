//! What a function of the user's own may know of the call that it works for.

use std::fmt;

use crate::{
    call::{AccountKind, Principal, RawCall, RouteKind, Target, Transport},
    entity::EntityMeta,
    error::Error,
    types::Id,
};

/// The call that a body, a query or a presenter is read or made for.
#[derive(Clone, Copy)]
pub struct CallContext<'a> {
    call: &'a RawCall,
    makes_new: bool,
}

impl<'a> CallContext<'a> {
    pub(crate) fn new(call: &'a RawCall) -> Self {
        let kind = call.route.kind;
        let makes_new = matches!(
            kind,
            RouteKind::CreateOne | RouteKind::CreateMany | RouteKind::Account(AccountKind::Register)
        );
        Self { call, makes_new }
    }

    /// The same, of what is stored as a new document.
    pub(crate) fn of_new(self) -> Self {
        Self { makes_new: true, ..self }
    }

    /// Whether what is read is stored as a new document, and not in the place of one, parts of which are kept.
    pub(crate) fn makes_new(&self) -> bool {
        self.makes_new
    }

    /// Who calls.
    pub fn principal(&self) -> &'a Principal {
        &self.call.principal
    }

    /// How the call came in.
    pub fn transport(&self) -> Transport {
        self.call.transport
    }

    /// The ids that the call names, as far as they are well-formed: one where the route is of one document, several in a bulk
    /// call, none in a list or a create.
    pub fn ids(&self) -> Vec<Id> {
        match &self.call.target {
            Target::None => vec![],
            Target::One(text) => text.parse().into_iter().collect(),
            Target::Many(texts) => texts.iter().filter_map(|text| text.parse().ok()).collect(),
        }
    }

    /// A failure in the entity's words, and in the application's.
    pub(crate) fn told(&self, error: Error) -> Error {
        let error = error.of_entity(self.entity());
        match &self.call.resource.messages {
            Some(messages) => messages.say(error, self),
            None => error,
        }
    }

    /// The entity that is called.
    pub(crate) fn entity(&self) -> &'static EntityMeta {
        self.call.resource.meta
    }
}

impl fmt::Debug for CallContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("entity", &self.entity().name)
            .field("route", self.call.route)
            .field("principal", self.principal())
            .finish_non_exhaustive()
    }
}
