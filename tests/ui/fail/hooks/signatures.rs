use dynamic_api::{Deleting, Error, Saved, Saving, Stored, dynamic_api};

#[dynamic_api(
    path = "notes",
    before_save = of_another,
    before_delete = takes_the_entity,
    after_save = borrows,
    routes(
        create_one(before_save = returns_nothing),
        update_one(after_save(says_nothing, retry = 3)),
        delete_one(before_delete = takes_one),
    )
)]
pub struct Note {
    pub text: String,
}

pub struct Other;

async fn of_another(other: Other, _: Saving<'_, Other>) -> Result<Other, Error> {
    Ok(other)
}

fn takes_the_entity(_: Note, _: Deleting<'_>) -> Result<(), Error> {
    Ok(())
}

async fn borrows(_: &Stored<Note>, _: Saved<Note>) -> Result<(), Error> {
    Ok(())
}

async fn returns_nothing(_: Note, _: Saving<'_, Note>) {}

async fn says_nothing(_: Stored<Note>, _: Saved<Note>) {}

fn takes_one(_: &Stored<Note>) -> Result<(), Error> {
    Ok(())
}

fn main() {}
