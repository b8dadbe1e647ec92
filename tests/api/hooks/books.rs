//! What these tests delete: books, and what goes with them.

use dynamic_api::{Deleting, DynamicApiBuilder, Error, Ref, Saved, Stored, dynamic_api};

use super::posts::Asked;
use crate::via::{Route, route};

/// Its title says what its hook does.
#[dynamic_api(
    path = "books",
    soft_delete,
    cascade(Chapter.book, Note.book = set_null),
    before_delete = asked_for_book,
    routes(
        create_one,
        get_one,
        delete_one(before_delete = of_the_route),
        delete_many,
        restore_one,
        purge_one,
        batch,
    )
)]
pub struct Book {
    pub title: String,
}

#[dynamic_api(
    path = "chapters",
    soft_delete,
    before_delete = asked_for_chapter,
    after_save = chapter_saved,
    routes(create_one)
)]
pub struct Chapter {
    #[api(index)]
    pub book: Ref<Book>,
    pub text: String,
}

#[dynamic_api(path = "notes", after_save = note_saved, before_delete = asked_for_note, routes(create_one))]
pub struct Note {
    #[api(index)]
    pub book: Option<Ref<Book>>,
}

async fn note(deleting: &Deleting<'_>, of: &str, text: &str) -> Result<(), Error> {
    let how = if deleting.is_soft() { "soft" } else { "hard" };
    let what = format!("{} {how} {of} {text}", deleting.kind().name());
    deleting.repo::<Asked>()?.create(Asked { what }).await?;
    Ok(())
}

async fn asked_for_book(book: &Stored<Book>, deleting: Deleting<'_>) -> Result<(), Error> {
    note(&deleting, "book", &book.title).await?;
    match &*book.title {
        "lent" => Err(Error::refused(409, "The book is lent")),
        "lost" => Err(Error::DocumentNotFound),
        "panic" => panic!("the secret of the hook"),
        _ => Ok(()),
    }
}

fn of_the_route(book: &Stored<Book>, deleting: Deleting<'_>) -> Result<(), Error> {
    let is_owner = deleting.user().is_some();
    if book.title == "precious" && is_owner {
        Err(Error::refused(423, "The book is precious"))
    } else {
        Ok(())
    }
}

async fn asked_for_chapter(chapter: &Stored<Chapter>, deleting: Deleting<'_>) -> Result<(), Error> {
    note(&deleting, "chapter", &chapter.text).await?;
    if chapter.text == "kept" { Err(Error::refused(409, "The chapter is kept")) } else { Ok(()) }
}

fn asked_for_note(_: &Stored<Note>, _: Deleting<'_>) -> Result<(), Error> {
    Err(Error::refused(409, "A note is let go, and not deleted"))
}

async fn chapter_saved(chapter: Stored<Chapter>, saved: Saved<Chapter>) -> Result<(), Error> {
    let was = saved.before().map(|before| before.deleted_at().is_some());
    let what = format!("{} saved chapter {} was {was:?}", saved.kind().name(), chapter.text);
    saved.repo::<Asked>()?.create(Asked { what }).await.map(|_| ())
}

async fn note_saved(note: Stored<Note>, saved: Saved<Note>) -> Result<(), Error> {
    let what = format!("{} saved note of a book: {}", saved.kind().name(), note.book.is_some());
    saved.repo::<Asked>()?.create(Asked { what }).await.map(|_| ())
}

pub fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Book>().resource::<Chapter>().resource::<Note>().resource::<Asked>()
}

pub fn books(kind: &str) -> Route<'_> {
    route(kind, "books", "book")
}
