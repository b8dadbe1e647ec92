//! Hooks in all their forms: of an entity and of its routes, at once and later.
#![deny(warnings, clippy::all)]

use std::time::Duration;

use dynamic_api::{Deleting, Entity, Error, RouteKind, Saved, Saving, Stored, dynamic_api};

#[dynamic_api(
    path = "notes",
    soft_delete,
    before_save = stamped,
    before_delete = self::unless_kept,
    after_save = told,
    routes(
        create_one(before_save = trimmed, after_save(told::again, retry = 3)),
        update_one(after_save(told, retry = 1, delay = "250ms")),
        delete_one(before_delete = counted),
        purge_one(before_delete = counted),
        restore_many(before_save = trimmed),
        upsert_one,
        batch,
    )
)]
pub struct Note {
    #[api(unique)]
    text: String,
}

async fn stamped(note: Note, saving: Saving<'_, Note>) -> Result<Note, Error> {
    let others = saving.repo::<Note>()?;
    let is_taken = others.get(saving.id()).await?.is_some() && saving.before().is_none();
    if is_taken { Err(Error::refused(409, "taken")) } else { Ok(note) }
}

fn trimmed(mut note: Note, _: Saving<'_, Note>) -> Result<Note, Error> {
    note.text = note.text.trim().to_owned();
    Ok(note)
}

fn unless_kept(note: &Stored<Note>, deleting: Deleting<'_>) -> Result<(), Error> {
    let is_kept = note.text == "kept" && deleting.user().is_none();
    if is_kept { Err(Error::refused(409, "kept")) } else { Ok(()) }
}

async fn counted(note: &Stored<Note>, deleting: Deleting<'_>) -> Result<(), Error> {
    deleting.repo::<Note>()?.count(note.id()).await.map(|_| ())
}

async fn told(_: Stored<Note>, saved: Saved<Note>) -> Result<(), Error> {
    saved.repo::<Note>().map(|_| ())
}

mod told {
    use super::{Error, Note, Saved, Stored};

    pub(super) fn again(_: Stored<Note>, _: Saved<Note>) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn accepted() {
    let of = |kind: RouteKind| Note::ROUTES.iter().find(|route| route.kind == kind).unwrap();
    let hooks = Note::META.hooks;
    let after = hooks.after_save.unwrap();
    assert!(hooks.before_save.is_some() && hooks.before_delete.is_some());
    assert_eq!((after.name, after.retry), ("told", 0));
    let (created, updated) =
        (of(RouteKind::CreateOne).hooks.after_save, of(RouteKind::UpdateOne).hooks.after_save);
    let (created, updated) = (created.unwrap(), updated.unwrap());
    assert_eq!((created.name, created.retry, created.delay), ("told::again", 3, Duration::from_secs(1)));
    assert_eq!((updated.name, updated.retry, updated.delay), ("told", 1, Duration::from_millis(250)));
    let items: Vec<RouteKind> = of(RouteKind::Batch).item_hooks.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(items, [RouteKind::CreateOne, RouteKind::UpdateOne, RouteKind::DeleteOne]);
    assert!(of(RouteKind::UpsertOne).hooks.before_save.is_none());
}
