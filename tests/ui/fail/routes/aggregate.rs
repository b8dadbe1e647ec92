use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", routes(aggregate, get_many(query = Stats, presenter = Rows)))]
struct User {
    name: String,
}

fn main() {}
