//! What a client asks of one document.

use std::borrow::Cow;

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
    /// Reads the members of a query, all that is wrong at once. Members that mean nothing here are left alone, as in every other
    /// query that is about an id: clients put things of their own into addresses.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a violation for each member that makes no sense, or is not offered by the entity or the route;
    /// [`Error::MalformedJson`].
    pub(crate) fn parse(query: &Query, entity: &EntityMeta, route: &Route) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let members = tree::read(&meaningful(query), &mut violations)?;
        let mut request = Self::default();
        for (name, node) in &members {
            let Some(known) = Name::in_read(name) else { continue };
            let taken = if known.is_offered(entity, route) {
                request.take(known, node, entity, route)
            } else {
                Err(names::unknown_in_read(name, entity, route))
            };
            if let Err(message) = taken {
                violations.push(Place::root().member(name).violation(message));
            }
        }
        if violations.is_empty() { Ok(request) } else { Err(violations.into()) }
    }

    fn take(&mut self, name: Name, node: &Node, entity: &EntityMeta, route: &Route) -> Result<(), String> {
        match name {
            Name::Trashed => self.trashed = options::trashed(node)?,
            Name::Fields => self.selection.fields = Some(selection::fields(node, entity, route)?),
            Name::Populate => self.selection.populate = selection::populate(node, route)?,
            _ => {}
        }
        Ok(())
    }
}

/// The pairs that mean something; what else there is need not even be well-formed.
fn meaningful(query: &Query) -> Cow<'_, Query> {
    let Query::Pairs(pairs) = query else { return Cow::Borrowed(query) };
    let means =
        |(name, _): &&(String, String)| Name::in_read(name.split('[').next().unwrap_or_default()).is_some();
    Cow::Owned(Query::Pairs(pairs.iter().filter(means).cloned().collect()))
}
