//! What the client sent as the input of the route: all of it that is wrong at once.

use bson::RawDocumentBuf;

use super::{Codec, batch::BatchDecoder};
use crate::{
    call::{Body, BodyForm, RawCall, RouteKind},
    context::CallContext,
    document,
    error::Error,
    input::{self, Members, Violations},
    operation::{BatchItem, Change},
    patch::Plan,
};

/// Decodes the members of a JSON object at a JSON pointer into a document; `None` where there are violations.
pub(crate) type DecodeMembers =
    fn(&Members<'_>, &str, &CallContext<'_>, &mut Violations) -> Result<Option<RawDocumentBuf>, Error>;

/// Reads a patch.
pub(crate) type DecodePatch = fn(BodyForm, &[u8], &CallContext<'_>) -> Result<Plan, Error>;

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
    // An id of no document is told before what was sent with it.
    if call.route.kind.has_body() {
        call.check_target()?;
    }
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

pub(super) fn json(body: &Body) -> Result<&[u8], Error> {
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
        BodyForm::Members => members_change(&one(&call.body, decode, context)?)?,
        form => patch(form, json(&call.body)?, &context)?,
    };
    Ok(Change::new(plan, call.resource.meta))
}

/// The change of the members that a client sent, which must be some.
pub(super) fn members_change(members: &RawDocumentBuf) -> Result<Plan, Error> {
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
