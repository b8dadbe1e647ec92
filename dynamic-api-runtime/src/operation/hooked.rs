//! What the hooks before a save make of a write, in each of its forms. Whatever they set, what is computed of a document, the rules over
//! several of its fields, its passwords and the reach of its caller are as they would be had the client sent it.

use bson::{RawDocument, RawDocumentBuf};

use super::{
    effects::{Writes, before_save, stand_at},
    write::with_derived,
};
use crate::{
    call::RawCall,
    document::{change_to, derived_changes, replacement_with},
    error::Error,
    query::{Replacement, Update},
    store::in_memory,
    validate,
};

/// An update of a document that is there.
///
/// # Errors
/// What a hook returns, and where what it makes of the document may not be.
pub(super) async fn update(
    call: &RawCall,
    on: &Writes<'_>,
    document: &RawDocument,
    update: Update,
) -> Result<Update, Error> {
    if !on.are_watched() || !stand_at(call) {
        return Ok(update);
    }
    let after = in_memory::updated(document, &update)?;
    let changes = before_save(call, on, Some(document), &after).await?;
    if changes.is_empty() {
        return Ok(update);
    }
    let entity = call.resource.meta;
    let changes = changes.into_iter().map(|(name, value)| (name, change_to(value)));
    let update = changes.fold(update, |update, (name, change)| update.instead(name, change));
    let update = match &call.resource.sealing {
        Some(sealing) => sealing.update(update).await?,
        None => update,
    };
    let derived = derived_changes(entity, &in_memory::updated(document, &update)?)?;
    let update = derived.into_iter().fold(update, |update, (name, change)| update.instead(name, change));
    let after = in_memory::updated(document, &update)?;
    validate::whole(entity, &after)?;
    call.policy.keep(&after)?;
    Ok(update)
}

/// What takes the place of a document.
///
/// # Errors
/// What a hook returns.
pub(super) async fn replacement(
    call: &RawCall,
    on: &Writes<'_>,
    document: &RawDocument,
    replacement: Replacement,
) -> Result<Replacement, Error> {
    let after = in_memory::replaced(document, &replacement);
    let changes = before_save(call, on, Some(document), &after).await?;
    if changes.is_empty() {
        return Ok(replacement);
    }
    let Replacement { document: members, keep } = replacement_with(&replacement, changes)?;
    let replacement = Replacement { document: sealed(call, members).await?, keep };
    Ok(with_derived(call, &replacement, document)?)
}

/// A document with the hashes of the passwords that a hook has set.
///
/// # Errors
/// As [`Sealing::document`](crate::auth::Sealing::document).
pub(super) async fn sealed(call: &RawCall, document: RawDocumentBuf) -> Result<RawDocumentBuf, Error> {
    match &call.resource.sealing {
        Some(sealing) => sealing.document(document).await,
        None => Ok(document),
    }
}
