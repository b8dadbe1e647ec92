use dynamic_api::dynamic_api;

#[dynamic_api(
    path = "users",
    routes(get_many(sub_path = "a-b", event = "first"), get_many(sub_path = "a_b", event = "second"))
)]
struct User {
    name: String,
}

fn main() {}
