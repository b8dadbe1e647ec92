use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", colection = "users", sub_path = "x", cache, unknown_thing)]
struct User {
    #[api(indexed, hiden, path = "x", from_user)]
    name: String,
}

#[dynamic_api(
    path = "notes",
    web_socket(name = "/x"),
    routes(get_many(evnt = "x"), get_one(soft_delete), create_one(rate_limit, broadcast))
)]
struct Note {
    title: String,
}

fn main() {}
