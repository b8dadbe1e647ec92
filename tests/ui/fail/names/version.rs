use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", version = "v1", routes(get_many, get_many(version = "0"), get_one(version = "1.2")))]
struct User {
    name: String,
}

fn main() {}
