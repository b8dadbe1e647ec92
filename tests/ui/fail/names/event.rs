use dynamic_api::dynamic_api;

#[dynamic_api(
    path = "users",
    routes(
        get_many(event = ""),
        get_one(event = "one user"),
        create_one(event = "connect"),
        delete_one(event = "auth-login"),
        update_one(event = "join-rooms"),
    )
)]
struct User {
    name: String,
}

fn main() {}
