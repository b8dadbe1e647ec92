use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", routes(aggregate, get_one(query = Stats, unrestricted)))]
struct User {
    name: String,
}

fn main() {}
