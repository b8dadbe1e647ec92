use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", routes())]
struct User {
    name: String,
}

fn main() {}
