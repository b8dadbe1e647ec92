//! The rules of hooks: each stands where there is such a write.

use proc_macro2::Ident;

use crate::{
    attr::{AFTER_SAVE, RawAfterSave, RawHooks, RawRoute},
    errors::Errors,
    messages,
    model::{AfterSave, Hooks, RouteKind},
    names,
};

const SAVES: &[RouteKind] = &[
    RouteKind::CreateOne,
    RouteKind::CreateMany,
    RouteKind::UpdateOne,
    RouteKind::UpdateMany,
    RouteKind::ReplaceOne,
    RouteKind::UpsertOne,
    RouteKind::DuplicateOne,
    RouteKind::DuplicateMany,
    RouteKind::RestoreOne,
    RouteKind::RestoreMany,
];
const DELETES: &[RouteKind] = &[RouteKind::DeleteOne, RouteKind::DeleteMany, RouteKind::PurgeOne];

/// The hooks of a route.
pub(super) fn of_route(raw: &RawRoute, errors: &Errors) -> Hooks {
    let hooks = &raw.hooks;
    let places = [
        (hooks.before_save.name(), "save", SAVES),
        (hooks.before_delete.name(), "delete", DELETES),
        (hooks.after_save.name(), "save", SAVES),
    ];
    for (name, what, kinds) in places {
        errors.keep(name.map_or(Ok(()), |name| stands_right(name, raw.kind, what, kinds)));
    }
    of(hooks, errors)
}

fn stands_right(name: &Ident, kind: RouteKind, what: &str, kinds: &[RouteKind]) -> syn::Result<()> {
    if kinds.contains(&kind) {
        return Ok(());
    }
    let option = name.to_string();
    if kind == RouteKind::Batch {
        return Err(messages::HOOK_OF_BATCH.at(name, &[&option]));
    }
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    Err(messages::NO_SUCH_WRITE.at(name, &[&option, what, kind.name(), &names::list(&kinds)]))
}

/// Hooks as they were written, where they hold together.
pub(super) fn of(raw: &RawHooks, errors: &Errors) -> Hooks {
    Hooks {
        before_save: raw.before_save.get().cloned(),
        before_delete: raw.before_delete.get().cloned(),
        after_save: raw.after_save.get().and_then(|raw| errors.keep(after_save(raw))),
    }
}

fn after_save(raw: &RawAfterSave) -> syn::Result<AfterSave> {
    if let (Some(delay), false) = (raw.delay.name(), raw.retry.is_written()) {
        return Err(messages::NEEDS_MEMBER.at(delay, &["delay", "retry", AFTER_SAVE]));
    }
    let delay = raw.delay.get().copied().unwrap_or(AfterSave::DELAY);
    Ok(AfterSave { hook: raw.hook.clone(), retry: raw.retry.get().map(|times| (*times, delay)) })
}
