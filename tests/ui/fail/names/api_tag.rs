use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", api_tag = " - ")]
struct User {
    name: String,
}

fn main() {}
