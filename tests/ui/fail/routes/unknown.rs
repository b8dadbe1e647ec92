use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", routes(get_all, getMany, patch_one, delete))]
struct User {
    name: String,
}

fn main() {}
