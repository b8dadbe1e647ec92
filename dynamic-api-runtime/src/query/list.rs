//! What a client asks a list for: its members, from a query string or a socket's payload.

use serde_json::Value;

use super::{Direction, Sort};
use crate::{
    call::{PageMeta, Query},
    entity::EntityMeta,
    error::{Error, Violation},
    input::{Members, Violations, escape, from_json, shown},
    resource::Limits,
    server_fields::{CREATED_AT, ID, PUBLIC_ID, UPDATED_AT},
};

/// A page of a list, in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListQuery {
    pub(crate) page: u64,
    pub(crate) limit: u64,
    pub(crate) sort: Sort,
}

/// Pages beyond this one are refused: the store would read and drop all rows before it.
const MAX_PAGE: u64 = 1_000_000;
/// Keys of a sort at most.
const MAX_SORT_KEYS: usize = 8;

impl ListQuery {
    /// Reads the members of a query, all that is wrong at once.
    pub(crate) fn parse(query: &Query, entity: &EntityMeta, limits: &Limits) -> Result<Self, Error> {
        let mut list = Self { page: 1, limit: limits.page_default, sort: Sort::none() };
        let mut violations = Violations::default();
        for (name, text) in texts(query)? {
            let read = match &*name {
                "page" => number(&text, MAX_PAGE).map(|page| list.page = page),
                "limit" => number(&text, limits.page_max).map(|limit| list.limit = limit),
                "sort" => sort(&text, entity).map(|sort| list.sort = sort),
                _ => Err("is no member of this query: use page, limit or sort".to_owned()),
            };
            if let Err(message) = read {
                let message = format!("{} {message}", shown(&name));
                violations.push(Violation::new(format!("/{}", escape(&name)), "query", message));
            }
        }
        if violations.is_empty() { Ok(list) } else { Err(violations.into()) }
    }

    /// How many rows stand before the page.
    pub(crate) fn skip(&self) -> u64 {
        (self.page - 1).saturating_mul(self.limit)
    }

    /// What a reply says of where the page stands.
    pub(crate) fn meta(&self) -> PageMeta {
        PageMeta { page: self.page, limit: self.limit }
    }
}

/// The members as texts; a JSON number is the text it was written as.
fn texts(query: &Query) -> Result<Vec<(String, String)>, Error> {
    match query {
        Query::None => Ok(vec![]),
        Query::Pairs(pairs) => Ok(pairs.clone()),
        Query::Json(json) => {
            let members: Members<'_> = from_json(json, "the query must be an object")?;
            Ok(members.0.iter().map(|(name, value)| (name.to_string(), text_of(value.get()))).collect())
        }
    }
}

fn text_of(json: &str) -> String {
    match serde_json::from_str(json) {
        Ok(Value::String(text)) => text,
        _ => json.to_owned(),
    }
}

fn number(text: &str, max: u64) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| format!("must be an integer from 1 to {max}"))
}

fn sort(text: &str, entity: &EntityMeta) -> Result<Sort, String> {
    let keys: Vec<&str> = text.split(',').filter(|key| !key.is_empty()).collect();
    if keys.len() > MAX_SORT_KEYS {
        return Err(format!("must have at most {MAX_SORT_KEYS} keys"));
    }
    keys.into_iter().try_fold(Sort::none(), |sort, key| {
        let (name, direction) = match key.strip_prefix('-') {
            Some(name) => (name, Direction::Descending),
            None => (key, Direction::Ascending),
        };
        let path = sort_path(name, entity).ok_or_else(|| {
            let (name, entity) = (shown(name), entity.name);
            format!("can't be by {name}: that is no visible field of {entity} with single values")
        })?;
        Ok(sort.then(path, direction))
    })
}

/// The stored name of what a list can be sorted by.
fn sort_path(name: &str, entity: &EntityMeta) -> Option<&'static str> {
    match name {
        PUBLIC_ID => Some(ID),
        CREATED_AT => Some(CREATED_AT),
        UPDATED_AT => Some(UPDATED_AT),
        name => entity
            .field(name)
            .filter(|field| field.is_visible() && field.schema.is_scalar())
            .map(|field| field.name),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::entity::Field;

    const META: &EntityMeta = &EntityMeta::new("Thing", "things", "things").fields(&[
        Field::new::<String>("name"),
        Field::new::<Vec<String>>("tags"),
        Field::new::<String>("secret").hidden(),
    ]);

    fn parse(query: &Query) -> Result<ListQuery, Vec<(String, String)>> {
        ListQuery::parse(query, META, &Limits::default()).map_err(|error| match error {
            Error::Invalid(violations) => violations.into_iter().map(|it| (it.pointer, it.message)).collect(),
            other => vec![(String::new(), other.to_string())],
        })
    }

    fn pairs(query: &str) -> Query {
        Query::Pairs(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    fn json(text: &'static str) -> Query {
        Query::Json(text.into())
    }

    #[test]
    fn both_transports_ask_alike() {
        let http = parse(&pairs("page=2&limit=10&sort=-name,id")).unwrap();
        assert_eq!(http, parse(&json(r#"{"page":2,"limit":"10","sort":"-name,id"}"#)).unwrap());
        assert_eq!((http.skip(), http.meta()), (10, PageMeta { page: 2, limit: 10 }));
        let expected = Sort::none().then("name", Direction::Descending).then("_id", Direction::Ascending);
        assert_eq!(http.sort, expected);
        assert_eq!(parse(&Query::None).unwrap(), ListQuery { page: 1, limit: 100, sort: Sort::none() });
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (query, member) in [
            ("page=0", "/page"),
            ("page=-1", "/page"),
            ("limit=1001", "/limit"),
            ("limit=1e9", "/limit"),
            ("limit=", "/limit"),
            ("sort=secret", "/sort"),
            ("sort=tags", "/sort"),
            ("sort=$where", "/sort"),
            ("sort=a,a,a,a,a,a,a,a,a", "/sort"),
            ("$where=1", "/$where"),
            ("_id=507f1f77bcf86cd799439011", "/_id"),
        ] {
            assert_eq!(parse(&pairs(query)).unwrap_err()[0].0, member, "{query}");
        }
        for payload in
            [r#"{"page":{"$gt":1}}"#, r#"{"limit":[10]}"#, r#"{"sort":{"name":1}}"#, r#"{"page":null}"#]
        {
            assert_eq!(parse(&json(payload)).unwrap_err().len(), 1, "{payload}");
        }
        assert_eq!(parse(&json("[1]")).unwrap_err()[0].1, "the query must be an object");
    }
}
