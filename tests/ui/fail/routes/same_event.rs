use dynamic_api::dynamic_api;

#[dynamic_api(
    path = "users",
    routes(
        get_many,
        get_one(event = "get-many-user"),
        create_one(event = "users", web_socket(namespace = "/a")),
        delete_one(event = "users", web_socket(namespace = "/b")),
        update_one(event = "users", web_socket(namespace = "/a")),
    )
)]
struct User {
    name: String,
}

fn main() {}
