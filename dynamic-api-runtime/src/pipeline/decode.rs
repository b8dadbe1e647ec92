//! What the client sent as the input of the route: all of it that is wrong at once.

use bson::RawDocumentBuf;
use serde_json::value::RawValue;

use super::Codec;
use crate::{
    call::{Body, BodyForm, Query, RawCall, RouteKind},
    context::CallContext,
    document,
    error::{Error, Violation},
    input::{self, Members, Violations, escape, shown},
    operation::{BatchItem, Change},
    patch::Plan,
};

/// Decodes the members of a JSON object at a JSON pointer into a document; `None` where there are violations.
pub(crate) type DecodeMembers =
    fn(&Members<'_>, &str, &CallContext<'_>, &mut Violations) -> Result<Option<RawDocumentBuf>, Error>;

/// Reads a patch.
pub(crate) type DecodePatch = fn(BodyForm, &[u8]) -> Result<Plan, Error>;

/// The decoded input.
pub(crate) enum Decoded {
    /// The route has none, or may have none.
    Nothing,
    /// The document to store, or the members of one.
    One(RawDocumentBuf),
    /// One document for each item of a list.
    Many(Vec<RawDocumentBuf>),
    /// What to change of a document that is there.
    Change(Box<Change>),
    /// A batch.
    Batch(Items),
}

/// The items of a batch.
pub(crate) enum Items {
    /// To be done all or none.
    Atomic(Vec<BatchItem>),
    /// To be done each for itself, those that can be read.
    Each(Vec<Result<BatchItem, Error>>),
}

/// Reads what a call sends.
pub(super) fn decode(call: &RawCall, codec: &Codec, context: CallContext<'_>) -> Result<Decoded, Error> {
    let body = &call.body;
    match (call.route.kind, codec.create, codec.update) {
        (RouteKind::Batch, Some(create), Some((update, _))) => {
            BatchDecoder { call, context, create, update }.decode().map(Decoded::Batch)
        }
        (RouteKind::CreateMany, Some(decode), _) => {
            list(body, decode, context, call.resource.limits.items).map(Decoded::Many)
        }
        (RouteKind::DuplicateOne | RouteKind::DuplicateMany, ..) if is_blank(body) => Ok(Decoded::Nothing),
        (RouteKind::DuplicateOne | RouteKind::DuplicateMany, _, Some((decode, _))) => {
            one(body, decode, context).map(Decoded::One)
        }
        (_, Some(decode), _) => one(body, decode, context).map(Decoded::One),
        (_, None, Some((decode, patch))) => {
            change(call, decode, patch, context).map(|change| Decoded::Change(Box::new(change)))
        }
        (_, None, None) => Ok(Decoded::Nothing),
    }
}

fn is_blank(body: &Body) -> bool {
    body.json.as_ref().is_none_or(|json| json.trim_ascii().is_empty() || json.trim_ascii() == b"null")
}

fn json(body: &Body) -> Result<&[u8], Error> {
    body.json.as_deref().filter(|json| !json.trim_ascii().is_empty()).ok_or(Error::InvalidBody)
}

fn one(body: &Body, decode: DecodeMembers, context: CallContext<'_>) -> Result<RawDocumentBuf, Error> {
    let members = input::members(json(body)?, body.envelope)?;
    let mut violations = Violations::default();
    decode(&members, "", &context, &mut violations)?.ok_or_else(|| violations.into())
}

fn change(
    call: &RawCall,
    decode: DecodeMembers,
    patch: DecodePatch,
    context: CallContext<'_>,
) -> Result<Change, Error> {
    let plan = match call.body.form {
        BodyForm::Members => one(&call.body, decode, context).and_then(|members| members_change(&members)),
        form => json(&call.body).and_then(|json| patch(form, json)),
    };
    // Of a call that says neither what nor of which document, the latter is told.
    let plan = plan.or_else(|error| match error {
        Error::InvalidBody => call.check_target().and(Err(error)),
        error => Err(error),
    })?;
    Ok(Change::new(plan, call.resource.meta))
}

/// The change of the members that a client sent, which must be some.
fn members_change(members: &RawDocumentBuf) -> Result<Plan, Error> {
    if members.is_empty() {
        return Err(Error::InvalidBody);
    }
    Ok(Plan::members(document::update(members)?))
}

fn list(
    body: &Body,
    decode: DecodeMembers,
    context: CallContext<'_>,
    limit: usize,
) -> Result<Vec<RawDocumentBuf>, Error> {
    let members = input::members(json(body)?, body.envelope)?;
    let items = input::list(&members, limit)?;
    let (mut documents, mut violations) = (Vec::with_capacity(items.len()), Violations::default());
    for (index, item) in items.iter().enumerate() {
        match input::item(item, index) {
            Ok(members) => {
                documents.extend(decode(&members, &format!("/list/{index}"), &context, &mut violations)?);
            }
            Err(violation) => violations.push(violation),
        }
        if violations.is_full() {
            break;
        }
    }
    if violations.is_empty() { Ok(documents) } else { Err(violations.into()) }
}

/// The member of a batch's query or body that says whether one failure undoes all.
const ATOMIC: &str = "atomic";

struct BatchDecoder<'a> {
    call: &'a RawCall,
    context: CallContext<'a>,
    create: DecodeMembers,
    update: DecodeMembers,
}

impl BatchDecoder<'_> {
    fn decode(&self) -> Result<Items, Error> {
        let body = &self.call.body;
        let mut members = input::members(json(body)?, body.envelope)?;
        let atomic = self.is_atomic(&mut members)?;
        let items = input::list(&members, self.call.resource.limits.items)?;
        if !atomic {
            let read = |(index, item): (usize, &&RawValue)| {
                let mut violations = Violations::default();
                self.item(item, index, &mut violations)?.ok_or_else(|| violations.into())
            };
            return Ok(Items::Each(items.iter().enumerate().map(read).collect()));
        }
        let (mut decoded, mut violations) = (Vec::with_capacity(items.len()), Violations::default());
        for (index, item) in items.iter().enumerate() {
            decoded.extend(self.item(item, index, &mut violations)?);
            if violations.is_full() {
                break;
            }
        }
        if violations.is_empty() { Ok(Items::Atomic(decoded)) } else { Err(violations.into()) }
    }

    /// What the query says, or else the body, from which the member is taken.
    fn is_atomic(&self, members: &mut Members<'_>) -> Result<bool, Error> {
        let wrong = || Error::violation("/atomic", "query", "atomic must be true or false");
        let mut atomic = None;
        if let Query::Pairs(pairs) = &self.call.query {
            for (name, value) in pairs {
                if name != ATOMIC {
                    let message = format!("{} is no member of this query: use atomic", shown(name));
                    return Err(Error::violation(format!("/{}", escape(name)), "query", message));
                }
                atomic = Some(value.parse().map_err(|_| wrong())?);
            }
        }
        if let Some(value) = members.get(ATOMIC) {
            let of_body = serde_json::from_str(value.get()).map_err(|_| wrong())?;
            atomic.get_or_insert(of_body);
            members.0.retain(|(name, _)| name != ATOMIC);
        }
        Ok(atomic.unwrap_or(true))
    }

    /// An item `{create: {...}}`, `{update: {id, ...}}`, `{replace: {id, ...}}` or `{delete: {id}}`.
    fn item(
        &self,
        item: &RawValue,
        index: usize,
        violations: &mut Violations,
    ) -> Result<Option<BatchItem>, Error> {
        let at = format!("/list/{index}");
        let action = match input::item(item, index) {
            Ok(action) => action,
            Err(violation) => {
                violations.push(violation);
                return Ok(None);
            }
        };
        let [(verb, value)] = &action.0[..] else {
            violations.push(Violation::new(at, "type", NO_ACTION));
            return Ok(None);
        };
        let at = format!("{at}/{}", escape(verb));
        let Ok(mut members) = serde_json::from_str::<Members<'_>>(value.get()) else {
            violations.push(Violation::new(at, "type", format!("{} must be an object", shown(verb))));
            return Ok(None);
        };
        let mut decode =
            |decode: DecodeMembers, members: &Members<'_>| decode(members, &at, &self.context, violations);
        match &**verb {
            "create" => Ok(decode(self.create, &members)?.map(BatchItem::Create)),
            "update" => {
                let id = take_id(&mut members);
                let Some(changes) = decode(self.update, &members)? else { return Ok(None) };
                let Some(id) = id else { return missing_id(&at, violations) };
                let change = Change::new(members_change(&changes)?, self.call.resource.meta);
                Ok(Some(BatchItem::Update(id, Box::new(change))))
            }
            "replace" => {
                let id = take_id(&mut members);
                let Some(document) = decode(self.create, &members)? else { return Ok(None) };
                let Some(id) = id else { return missing_id(&at, violations) };
                Ok(Some(BatchItem::Replace(id, document)))
            }
            "delete" => match (take_id(&mut members), members.0.first()) {
                (_, Some((stray, _))) => {
                    let message = format!("{} is no member of a delete: send id", shown(stray));
                    violations.push(Violation::new(format!("{at}/{}", escape(stray)), "unknown", message));
                    Ok(None)
                }
                (None, None) => missing_id(&at, violations),
                (Some(id), None) => Ok(Some(BatchItem::Delete(id))),
            },
            _ => {
                violations.push(Violation::new(at, "unknown", NO_ACTION));
                Ok(None)
            }
        }
    }
}

const NO_ACTION: &str =
    "an item of a batch is one of {create: {...}}, {update: {id, ...}}, {replace: {id, ...}}, {delete: {id}}";

/// The id among an item's members, which it is taken from. What is no string is no id of any document.
fn take_id(members: &mut Members<'_>) -> Option<String> {
    let value = members.get("id")?;
    members.0.retain(|(name, _)| name != "id");
    Some(serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned()))
}

fn missing_id(at: &str, violations: &mut Violations) -> Result<Option<BatchItem>, Error> {
    violations.push(Violation::new(format!("{at}/id"), "required", "id is required"));
    Ok(None)
}
