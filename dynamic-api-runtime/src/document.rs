//! Stored documents in the making: the server's own members around what a client sent.

use bson::{Bson, RawDocument, RawDocumentBuf, raw::CString};

use crate::{
    coerce::readable,
    entity::{EntityMeta, Field},
    query::{FieldUpdate, Replacement, Update},
    server_fields::{CREATED_AT, DELETED_AT, ID, IS_DELETED, STORED, UPDATED_AT, VERSION},
    store::{BoxError, StoreError},
    types::{DateTime, Id},
};

/// A new document: its id first, the members sent, defaults of members that clients can't send, what is computed of those, and
/// the server's own last.
pub(crate) fn new_document(
    entity: &EntityMeta,
    members: &RawDocument,
) -> Result<(Id, RawDocumentBuf), StoreError> {
    let id = Id::new();
    Ok((id, document_of_id(entity, id, members)?))
}

/// [`new_document`] of an id that it has already.
pub(crate) fn document_of_id(
    entity: &EntityMeta,
    id: Id,
    members: &RawDocument,
) -> Result<RawDocumentBuf, StoreError> {
    let now = bson::DateTime::from(DateTime::now());
    let members = complete(entity, members)?;
    let mut document = RawDocumentBuf::new();
    append(&mut document, ID, id.object_id())?;
    copy(&mut document, &members, |_| true)?;
    if entity.soft_delete {
        append(&mut document, IS_DELETED, false)?;
    }
    append(&mut document, CREATED_AT, now)?;
    append(&mut document, UPDATED_AT, now)?;
    append(&mut document, VERSION, 0)?;
    Ok(document)
}

/// The members, the defaults of those that are missing, and what is computed of all these.
pub(crate) fn complete(entity: &EntityMeta, members: &RawDocument) -> Result<RawDocumentBuf, StoreError> {
    with_derived(entity, with_defaults(entity, members)?)
}

/// The members, and the defaults of those that are missing.
pub(crate) fn with_defaults(
    entity: &EntityMeta,
    members: &RawDocument,
) -> Result<RawDocumentBuf, StoreError> {
    let mut document = members.to_owned();
    for field in entity.fields {
        let Some(default) = field.default else { continue };
        if members.get(field.name).map_err(StoreError::other)?.is_none() {
            let value = bson::RawBson::try_from(default()).map_err(StoreError::other)?;
            append(&mut document, field.name, value)?;
        }
    }
    Ok(document)
}

/// The members, with those in the place of their former values that are computed of them.
fn with_derived(entity: &EntityMeta, members: RawDocumentBuf) -> Result<RawDocumentBuf, StoreError> {
    match entity.derive_on_save {
        Some(_) => {
            let derived = derived(entity, &members)?;
            with_members(&members, derived)
        }
        None => Ok(members),
    }
}

/// What is computed of a document before it is stored.
pub(crate) fn derived(
    entity: &EntityMeta,
    document: &RawDocument,
) -> Result<Vec<(&'static str, Bson)>, StoreError> {
    let Some(derive) = entity.derive_on_save else { return Ok(vec![]) };
    derive(document).or_else(|error| match readable(document, entity.fields) {
        Some(document) => derive(&document).map_err(StoreError::other),
        None => Err(StoreError::other(error)),
    })
}

/// The document with these members in the place of those of their names, or behind them; what is null is left out.
pub(crate) fn with_members(
    document: &RawDocument,
    members: Vec<(&'static str, Bson)>,
) -> Result<RawDocumentBuf, StoreError> {
    let mut whole = RawDocumentBuf::new();
    copy(&mut whole, document, |name| members.iter().all(|(member, _)| *member != name))?;
    for (name, value) in members.into_iter().filter(|(_, value)| *value != Bson::Null) {
        append(&mut whole, name, bson::RawBson::try_from(value).map_err(StoreError::other)?)?;
    }
    Ok(whole)
}

/// What an update is to set besides, of what is computed of the document that it makes.
pub(crate) fn derived_changes(
    entity: &EntityMeta,
    after: &RawDocument,
) -> Result<Vec<(&'static str, FieldUpdate)>, StoreError> {
    Ok(derived(entity, after)?.into_iter().map(|(name, value)| (name, change_to(value))).collect())
}

/// The change that gives a member a value; null takes it away.
pub(crate) fn change_to(value: Bson) -> FieldUpdate {
    match value {
        Bson::Null => FieldUpdate::Unset,
        value => FieldUpdate::Set(value),
    }
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

/// The replacement with these members in the place of those of their names, or behind them; what is null is left out.
pub(crate) fn replacement_with(
    replacement: &Replacement,
    members: Vec<(&'static str, Bson)>,
) -> Result<Replacement, StoreError> {
    let is_set = |name: &str| members.iter().any(|(set, _)| *set == name);
    let keep = replacement.keep.iter().copied().filter(|name| !is_set(name)).collect();
    Ok(Replacement { document: with_members(&replacement.document, members)?, keep })
}

/// The update that a partial input asks for: `null` clears a member, anything else sets it.
pub(crate) fn update(members: &RawDocument) -> Result<Update, StoreError> {
    let mut update = Update::default();
    for element in members {
        let (name, value) = element.map_err(StoreError::other)?;
        let change = change_to(Bson::try_from(value).map_err(StoreError::other)?);
        update = update.with(name.as_str(), change);
    }
    Ok(update.set(UPDATED_AT, DateTime::now()))
}

/// The update that brings a deleted document back.
pub(crate) fn restoration() -> Update {
    Update::default()
        .set(IS_DELETED, false)
        .with(DELETED_AT, FieldUpdate::Unset)
        .set(UPDATED_AT, DateTime::now())
}

/// The update that marks a document as deleted.
pub(crate) fn deletion() -> Update {
    let now = DateTime::now();
    Update::default().set(IS_DELETED, true).set(DELETED_AT, now).set(UPDATED_AT, now)
}

/// The members of a copy of `original` in which those of `overrides` stand instead; `null` leaves one out. What the caller may not
/// set is as in any new document.
pub(crate) fn copied(
    entity: &EntityMeta,
    original: &RawDocument,
    overrides: &RawDocument,
) -> Result<RawDocumentBuf, StoreError> {
    let overridden = |name: &str| overrides.get(name).is_ok_and(|value| value.is_some());
    let is_withheld = |name: &str| entity.field(name).is_some_and(Field::is_unwritable);
    let mut members = RawDocumentBuf::new();
    copy(&mut members, original, |name| !STORED.contains(&name) && !overridden(name) && !is_withheld(name))?;
    for element in overrides {
        let (name, value) = element.map_err(StoreError::other)?;
        if value.as_null().is_none() {
            members.append(name, value);
        }
    }
    Ok(members)
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
