use dynamic_api::{Id, Stored, UserPrincipal, dynamic_api};

#[dynamic_api(
    path = "notes",
    ability(updates = may),
    ability_mode(filter),
    tenant = team,
    routes(
        get_many(ability = may, ability_mode(filter)),
        get_one(ability = is_ownr(author)),
        create_one(ability = 5),
        update_one(ability = is_owner(autor)),
        delete_one(ability = is_owner(words)),
        delete_many(ability = has_role(admin)),
        update_many(ability = not(may, may)),
        replace_one(ability = any_of()),
        duplicate_one(ability),
        duplicate_many(ability_mode(drop), scope = "own"),
        aggregate(query = Stats, ability = may),
        create_many(ability = is_authenticated(5)),
    )
)]
pub struct Note {
    pub text: String,
    pub author: Id,
    pub team: Option<String>,
    #[api(derived(read = count))]
    pub words: u32,
    #[api(protected(read = is_owner(author)))]
    pub secret: Option<String>,
    #[api(protected(write = may_set))]
    pub rank: i32,
    #[api(hidden, protected(read = may_set))]
    pub hidden: Option<String>,
    #[api(protected)]
    pub nothing: Option<String>,
    #[api(protected(see = may_set))]
    pub unknown: Option<String>,
    #[api(from_user = id, default)]
    pub twice: Option<Id>,
}

fn may(_: &Stored<Note>, _: &UserPrincipal) -> bool {
    true
}

fn may_set(_: &UserPrincipal) -> bool {
    true
}

fn count(_: &Note) -> u32 {
    0
}

fn main() {}
