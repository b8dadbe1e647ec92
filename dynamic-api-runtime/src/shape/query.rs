//! The members of a query as a type of the user's own.

use serde::{Deserializer, de::DeserializeOwned};

use super::{body::MembersDeserializer, misfit};
use crate::{
    call::Query,
    error::Error,
    input::{Members, check_names, from_json},
};

/// Reads a query into its type; where a member doesn't fit, it is named.
pub(crate) fn read<Q: DeserializeOwned>(query: &Query) -> Result<Q, Error> {
    match query {
        Query::None => named(serde_html_form::Deserializer::new(form_urlencoded::parse(b""))),
        Query::Pairs(pairs) => {
            check_names(pairs.iter().map(|(name, _)| &**name))?;
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            named(serde_html_form::Deserializer::new(form_urlencoded::parse(text.as_bytes())))
        }
        Query::Json(json) => {
            let members: Members<'_> = from_json(json, "the query must be an object")?;
            members.check_names()?;
            named(&mut serde_json::Deserializer::from_slice(json))
        }
    }
}

/// As [`read`], without the members of a socket's payload that say which documents the call is about.
pub(crate) fn read_beside<Q: DeserializeOwned>(query: &Query, targets: &[&str]) -> Result<Q, Error> {
    let Query::Json(json) = query else { return read(query) };
    let mut members: Members<'_> = from_json(json, "the query must be an object")?;
    members.0.retain(|(name, _)| !targets.contains(&&**name));
    members.check_names()?;
    named(MembersDeserializer(&members))
}

fn named<'de, Q: DeserializeOwned>(members: impl Deserializer<'de>) -> Result<Q, Error> {
    serde_path_to_error::deserialize(members)
        .map_err(|error| Error::Invalid(vec![misfit::violation("", "query", &error)]))
}
