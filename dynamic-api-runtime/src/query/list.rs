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

pub(crate) type OwnFilter<'a> = &'a dyn Fn(&Query) -> Result<super::Filter, Error>;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Unasked,
    Asked,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trashed {
    Without,
    With,
    Only,
}
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Paging {
    Page(u64),
    After(super::Position),
}
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Selection {
    pub(crate) fields: Option<Vec<&'static str>>,
    pub(crate) populate: Vec<&'static str>,
}
impl Selection {
    pub(crate) fn is_all(&self) -> bool {
        self.fields.is_none() && self.populate.is_empty()
    }
}
pub(crate) struct ListRequest {
    pub(crate) paging: Paging,
    pub(crate) limit: u64,
    pub(crate) sort: Sort,
    pub(crate) filter: super::Filter,
    pub(crate) count: Count,
    pub(crate) trashed: Trashed,
    pub(crate) selection: Selection,
}
impl ListRequest {
    pub(crate) fn parse(
        query: &Query,
        entity: &EntityMeta,
        _: &crate::call::Route,
        limits: &Limits,
        _: Option<OwnFilter<'_>>,
    ) -> Result<Self, Error> {
        let list = ListQuery::parse(query, entity, limits)?;
        Ok(Self {
            paging: Paging::Page(list.page),
            limit: list.limit,
            sort: list.sort.stable(),
            filter: super::Filter::All,
            count: Count::Unasked,
            trashed: Trashed::Without,
            selection: Selection::default(),
        })
    }
}
pub(crate) struct ReadRequest {
    pub(crate) trashed: Trashed,
    pub(crate) selection: Selection,
}
impl ReadRequest {
    pub(crate) fn parse(
        _: &Query,
        _: &EntityMeta,
        _: &crate::call::Route,
        _: &[&str],
    ) -> Result<Self, Error> {
        Ok(Self { trashed: Trashed::Without, selection: Selection::default() })
    }
}
pub(crate) fn cursor(_: &ListRequest, _: &EntityMeta, _: &bson::RawDocument) -> Option<String> {
    None
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
        PageMeta { page: Some(self.page), limit: self.limit, next_cursor: None, total: None, has_more: false }
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
