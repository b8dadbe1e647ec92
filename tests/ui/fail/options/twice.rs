use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", path = "people", public, protected, web_socket, no_web_socket, soft_delete, soft_delete)]
struct User {
    #[api(unique, unique, default = "x", default)]
    name: String,
}

#[dynamic_api(path = "notes", routes(get_many(public, protected, event = "a", event = "b"), get_one(web_socket, no_web_socket)))]
struct Note {
    #[api(index)]
    #[api(index = desc)]
    title: String,
}

fn main() {}
