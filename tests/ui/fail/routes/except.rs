use dynamic_api::dynamic_api;

#[dynamic_api(path = "a", routes(get_many, except(delete_many)))]
struct Both {
    name: String,
}

#[dynamic_api(path = "b", routes(except(delete_all, aggregate, upsert_one, get_one, get_one)))]
struct Unknown {
    name: String,
}

#[dynamic_api(
    path = "c",
    routes(except(
        get_many, get_one, create_one, create_many, update_one, update_many, replace_one, duplicate_one,
        duplicate_many, delete_one, delete_many
    ))
)]
struct All {
    name: String,
}

#[dynamic_api(path = "d", routes(except))]
struct Bare {
    name: String,
}

fn main() {}
