//! What a client asks of one document.

use super::{
    names::{self, Name},
    options::{self, Trashed},
    place::Place,
    selection::{self, Selection},
    tree::{self, Node},
};
use crate::{
    call::{Query, Route},
    entity::EntityMeta,
    error::Error,
    input::Violations,
};

/// What a client asks of one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ReadRequest {
    /// Whether it may be a deleted one.
    pub(crate) trashed: Trashed,
    /// What of it.
    pub(crate) selection: Selection,
}

impl ReadRequest {
    /// Reads the members of a query but those of `envelope`, all that is wrong at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a violation for each member that is unknown or makes no sense, [`Error::MalformedJson`].
    pub(crate) fn parse(
        query: &Query,
        entity: &EntityMeta,
        route: &Route,
        envelope: &[&str],
    ) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let members = tree::read(query, &mut violations)?;
        let mut request = Self::default();
        for (name, node) in members.iter().filter(|(name, _)| !envelope.contains(&name.as_str())) {
            if violations.is_full() {
                break;
            }
            if let Err(message) = request.take(name, node, entity, route) {
                violations.push(Place::root().member(name).violation(message));
            }
        }
        if violations.is_empty() { Ok(request) } else { Err(violations.into()) }
    }

    fn take(&mut self, name: &str, node: &Node, entity: &EntityMeta, route: &Route) -> Result<(), String> {
        match Name::of(name).filter(|name| name.is_offered(entity, route)) {
            Some(Name::Trashed) => self.trashed = options::trashed(node)?,
            Some(Name::Fields) => self.selection.fields = Some(selection::fields(node, entity, route)?),
            Some(Name::Populate) => self.selection.populate = selection::populate(node, route)?,
            _ => return Err(names::unknown_in_read(name, entity, route)),
        }
        Ok(())
    }
}
