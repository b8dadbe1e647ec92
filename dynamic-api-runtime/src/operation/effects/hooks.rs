//! Hooks of the program's own at the writes of a call: those of the entity first, then those of the route. What is before a write is
//! asked within its transaction; what is after a save is started once that is committed.

use std::borrow::Cow;

use bson::{Bson, RawDocument};

use super::{Fate, Writes, Written};
use crate::{
    call::RawCall,
    document::with_members,
    entity::EntityMeta,
    entrance::contained,
    error::Error,
    hook::{AfterHook, DeleteMoment, Hooks, Past, SaveMoment, Task, WriteContext},
    store::Transaction,
};

/// The members that hooks change of a document; null for those that they take away.
pub(in crate::operation) type Changes = Vec<(&'static str, Bson)>;

/// Whether there are hooks at the writes of a call.
pub(in crate::operation) fn stand_at(call: &RawCall) -> bool {
    let (route, kind) = (call.route, call.route.kind);
    let of_items = route.item_hooks.iter().map(|(_, hooks)| hooks);
    let is_of_writes = |hooks: &Hooks| {
        (kind.saves() && hooks.are_of_saves()) || (kind.deletes() && hooks.before_delete.is_some())
    };
    [&call.resource.meta.hooks, &route.hooks].into_iter().chain(of_items).any(is_of_writes)
}

/// What hooks make of a document that is about to be saved; nothing outside of a transaction that is watched.
///
/// # Errors
/// What one of them returns; a panic is an [`Error::Internal`].
pub(in crate::operation) async fn before_save(
    call: &RawCall,
    on: &Writes<'_>,
    before: Option<&RawDocument>,
    after: &RawDocument,
) -> Result<Changes, Error> {
    let (Some(running), true) = (on.running(), call.kind().saves()) else { return Ok(vec![]) };
    let (mut changes, mut after) = (Changes::new(), Cow::Borrowed(after));
    for hook in of(call).into_iter().filter_map(|hooks| hooks.before_save) {
        let context = WriteContext::new(call, running);
        let made = contained(hook(SaveMoment { before, after: &after, context })).await.map_err(refusal)?;
        if !made.is_empty() {
            after = Cow::Owned(with_members(&after, made.clone())?);
            changes.retain(|(name, _)| made.iter().all(|(other, _)| other != name));
            changes.extend(made);
        }
    }
    Ok(changes)
}

/// Whether hooks let a document of the call meet its fate.
///
/// # Errors
/// As [`before_save`].
pub(in crate::operation) async fn before_delete(
    call: &RawCall,
    on: &Writes<'_>,
    document: &RawDocument,
    fate: Fate,
) -> Result<(), Error> {
    let Some(running) = on.running() else { return Ok(()) };
    for hooks in of(call) {
        ask(call, running, &hooks, document, fate).await?;
    }
    Ok(())
}

/// Whether the hooks of an entity let documents of it go with another one.
///
/// # Errors
/// As [`before_save`].
pub(super) async fn before_following(
    call: &RawCall,
    running: &dyn Transaction,
    entity: &EntityMeta,
    documents: &[impl AsRef<RawDocument>],
    fate: Fate,
) -> Result<(), Error> {
    for document in documents {
        ask(call, running, &entity.hooks, document.as_ref(), fate).await?;
    }
    Ok(())
}

async fn ask(
    call: &RawCall,
    running: &dyn Transaction,
    hooks: &Hooks,
    document: &RawDocument,
    fate: Fate,
) -> Result<(), Error> {
    let is_soft = match fate {
        Fate::Removed => false,
        Fate::Marked(_) => true,
        Fate::Restored(_) => return Ok(()),
    };
    let Some(hook) = hooks.before_delete else { return Ok(()) };
    let moment = DeleteMoment { document, is_soft, context: WriteContext::new(call, running) };
    contained(hook(moment)).await.map_err(refusal)
}

/// The error of a hook as that of its call. A document that a hook has not found is not the one that the call is about, of which some
/// kinds of calls say nothing where it is not there.
fn refusal(error: Error) -> Error {
    match error {
        Error::DocumentNotFound => Error::refused(404, error.to_string()),
        error => error,
    }
}

/// The hooks after what a call saves.
pub(super) fn after_save(call: &RawCall) -> Vec<AfterHook> {
    if !call.kind().saves() {
        return vec![];
    }
    of(call).into_iter().filter_map(|hooks| hooks.after_save).collect()
}

/// Starts what comes after the saves of a call, each by itself.
pub(super) fn start_after_saves(call: &RawCall, written: &[Written]) {
    for one in written {
        let Some(after) = &one.after else { continue };
        for hook in &one.after_save {
            let past = Past::new(call, one.kind, one.before.clone(), after.clone());
            call.resource.after_saves.start(Task { entity: one.entity.name, hook: *hook, past });
        }
    }
}

/// The hooks at what a call writes itself.
fn of(call: &RawCall) -> [Hooks; 2] {
    let of_item = |kind| call.route.item_hooks.iter().find(|(of, _)| *of == kind).map(|(_, hooks)| *hooks);
    let own = match call.item {
        Some(kind) => of_item(kind).unwrap_or_default(),
        None => call.route.hooks,
    };
    [call.resource.meta.hooks, own]
}
