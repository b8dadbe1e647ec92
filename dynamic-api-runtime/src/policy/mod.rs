//! Who may do what with which documents: scopes, abilities, and which fields a caller sees and sets. It knows what a policy says of
//! a caller and of a document; the operations ask it, and put what it says into their filters.

mod ability;
mod caller;
mod claim;
mod effective;
mod elsewhere;
mod from_user;
mod permit;
mod scope;
mod sight;
#[cfg(test)]
mod tests;

pub use self::{
    ability::{Ability, AuthAbility, Verdict, ability, auth_ability},
    caller::{OfCaller, of_caller},
    permit::{AbilityFn, CallerFn, Permit},
    scope::{Scope, scope},
};
pub(crate) use self::{
    claim::value_of, effective::Policy, elsewhere::Elsewhere, from_user::from_user, sight::Sights,
};
use crate::{
    call::{Access, Principal, RawCall, UserPrincipal},
    context::CallContext,
    error::{Denial, Error},
    query::Filter,
    store::BoxFuture,
};

/// What a scope says of a caller, its types forgotten.
pub type ScopeFn = fn(Option<&UserPrincipal>) -> Filter;

/// Whether a caller may call a route at all.
pub type AuthAbilityFn = for<'a> fn(CallContext<'a>) -> BoxFuture<'a, Result<bool, Error>>;

/// What a route, or the items of one kind in a batch, ask of a caller and of the documents that a call is about.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct RoutePolicy {
    /// Whether it is open to callers without a token.
    pub access: Access,
    /// Whether the caller may call at all; asked before anything is read.
    pub auth_ability: Option<AuthAbilityFn>,
    /// Which documents there are for a caller, besides what the entity says.
    pub scope: Option<ScopeFn>,
    /// Which of them the caller may see, change or make.
    pub ability: Option<Permit>,
    /// What becomes of one that the ability refuses.
    pub mode: AbilityMode,
}

/// What becomes of a document that an ability refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AbilityMode {
    /// The call is a 403, and changes nothing.
    #[default]
    Throw,
    /// It is as if it were not there.
    Filter,
}

impl RoutePolicy {
    /// A policy that lets everything through.
    pub const fn new() -> Self {
        Self {
            access: Access::Default,
            auth_ability: None,
            scope: None,
            ability: None,
            mode: AbilityMode::Throw,
        }
    }

    /// Sets whether it is open to callers without a token.
    #[must_use]
    pub const fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Sets what says whether a caller may call at all.
    #[must_use]
    pub const fn auth_ability(mut self, allows: AuthAbilityFn) -> Self {
        self.auth_ability = Some(allows);
        self
    }

    /// Sets which documents there are for a caller.
    #[must_use]
    pub const fn scope(mut self, scope: ScopeFn) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Sets which documents a caller may see, change or make.
    #[must_use]
    pub const fn ability(mut self, rule: Permit) -> Self {
        self.ability = Some(rule);
        self
    }

    /// Whether the caller may call at all: where there are accounts, who is known, unless it is public. Nothing of the call was looked
    /// at before, and no document.
    ///
    /// # Errors
    /// [`Error::Unauthorized`], [`Error::Forbidden`], or what the function ends in.
    pub(crate) async fn admit(&self, call: &RawCall) -> Result<(), Error> {
        let is_open = call.resource.accounts.is_none() || self.access == Access::Public;
        if !is_open && call.principal == Principal::Anonymous {
            return Err(Error::Unauthorized);
        }
        match self.auth_ability {
            Some(allows) if !allows(CallContext::new(call)).await? => Err(Error::Forbidden(Denial::Access)),
            _ => Ok(()),
        }
    }

    /// Makes what the ability refuses missing.
    #[must_use]
    pub const fn filter_mode(mut self) -> Self {
        self.mode = AbilityMode::Filter;
        self
    }
}
