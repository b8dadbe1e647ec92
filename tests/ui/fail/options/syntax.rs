use dynamic_api::dynamic_api;

#[dynamic_api("users")]
struct User {
    name: String,
}

#[dynamic_api(path = "notes" soft_delete, index(-), index(title.length, "title"), routes("get_many", get_one public))]
struct Note {
    #[api(5, unique)]
    title: String,
}

fn main() {}
