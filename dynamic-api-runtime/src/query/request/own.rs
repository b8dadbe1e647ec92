//! Routes with a query type of their own: which members the list takes, and which are left to that type.

use bytes::Bytes;
use serde::Serializer;
use serde_json::value::RawValue;

use super::names::Name;
use crate::{
    call::{Query, Route},
    entity::EntityMeta,
    error::Error,
    input::{Members, from_json},
    query::Filter,
};

/// Reads all members of a query that the list itself does not take, and answers the filter.
pub(crate) type OwnFilter<'a> = &'a dyn Fn(&Query) -> Result<Filter, Error>;

/// The members that the list takes, and all others as they came.
pub(super) fn split(query: &Query, entity: &EntityMeta, route: &Route) -> Result<(Query, Query), Error> {
    let takes = |name: &str| Name::of(name).is_some_and(|name| name.is_offered(entity, route));
    match query {
        Query::None => Ok((Query::None, Query::None)),
        Query::Pairs(pairs) => {
            let (ours, theirs) = pairs.iter().cloned().partition(|(name, _)| takes(without_place(name)));
            Ok((Query::Pairs(ours), Query::Pairs(theirs)))
        }
        Query::Json(json) => {
            let members: Members<'_> = from_json(json, "the query must be an object")?;
            // With operators it is a field's, which the list does not know here.
            let is_ours = |name: &str, value: &RawValue| takes(name) && !value.get().starts_with('{');
            let (ours, theirs): (Vec<_>, Vec<_>) =
                members.0.into_iter().partition(|(name, value)| is_ours(name, value));
            Ok((object(&ours)?, object(&theirs)?))
        }
    }
}

/// A name without the place in a list behind it: `sort[]`, `sort[0]`.
fn without_place(name: &str) -> &str {
    let inside = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    let place = inside.filter(|(_, place)| place.bytes().all(|byte| byte.is_ascii_digit()));
    place.map_or(name, |(name, _)| name)
}

fn object<N: AsRef<str>>(members: &[(N, &RawValue)]) -> Result<Query, Error> {
    let mut json = vec![];
    let pairs = members.iter().map(|(name, value)| (name.as_ref(), value));
    serde_json::Serializer::new(&mut json).collect_map(pairs).map_err(Error::internal)?;
    Ok(Query::Json(Bytes::from(json)))
}
