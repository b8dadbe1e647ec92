use dynamic_api::dynamic_api;

#[dynamic_api(
    path = "users",
    routes(
        get_one(body = NewUser, query = Search),
        duplicate_one(body = NewUser),
        create_one(populate(team), key = name, unrestricted),
    )
)]
struct User {
    name: String,
}

#[dynamic_api(path = "notes", routes(get_one, restore_one, restore_many, purge_one, update_one(body, presenter)))]
struct Note {
    title: String,
}

fn main() {}
