//! What an ability is made of: the ready ones, which are data and say of a filter what they say of a document, and code.
//!
//! Code that takes a user says nothing of callers without a token. That refuses them, and a `not` of it does too.

use std::fmt;

use bson::RawDocument;

use super::claim;
use crate::{
    call::UserPrincipal,
    context::CallContext,
    entity::EntityMeta,
    error::Error,
    query::{Filter, Op},
    store::{BoxFuture, in_memory},
};

/// Which documents a caller may see, change or make.
#[derive(Clone, Copy)]
pub struct Permit(Kind);

/// Code on a document and the call that it is asked for; `None` where there is nobody of whom it could be asked.
pub type AbilityFn =
    for<'a> fn(&'a RawDocument, CallContext<'a>) -> BoxFuture<'a, Result<Option<bool>, Error>>;

/// Code on a caller; `None` where there is nobody of whom it could be asked.
pub type CallerFn = fn(Option<&UserPrincipal>) -> Option<bool>;

#[derive(Clone, Copy)]
enum Kind {
    /// The field holds, or is a list that holds, what the claim says.
    Holds {
        field: &'static str,
        claim: &'static str,
    },
    /// The claim is, or is a list that holds, one of these.
    Claims {
        claim: &'static str,
        values: &'static [&'static str],
    },
    /// There is a user.
    User,
    All(&'static [Permit]),
    Any(&'static [Permit]),
    Not(&'static Permit),
    Caller(CallerFn),
    Code(AbilityFn),
}

impl Permit {
    /// `is_owner`, `is_member`: the field holds the claim, or is a list that does.
    pub const fn holds(field: &'static str, claim: &'static str) -> Self {
        Self(Kind::Holds { field, claim })
    }

    /// `has_role`: the claim is one of these values, or a list that holds one.
    pub const fn claims(claim: &'static str, values: &'static [&'static str]) -> Self {
        Self(Kind::Claims { claim, values })
    }

    /// `is_authenticated`: somebody calls.
    pub const fn user() -> Self {
        Self(Kind::User)
    }

    /// `all_of`.
    pub const fn all(rules: &'static [Permit]) -> Self {
        Self(Kind::All(rules))
    }

    /// `any_of`.
    pub const fn any(rules: &'static [Permit]) -> Self {
        Self(Kind::Any(rules))
    }

    /// `not`.
    pub const fn not(rule: &'static Permit) -> Self {
        Self(Kind::Not(rule))
    }

    /// A function of the caller alone.
    pub const fn caller(allows: CallerFn) -> Self {
        Self(Kind::Caller(allows))
    }

    /// A function of the document and the call.
    pub const fn code(allows: AbilityFn) -> Self {
        Self(Kind::Code(allows))
    }

    /// The documents of an entity that it allows a caller; `None` where only code can tell.
    pub(crate) fn filter(&self, user: Option<&UserPrincipal>, entity: &EntityMeta) -> Option<Filter> {
        Some(match self.0 {
            Kind::Holds { field, claim } => holds(field, claim, user, entity),
            Kind::Claims { claim, values } => either(claims(claim, values, user)),
            Kind::User => either(user.is_some()),
            Kind::Caller(allows) => either(allows(user) == Some(true)),
            Kind::All(rules) => {
                let parts = rules.iter().map(|rule| rule.filter(user, entity));
                all(parts.collect::<Option<Vec<_>>>()?)
            }
            Kind::Any(rules) => {
                let parts = rules.iter().map(|rule| rule.filter(user, entity));
                any(parts.collect::<Option<Vec<_>>>()?)
            }
            Kind::Not(rule) if rule.is_unasked(user) => {
                rule.filter(user, entity)?;
                Filter::Nothing
            }
            Kind::Not(rule) => match rule.filter(user, entity)? {
                Filter::All => Filter::Nothing,
                Filter::Nothing => Filter::All,
                other => Filter::Not(Box::new(other)),
            },
            Kind::Code(_) => return None,
        })
    }

    /// What is true of every document that it allows a caller, as far as a filter can say it: all that it says where none of it is
    /// code.
    pub(crate) fn bound(&self, user: Option<&UserPrincipal>, entity: &EntityMeta) -> Filter {
        if let Some(filter) = self.filter(user, entity) {
            return filter;
        }
        match self.0 {
            Kind::All(rules) => all(rules.iter().map(|rule| rule.bound(user, entity)).collect()),
            Kind::Any(rules) => any(rules.iter().map(|rule| rule.bound(user, entity)).collect()),
            _ => Filter::All,
        }
    }

    /// Whether it allows a caller whatever the document is: what a policy of a field asks.
    pub(crate) fn allows_all(&self, user: Option<&UserPrincipal>, entity: &EntityMeta) -> bool {
        self.filter(user, entity) == Some(Filter::All)
    }

    /// Whether it allows this document of an entity. Of several parts the ready ones are asked first, and no code whose answer changes nothing.
    ///
    /// # Errors
    /// What the code ends in.
    pub(crate) fn allows<'a>(
        &'a self,
        document: &'a RawDocument,
        entity: &'a EntityMeta,
        context: CallContext<'a>,
    ) -> BoxFuture<'a, Result<bool, Error>> {
        Box::pin(async move { Ok(self.says(document, entity, context).await? == Some(true)) })
    }

    /// What it says of a document; `None` where that depends on code which there is nobody to be asked of.
    fn says<'a>(
        &'a self,
        document: &'a RawDocument,
        entity: &'a EntityMeta,
        context: CallContext<'a>,
    ) -> BoxFuture<'a, Result<Option<bool>, Error>> {
        Box::pin(async move {
            let user = context.principal().user();
            if let Some(filter) = self.filter(user, entity) {
                let allowed = in_memory::matches(&filter, document);
                return Ok(Some(allowed).filter(|allowed| *allowed || !self.is_unasked(user)));
            }
            match self.0 {
                Kind::Code(allows) => allows(document, context).await,
                Kind::Not(rule) => Ok(rule.says(document, entity, context).await?.map(|allowed| !allowed)),
                Kind::All(rules) => unless_one_is(false, rules, document, entity, context).await,
                Kind::Any(rules) => unless_one_is(true, rules, document, entity, context).await,
                Kind::Holds { .. } | Kind::Claims { .. } | Kind::User | Kind::Caller(_) => Ok(None),
            }
        })
    }

    /// Whether code on callers is a part of it that there is nobody to be asked of.
    fn is_unasked(&self, user: Option<&UserPrincipal>) -> bool {
        match self.0 {
            Kind::Caller(allows) => allows(user).is_none(),
            Kind::All(rules) | Kind::Any(rules) => rules.iter().any(|rule| rule.is_unasked(user)),
            Kind::Not(rule) => rule.is_unasked(user),
            Kind::Holds { .. } | Kind::Claims { .. } | Kind::User | Kind::Code(_) => false,
        }
    }

    /// The claims that it reads.
    pub(crate) fn claims_read(&self) -> Vec<&'static str> {
        match self.0 {
            Kind::Holds { claim, .. } | Kind::Claims { claim, .. } => vec![claim],
            Kind::All(rules) | Kind::Any(rules) => rules.iter().flat_map(Self::claims_read).collect(),
            Kind::Not(rule) => rule.claims_read(),
            Kind::User | Kind::Caller(_) | Kind::Code(_) => vec![],
        }
    }

    fn is_code(&self) -> bool {
        match self.0 {
            Kind::Code(_) => true,
            Kind::All(rules) | Kind::Any(rules) => rules.iter().any(Self::is_code),
            Kind::Not(rule) => rule.is_code(),
            _ => false,
        }
    }
}

/// What several rules say where one of them is enough to say `decisive`, and all of them say the opposite.
async fn unless_one_is(
    decisive: bool,
    rules: &[Permit],
    document: &RawDocument,
    entity: &EntityMeta,
    context: CallContext<'_>,
) -> Result<Option<bool>, Error> {
    let (code, ready): (Vec<&Permit>, Vec<&Permit>) = rules.iter().partition(|rule| rule.is_code());
    let mut all = Some(!decisive);
    for rule in ready.into_iter().chain(code) {
        match rule.says(document, entity, context).await? {
            Some(said) if said == decisive => return Ok(Some(decisive)),
            Some(_) => {}
            None => all = None,
        }
    }
    Ok(all)
}

fn holds(
    field: &'static str,
    claim: &'static str,
    user: Option<&UserPrincipal>,
    entity: &EntityMeta,
) -> Filter {
    let Some(user) = user else { return Filter::Nothing };
    match &claim::values_of(user, claim, claim::schema_of(entity, field))[..] {
        [] => Filter::Nothing,
        [value] => Filter::eq(field, value.clone()),
        values => Filter::field(field, Op::In(values.to_vec())),
    }
}

fn claims(claim: &str, values: &[&str], user: Option<&UserPrincipal>) -> bool {
    let is_one = |said: &serde_json::Value| said.as_str().is_some_and(|said| values.contains(&said));
    match user.and_then(|user| user.claims().get(claim)) {
        Some(serde_json::Value::Array(said)) => said.iter().any(is_one),
        Some(said) => is_one(said),
        None => false,
    }
}

fn either(holds: bool) -> Filter {
    if holds { Filter::All } else { Filter::Nothing }
}

fn all(parts: Vec<Filter>) -> Filter {
    if parts.contains(&Filter::Nothing) {
        return Filter::Nothing;
    }
    parts.into_iter().fold(Filter::All, Filter::and)
}

fn any(mut parts: Vec<Filter>) -> Filter {
    if parts.contains(&Filter::All) {
        return Filter::All;
    }
    parts.retain(|part| *part != Filter::Nothing);
    match parts.len() {
        0 => Filter::Nothing,
        1 => parts.remove(0),
        _ => Filter::Or(parts),
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Holds { field, claim } => write!(f, "holds({field} = {claim})"),
            Kind::Claims { claim, values } => write!(f, "claims({claim} in {values:?})"),
            Kind::User => f.write_str("user"),
            Kind::All(rules) => f.debug_tuple("all").field(&rules).finish(),
            Kind::Any(rules) => f.debug_tuple("any").field(&rules).finish(),
            Kind::Not(rule) => f.debug_tuple("not").field(rule).finish(),
            Kind::Caller(_) => f.write_str("caller"),
            Kind::Code(_) => f.write_str("code"),
        }
    }
}
