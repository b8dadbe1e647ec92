//! A document by its natural key: other members in its place where it is there, else a new one. The unique index on the key keeps
//! two calls from making two.

use bson::{Bson, RawDocument};

use super::{
    Outcome,
    create_one::create,
    effects::{self, Writes},
    replace_one::replace,
    write::Attempts,
};
use crate::{
    call::RawCall,
    error::{Error, Violation},
    query::{Filter, Trashed},
    store::StoreError,
};

/// How often a key may be taken by a document that is not found: another call can make it and remove it meanwhile, but what is out of
/// the caller's reach, or is taken by a part of what it holds, stays so.
const MISSES: u32 = 5;

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let target = &target(call, members)?;
    let mut attempts = Attempts::default();
    for _ in 1..MISSES {
        // Each attempt is a transaction of its own where there is one: a key that is taken ends it.
        match once(call, target, members).await {
            Err(Error::Store(StoreError::Duplicate { fields, .. })) if is_key(call, &fields) => {
                // Another call was first.
                attempts.another().await?;
            }
            outcome => return outcome,
        }
    }
    once(call, target, members).await
}

async fn once(call: &RawCall, target: &Filter, members: &RawDocument) -> Result<Outcome, Error> {
    effects::run(call, |on, _| Box::pin(attempt(call, on, target, members))).await
}

async fn attempt(
    call: &RawCall,
    on: &Writes<'_>,
    target: &Filter,
    members: &RawDocument,
) -> Result<Outcome, Error> {
    if let Some(replaced) = replace(call, on, target, members).await? {
        return Ok(Outcome::One(replaced));
    }
    let (id, document) = create(call, on, members).await?;
    Ok(Outcome::Created(id, document))
}

/// The living document with the key that the body holds.
fn target(call: &RawCall, members: &RawDocument) -> Result<Filter, Error> {
    let (mut filter, mut missing) = (call.rows(Trashed::Without), vec![]);
    for name in call.route.key {
        match members.get(name).map_err(Error::internal)? {
            Some(value) if value.as_null().is_none() => {
                let value = Bson::try_from(value).map_err(Error::internal)?;
                filter = Filter::eq(*name, value).and(filter);
            }
            _ => missing.push(Violation::new(format!("/{name}"), "required", format!("{name} is required"))),
        }
    }
    if missing.is_empty() { Ok(filter) } else { Err(Error::Invalid(missing)) }
}

fn is_key(call: &RawCall, taken: &[(String, Bson)]) -> bool {
    let (key, tenant) = (call.route.key, call.resource.meta.tenant);
    let mut taken =
        taken.iter().map(|(name, _)| name.as_str()).filter(|name| tenant != Some(name)).peekable();
    taken.peek().is_some() && taken.all(|name| key.contains(&name))
}
