//! Stored documents in the making: the server's own members around what a client sent.

use bson::{Bson, RawDocument, RawDocumentBuf, raw::CString};

use crate::{
    entity::EntityMeta,
    query::{FieldUpdate, Replacement, Update},
    server_fields::{CREATED_AT, DELETED_AT, ID, IS_DELETED, STORED, UPDATED_AT, VERSION},
    store::{BoxError, StoreError},
    types::{DateTime, Id},
};

/// A new document: its id first, the members sent, defaults of members that clients can't send, and the server's own last.
pub(crate) fn new_document(
    entity: &EntityMeta,
    members: &RawDocument,
) -> Result<(Id, RawDocumentBuf), StoreError> {
    let id = Id::new();
    let now = bson::DateTime::from(DateTime::now());
    let mut document = RawDocumentBuf::new();
    append(&mut document, ID, id.object_id())?;
    copy(&mut document, members, |_| true)?;
    append_defaults(&mut document, entity, members)?;
    if entity.soft_delete {
        append(&mut document, IS_DELETED, false)?;
    }
    append(&mut document, CREATED_AT, now)?;
    append(&mut document, UPDATED_AT, now)?;
    append(&mut document, VERSION, 0)?;
    Ok((id, document))
}

/// What takes the place of a document: the members sent, and of the stored one what clients can't send, or can't see and did
/// not send.
pub(crate) fn replacement(entity: &EntityMeta, members: &RawDocument) -> Result<Replacement, StoreError> {
    let mut document = RawDocumentBuf::new();
    copy(&mut document, members, |_| true)?;
    append(&mut document, UPDATED_AT, bson::DateTime::now())?;
    let is_sent = |name: &str| members.get(name).is_ok_and(|value| value.is_some());
    let kept =
        entity.fields.iter().filter(|field| field.read_only || (!field.is_visible() && !is_sent(field.name)));
    let keep = [CREATED_AT, VERSION, IS_DELETED].into_iter().chain(kept.map(|field| field.name)).collect();
    Ok(Replacement { document, keep })
}

/// The update that a partial input asks for: `null` clears a member, anything else sets it.
pub(crate) fn update(members: &RawDocument) -> Result<Update, StoreError> {
    let mut update = Update::default();
    for element in members {
        let (name, value) = element.map_err(StoreError::other)?;
        let change = match Bson::try_from(value).map_err(StoreError::other)? {
            Bson::Null => FieldUpdate::Unset,
            value => FieldUpdate::Set(value),
        };
        update = update.with(name.as_str(), change);
    }
    Ok(update.set(UPDATED_AT, DateTime::now()))
}

/// The update that marks a document as deleted.
pub(crate) fn deletion() -> Update {
    let now = DateTime::now();
    Update::default().set(IS_DELETED, true).set(DELETED_AT, now).set(UPDATED_AT, now)
}

/// The members of a copy of `original` in which those of `overrides` stand instead; `null` leaves one out.
pub(crate) fn copied(original: &RawDocument, overrides: &RawDocument) -> Result<RawDocumentBuf, StoreError> {
    let overridden = |name: &str| overrides.get(name).is_ok_and(|value| value.is_some());
    let mut members = RawDocumentBuf::new();
    copy(&mut members, original, |name| !STORED.contains(&name) && !overridden(name))?;
    for element in overrides {
        let (name, value) = element.map_err(StoreError::other)?;
        if value.as_null().is_none() {
            members.append(name, value);
        }
    }
    Ok(members)
}

fn append_defaults(
    document: &mut RawDocumentBuf,
    entity: &EntityMeta,
    members: &RawDocument,
) -> Result<(), StoreError> {
    for field in entity.fields {
        let Some(default) = field.default else { continue };
        if members.get(field.name).map_err(StoreError::other)?.is_none() {
            let value = bson::RawBson::try_from(default()).map_err(StoreError::other)?;
            append(document, field.name, value)?;
        }
    }
    Ok(())
}

fn copy(
    to: &mut RawDocumentBuf,
    from: &RawDocument,
    wanted: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    for element in from {
        let (name, value) = element.map_err(StoreError::other)?;
        if wanted(name.as_str()) {
            to.append(name, value);
        }
    }
    Ok(())
}

fn append(
    to: &mut RawDocumentBuf,
    name: &str,
    value: impl bson::raw::BindRawBsonRef,
) -> Result<(), StoreError> {
    let name = CString::try_from(name).map_err(|error| StoreError::other(Box::new(error) as BoxError))?;
    to.append(&name, value);
    Ok(())
}
