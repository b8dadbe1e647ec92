use dynamic_api::dynamic_api;

#[dynamic_api(
    path = "users",
    routes(
        get_many(sub_path = "many"),
        get_one(sub_path = "aggregate/all"),
        create_one(sub_path = "/new"),
        delete_one(sub_path = "0123456789abcdef01234567"),
        update_one(sub_path = "{name}"),
        replace_one(sub_path = ""),
    )
)]
struct User {
    name: String,
}

fn main() {}
