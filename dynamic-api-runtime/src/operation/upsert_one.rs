//! A document by its natural key: other members in its place where it is there, else a new one. The unique index on the key keeps
//! two calls from making two.

use bson::{Bson, RawDocument};

use super::{Outcome, change::Attempts, create_one::create, replace_one::replace};
use crate::{
    call::RawCall,
    document,
    error::{Error, Violation},
    query::Filter,
    store::StoreError,
    validate,
};

pub(super) async fn perform(call: &RawCall, members: &RawDocument) -> Result<Outcome, Error> {
    let (store, target) = (&*call.resource.store, target(call, members)?);
    let mut attempts = Attempts::default();
    loop {
        if let Some(replaced) = replace(call, store, &target, members).await? {
            return Ok(Outcome::One(replaced));
        }
        validate::whole(call.resource.meta, &document::complete(call.resource.meta, members)?)?;
        match create(call, store, members).await {
            Ok((id, document)) => return Ok(Outcome::Created(id, document)),
            // Another call was first.
            Err(Error::Store(StoreError::Duplicate { fields, .. })) if is_key(call, &fields) => {}
            Err(error) => return Err(error),
        }
        attempts.another().await?;
    }
}

/// The living document with the key that the body holds.
fn target(call: &RawCall, members: &RawDocument) -> Result<Filter, Error> {
    let (mut filter, mut missing) = (call.resource.living(), vec![]);
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
    let key = call.route.key;
    taken.len() == key.len() && taken.iter().all(|(name, _)| key.contains(&name.as_str()))
}
