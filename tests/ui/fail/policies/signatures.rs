use dynamic_api::{Stored, UserPrincipal, Where, dynamic_api};

#[dynamic_api(
    path = "notes",
    scope = scope_of_another,
    routes(
        get_one(ability = takes_nothing),
        update_one(ability = says_nothing),
        delete_one(auth_ability = of_a_document),
        create_one(ability = of_another),
    )
)]
pub struct Note {
    pub text: String,
    #[api(protected(read = of_a_document))]
    pub secret: Option<String>,
}

#[dynamic_api(path = "others")]
pub struct Other {
    pub text: String,
}

fn scope_of_another(_: &UserPrincipal) -> Where<Other> {
    Where::all()
}

fn takes_nothing() -> bool {
    true
}

fn says_nothing(_: &Stored<Note>, _: &UserPrincipal) {}

fn of_a_document(_: &Stored<Note>, _: &UserPrincipal) -> bool {
    true
}

fn of_another(_: &Stored<Other>, _: &UserPrincipal) -> bool {
    true
}

fn main() {}
