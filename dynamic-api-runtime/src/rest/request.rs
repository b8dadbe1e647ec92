//! From a request to a call.

use axum::{body::Body as HttpBody, extract::Request};
use http::HeaderMap;
use tokio::time::timeout;

use super::{body, decode, paths, router::Endpoint, sender::Sender};
use crate::{
    call::{Addressing, Body, Query, RawCall, Target, Transport},
    error::Error,
    input::{escape, shown},
    policy::Policy,
};

/// Reads a request. The path alone says which route it is for and, where it holds an id, which document.
pub(super) async fn read(endpoint: &Endpoint, sender: Sender, request: Request) -> Result<RawCall, Error> {
    let (parts, body) = request.into_parts();
    let text = parts.uri.query().unwrap_or_default();
    let (mut target, mut query) = (Target::None, Query::None);
    match endpoint.route.kind.addressing() {
        Addressing::Id => {
            refuse_targets(text, &["id", "_id", "ids"])?;
            target = Target::One(id(endpoint, parts.uri.path()));
        }
        Addressing::Ids => {
            refuse_targets(text, &["id", "_id"])?;
            target = ids(text)?;
        }
        Addressing::Query => {}
        Addressing::Nothing => refuse_targets(text, &["id", "_id", "ids"])?,
    }
    if endpoint.route.kind.has_query() {
        query = pairs(text)?;
    }
    Ok(RawCall {
        resource: endpoint.resource.clone(),
        route: endpoint.route,
        principal: sender.principal,
        transport: Transport::Http,
        address: sender.address,
        connection: None,
        device: sender.device,
        bearer: sender.bearer,
        target,
        query,
        body: json(endpoint, &parts.headers, body).await?,
        policy: Policy::default(),
        item: None,
    })
}

async fn json(endpoint: &Endpoint, headers: &HeaderMap, body: HttpBody) -> Result<Body, Error> {
    if !endpoint.route.kind.has_body() {
        return Ok(Body::default());
    }
    let limits = &endpoint.resource.limits;
    let read = timeout(limits.call_time, body::read(endpoint.route, headers, body, limits.body_bytes));
    let sent = read.await.unwrap_or(Err(Error::BodyTimeout))?;
    Ok(sent.map_or_else(Body::default, |(json, form)| Body { json: Some(json), form, envelope: &[] }))
}

/// The id in a path, counted from its end: what the router is nested in is in front.
fn id(endpoint: &Endpoint, path: &str) -> String {
    let behind = endpoint.behind_id.unwrap_or_default();
    let segment = paths::segments(path).rev().nth(behind).unwrap_or_default();
    // What can't be decoded is a malformed id like any other.
    decode::segment(segment).map_or_else(|_| segment.to_owned(), |id| id.into_owned())
}

/// The ids of a query string, in every spelling: `ids=a&ids=b`, `ids=a,b`, `ids[]=a`, `ids[0]=a`.
///
/// # Errors
/// 400 for a name that looks as if it were one of these, such as `ids[0][$ne]`: not all of what it says is known then.
fn ids(query: &str) -> Result<Target, Error> {
    let mut ids = vec![];
    for pair in decode::pairs(query) {
        let (name, value) = pair?;
        if names_ids(&name) {
            ids.extend(value.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned));
        } else if head(&name) == "ids" {
            return Err(stray(&name));
        }
    }
    Ok(if ids.is_empty() { Target::None } else { Target::Many(ids) })
}

fn names_ids(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("ids") else { return false };
    let index = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    rest.is_empty() || index.is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Refuses members that look as if they said which document is meant, where they don't: they are not left out silently.
fn refuse_targets(query: &str, names: &[&str]) -> Result<(), Error> {
    for pair in decode::pairs(query) {
        let (name, _) = pair?;
        if names.contains(&head(&name)) {
            return Err(stray(&name));
        }
    }
    Ok(())
}

/// The member that a name is about, without what it says of it.
fn head(name: &str) -> &str {
    name.split(['[', '.']).next().unwrap_or_default()
}

fn stray(name: &str) -> Error {
    let message = format!("{} can't be in the query of this route", shown(name));
    Error::violation(format!("/{}", escape(name)), "query", message)
}

fn pairs(query: &str) -> Result<Query, Error> {
    if query.is_empty() {
        return Ok(Query::None);
    }
    let owned = decode::pairs(query).map(|pair| pair.map(|(name, value)| (name.into(), value.into())));
    owned.collect::<Result<_, Error>>().map(Query::Pairs)
}
