//! What an ability is made of: the ready ones, which are data and say of a filter what they say of a document, and code.

use std::fmt;

use bson::RawDocument;

use super::claim;
use crate::{
    call::UserPrincipal,
    context::CallContext,
    entity::EntityMeta,
    error::Error,
    query::{Filter, Op},
    store::BoxFuture,
};

/// Which documents a caller may see, change or make.
#[derive(Clone, Copy)]
pub struct Permit(Kind);

/// Code on a document and the call that it is asked for.
pub type AbilityFn = for<'a> fn(&'a RawDocument, CallContext<'a>) -> BoxFuture<'a, Result<bool, Error>>;

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
    Caller(fn(Option<&UserPrincipal>) -> bool),
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
    pub const fn caller(allows: fn(Option<&UserPrincipal>) -> bool) -> Self {
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
            Kind::Caller(allows) => either(allows(user)),
            Kind::All(rules) => {
                let parts = rules.iter().map(|rule| rule.filter(user, entity));
                all(parts.collect::<Option<Vec<_>>>()?)
            }
            Kind::Any(rules) => {
                let parts = rules.iter().map(|rule| rule.filter(user, entity));
                any(parts.collect::<Option<Vec<_>>>()?)
            }
            Kind::Not(rule) => match rule.filter(user, entity)? {
                Filter::All => Filter::Nothing,
                Filter::Nothing => Filter::All,
                other => Filter::Not(Box::new(other)),
            },
            Kind::Code(_) => return None,
        })
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
        Box::pin(async move {
            if let Some(filter) = self.filter(context.principal().user(), entity) {
                return Ok(crate::store::in_memory::matches(&filter, document));
            }
            match self.0 {
                Kind::Code(allows) => allows(document, context).await,
                Kind::Not(rule) => rule.allows(document, entity, context).await.map(|allowed| !allowed),
                Kind::All(rules) => one_is(false, rules, document, entity, context).await.map(|found| !found),
                Kind::Any(rules) => one_is(true, rules, document, entity, context).await,
                Kind::Holds { .. } | Kind::Claims { .. } | Kind::User | Kind::Caller(_) => Ok(false),
            }
        })
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

/// Whether one of the rules says `wanted`.
async fn one_is(
    wanted: bool,
    rules: &[Permit],
    document: &RawDocument,
    entity: &EntityMeta,
    context: CallContext<'_>,
) -> Result<bool, Error> {
    let (code, ready): (Vec<&Permit>, Vec<&Permit>) = rules.iter().partition(|rule| rule.is_code());
    for rule in ready.into_iter().chain(code) {
        if rule.allows(document, entity, context).await? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
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
