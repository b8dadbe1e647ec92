use dynamic_api::{AggregateQuery, CustomCall, Error, Id, Stored, UserPrincipal, Where, dynamic_api};

/// Code says nothing of what a query finds.
#[dynamic_api(
    path = "notes",
    ability(reads = may),
    routes(
        get_many,
        get_many(sub_path = "own", ability = is_owner(author)),
        get_many(sub_path = "found", scope = own),
        get_many(sub_path = "code", ability = not(may)),
        get_one,
        aggregate(query = Stats),
        aggregate(sub_path = "sums/found", query = Stats, scope = own),
        aggregate(sub_path = "sums/own", query = Stats, ability = is_authenticated(), scope = own),
        aggregate(sub_path = "all", query = Stats, unrestricted),
        aggregate(sub_path = "sums/code", query = Stats, ability = any_of(may, is_owner(author)), unrestricted),
    )
)]
pub struct Note {
    pub author: Id,
}

/// The mode of the entity, and code of routes.
#[dynamic_api(
    path = "letters",
    ability = is_owner(author),
    ability_mode(filter),
    routes(get_many(ability = may_read), update_one, delete_one(ability = may_read))
)]
pub struct Letter {
    pub author: Id,
}

/// The mode of the entity, and code of its kinds.
#[dynamic_api(
    path = "cards",
    ability = is_owner(author),
    ability(reads = may_see),
    ability_mode(filter),
    routes(get_many, update_one)
)]
pub struct Card {
    pub author: Id,
}

/// Code of the entity, and the mode of a route.
#[dynamic_api(path = "memos", ability(writes = may_write), routes(get_many, update_one(ability_mode(filter))))]
pub struct Memo {
    pub author: Id,
}

/// A batch would do what no policy says anything of, and does here what the entity's does.
#[dynamic_api(path = "drafts", routes(create_one, update_one(ability = is_owner(author)), delete_one, batch))]
pub struct Draft {
    pub author: Id,
}

#[dynamic_api(path = "pages", ability(writes = is_owner(author)), routes(update_one(ability = is_owner(author)), batch))]
pub struct Page {
    pub author: Id,
}

/// The entity's ability is none of a route without documents, and what a pipeline sees without restriction, no scope says.
#[dynamic_api(
    path = "lists",
    ability = all_of(has_role("admin"), is_owner(author)),
    routes(
        create_one,
        aggregate(query = Stats, unrestricted, scope = all, ability = is_owner(author)),
        aggregate(sub_path = "of-admins", query = Stats, unrestricted, ability = has_role("admin")),
        custom(method = post, path = "reset", handler = reset),
        custom(method = post, path = "again", handler = again, ability = has_role("admin")),
    )
)]
pub struct List {
    pub author: Id,
}

async fn reset(_: CustomCall<()>) -> Result<(), Error> {
    Ok(())
}

async fn again(_: CustomCall<()>) -> Result<(), Error> {
    Ok(())
}

fn all(_: &UserPrincipal) -> Where<List> {
    Where::all()
}

#[derive(serde::Deserialize)]
pub struct Stats {}

impl AggregateQuery for Stats {
    fn pipeline(&self) -> Vec<bson::Document> {
        vec![]
    }
}

fn own(user: &UserPrincipal) -> Where<Note> {
    Where::eq(NoteFields::AUTHOR, user.id())
}

fn may(_: &Stored<Note>, _: &UserPrincipal) -> bool {
    true
}

fn may_read(_: &Stored<Letter>, _: &UserPrincipal) -> bool {
    true
}

fn may_see(_: &Stored<Card>, _: &UserPrincipal) -> bool {
    true
}

fn may_write(_: &Stored<Memo>, _: &UserPrincipal) -> bool {
    true
}

fn main() {}
