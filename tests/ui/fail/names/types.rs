use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", names(create = NewUser, update = NewUser, vew = UserSeen, events = "topics"))]
struct User {
    name: String,
}

#[dynamic_api(path = "notes", names(view = Note))]
struct Note {
    title: String,
}

fn main() {}
