//! What the policies come to for one call: a filter that goes into every read and write of it, and what is still to be asked of a
//! document.

use bson::RawDocument;

use super::{AbilityMode, Permit, RoutePolicy, ScopeFn, value_of};
use crate::{
    call::{RawCall, RouteKind, UserPrincipal},
    context::CallContext,
    entity::EntityMeta,
    error::{Denial, Error},
    query::{Filter, Replacement, Update},
    server_fields::ID,
    store::in_memory,
};

/// What the policies come to for one call.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    /// Which documents there are for the caller.
    scope: Filter,
    /// What is to be asked of each, and what becomes of one that is refused.
    abilities: Vec<(Permit, AbilityMode)>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { scope: Filter::All, abilities: vec![] }
    }
}

impl Policy {
    /// What an entity's and a route's policies come to for a caller.
    ///
    /// # Errors
    /// Where no document whatever is allowed.
    pub(crate) fn of(call: &RawCall, route: &RoutePolicy, kind: RouteKind) -> Result<Self, Denial> {
        let (entity, user) = (call.resource.meta, call.principal.user());
        let mut policy =
            Self { scope: entity_scope(entity, user).and(scoped(route.scope, user)), abilities: vec![] };
        let Some(rule) = route.ability else { return Ok(policy) };
        match rule.filter(user, entity) {
            Some(Filter::All) => {}
            Some(Filter::Nothing) if route.mode == AbilityMode::Throw => return Err(Denial::Resource),
            // What a list counts, what a pipeline starts from, and what is to be missing, only a filter can say.
            Some(filter) if searches(kind) || route.mode == AbilityMode::Filter => {
                policy.scope = policy.scope.and(filter);
            }
            // Code can say it of no list: the macro asks for a scope that does, and without one nothing is shown.
            None if searches(kind) && !is_scoped(entity, route) => return Err(Denial::Resource),
            None if searches(kind) => match rule.bound(user, entity) {
                Filter::Nothing if route.mode == AbilityMode::Throw => return Err(Denial::Resource),
                bound => {
                    policy.scope = policy.scope.and(bound);
                    policy.abilities.push((rule, route.mode));
                }
            },
            Some(_) | None => policy.abilities.push((rule, route.mode)),
        }
        Ok(policy)
    }

    /// Both of two policies.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.scope = self.scope.and(other.scope.clone());
        self.abilities.extend(&other.abilities);
        self
    }

    #[cfg(test)]
    pub(super) fn of_scope(scope: Filter) -> Self {
        Self { scope, ..Self::default() }
    }

    /// Which documents there are for the caller.
    pub(crate) fn scope(&self) -> &Filter {
        &self.scope
    }

    /// Whether a document must be looked at before anything is done with it.
    pub(crate) fn looks_at_documents(&self) -> bool {
        !self.abilities.is_empty()
    }

    /// Whether an update can be made unseen: nothing is to be asked, and what it makes stays where the caller can reach it.
    pub(crate) fn lets_unseen(&self, update: &Update) -> bool {
        !self.looks_at_documents()
            && !reads(&self.scope, &|path| update.0.iter().any(|(changed, _)| overlap(path, changed)))
    }

    /// Whether a replacement can be made unseen.
    pub(crate) fn lets_replace_unseen(&self, replacement: &Replacement) -> bool {
        let is_kept = |path: &str| {
            let top = path.split('.').next().unwrap_or_default();
            top == ID || replacement.keep.contains(&top)
        };
        !self.looks_at_documents() && !reads(&self.scope, &|path| !is_kept(path))
    }

    /// Whether the caller may see or change a document that is there, or make one that is not yet.
    ///
    /// # Errors
    /// A 403, or a 404 where what is refused is to be missing.
    pub(crate) async fn permit(&self, call: &RawCall, document: &RawDocument) -> Result<(), Error> {
        for (rule, mode) in &self.abilities {
            if !rule.allows(document, call.resource.meta, CallContext::new(call)).await? {
                return Err(match mode {
                    AbilityMode::Throw => Error::Forbidden(Denial::Resource),
                    AbilityMode::Filter => Error::DocumentNotFound,
                });
            }
        }
        Ok(())
    }

    /// Whether what a write makes of a document stays where the caller can reach it.
    ///
    /// # Errors
    /// A 403.
    pub(crate) fn keep(&self, made: &RawDocument) -> Result<(), Error> {
        if in_memory::matches(&self.scope, made) { Ok(()) } else { Err(Error::Forbidden(Denial::Resource)) }
    }
}

/// Whether a route is about whatever documents a query finds.
fn searches(kind: RouteKind) -> bool {
    matches!(kind, RouteKind::GetMany | RouteKind::Aggregate)
}

/// Whether something says which documents there are for a caller.
fn is_scoped(entity: &EntityMeta, route: &RoutePolicy) -> bool {
    route.scope.is_some() || entity.scope.is_some()
}

/// Which documents of an entity there are for a caller, whatever the route.
pub(super) fn entity_scope(entity: &EntityMeta, user: Option<&UserPrincipal>) -> Filter {
    tenant(entity, user).and(scoped(entity.scope, user))
}

/// Those of the caller's tenant.
fn tenant(entity: &EntityMeta, user: Option<&UserPrincipal>) -> Filter {
    let Some(field) = entity.tenant.and_then(|name| entity.field(name)) else { return Filter::All };
    let claim = field.from_user.unwrap_or(field.name);
    match user.and_then(|user| value_of(user, claim, field.schema)) {
        Some(value) => Filter::eq(field.name, value),
        None => Filter::Nothing,
    }
}

pub(super) fn scoped(scope: Option<ScopeFn>, user: Option<&UserPrincipal>) -> Filter {
    scope.map_or(Filter::All, |scope| scope(user))
}

/// Whether a filter reads a path that satisfies a condition.
fn reads(filter: &Filter, is: &dyn Fn(&str) -> bool) -> bool {
    match filter {
        Filter::All | Filter::Nothing => false,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().any(|part| reads(part, is)),
        Filter::Not(part) => reads(part, is),
        Filter::Field { path, .. } => is(path),
        Filter::Text(_) | Filter::Same(_) => true,
    }
}

/// Whether one of two paths leads through the other.
fn overlap(left: &str, right: &str) -> bool {
    let is_within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    is_within(left, right) || is_within(right, left)
}
