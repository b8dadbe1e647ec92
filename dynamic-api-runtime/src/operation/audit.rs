//! What was written of one document, newest first.

use bson::{Bson, Document};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::IgnoredAny};

use super::{Outcome, aggregate::PlainDocument, effects, write::read_one};
use crate::{
    call::{Answer, Call, PageMeta, Query, RawCall},
    entity::{AFTER, BEFORE, DOCUMENT, Entity},
    error::Error,
    pipeline::{self, Codec},
    query::{Direction, Filter, Find, Sort, Trashed},
    server_fields::ID,
    shape::query,
    types::{DateTime, Id},
};

/// What a write did to a document, as an audit route shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The id of the entry.
    #[serde(rename(deserialize = "_id"))]
    pub id: Id,
    /// The id of the document.
    pub document: Id,
    /// When it was written.
    pub at: DateTime,
    /// Who called; none without a token.
    pub user: Option<Id>,
    /// The session of the caller.
    pub session: Option<Id>,
    /// What the call came in by: `http` or `socket`.
    pub transport: String,
    /// What the route does: `update_one`.
    pub kind: String,
    /// The event of the route, over whatever it was called.
    pub event: String,
    /// The entity that was called; where it is another than the document's, the document went with one of that.
    pub called: String,
    /// The document before; none where it is new. What not every client may see is a hash by a key that nobody has.
    pub before: Option<Snapshot>,
    /// The document since; none where it is no more.
    pub after: Option<Snapshot>,
}

/// A document as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot(Document);

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PlainDocument(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::deserialize(deserializer).map(|document| Self(effects::public(document)))
    }
}

/// Which of the entries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// The document, where a socket's payload says it beside them.
    id: Option<IgnoredAny>,
    page: Option<u64>,
    limit: Option<u64>,
}

/// What was written of a document.
pub fn audit<E: Entity>(call: Call<E>) -> Answer<Vec<AuditEntry>> {
    Answer::new(pipeline::run(call.into_raw(), Codec::plain::<E>()))
}

pub(super) async fn perform(call: &RawCall) -> Result<Outcome, Error> {
    let id = call.id()?;
    let (page, limit) = place(call)?;
    reach(call, id).await?;
    let resource = &call.resource;
    let find = Find::new(Filter::eq(DOCUMENT, id).and(told(call.policy.scope())))
        .sort(Sort::none().then(ID, Direction::Descending))
        .skip((page - 1).saturating_mul(limit))
        .limit(limit + 1)
        .byte_limit(resource.limits.reply_bytes)
        .time_limit(resource.limits.read_time);
    let found = resource.store.find(&resource.meta.audit_collection(), &find).await;
    let found = found.map_err(|error| Error::of_read(error, &resource.limits))?;
    let has_more = found.len() as u64 > limit;
    let shown = found.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
    let entries: Vec<AuditEntry> = shown
        .map(|entry| bson::deserialize_from_slice(entry.as_bytes()).map_err(Error::internal))
        .collect::<Result<_, _>>()?;
    let page = PageMeta { page: Some(page), limit, next_cursor: None, total: None, has_more };
    Ok(Outcome::Audited(serde_json::to_vec(&entries).map_err(Error::internal)?, page))
}

/// Which entries there are for a caller: those of what was within its scope then, before and after. What stands as a hash is no value
/// that a scope could ask for.
fn told(scope: &Filter) -> Filter {
    if *scope == Filter::All {
        return Filter::All;
    }
    let within = |snapshot: &str| {
        let there = scope.below(snapshot).unwrap_or(Filter::Nothing);
        Filter::Or(vec![Filter::eq(snapshot, Bson::Null), there])
    };
    within(BEFORE).and(within(AFTER))
}

/// The page and its rows.
fn place(call: &RawCall) -> Result<(u64, u64), Error> {
    let limits = &call.resource.limits;
    let asked: AuditQuery = query::read(&call.query)?;
    let (page, limit) = (asked.page.unwrap_or(1), asked.limit.unwrap_or(limits.page_default));
    if asked.id.is_some() && matches!(call.query, Query::Pairs(_)) {
        return Err(Error::violation("/id", "unknown", "id is not taken here: the path says which document"));
    }
    if page == 0 || page > i64::MAX as u64 / limits.page_max {
        return Err(Error::violation("/page", "range", "page must be at least 1, and a page that can be"));
    }
    if limit == 0 || limit > limits.page_max {
        let message = format!("limit must be from 1 to {}", limits.page_max);
        return Err(Error::violation("/limit", "range", message));
    }
    Ok((page, limit))
}

/// Whether the document is one that the caller may read. Where that depends on the document and it is no more, it is none.
async fn reach(call: &RawCall, id: Id) -> Result<(), Error> {
    if *call.policy.scope() == Filter::All && !call.policy.looks_at_documents() {
        return Ok(());
    }
    let filter = Filter::eq(ID, Bson::from(id)).and(call.rows(Trashed::With));
    let document = read_one(call, &*call.resource.store, filter).await?.ok_or(Error::DocumentNotFound)?;
    call.policy.permit(call, &document).await
}
