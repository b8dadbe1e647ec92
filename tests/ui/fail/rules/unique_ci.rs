use dynamic_api::{Password, api_type, dynamic_api};

#[dynamic_api(path = "users")]
struct User {
    #[api(login, unique_ci)]
    email: String,
    #[api(password, unique_ci)]
    password: Password,
}

#[dynamic_api(path = "notes", routes(upsert_one(key = code)))]
struct Note {
    #[api(unique_ci)]
    pages: Option<u32>,
    #[api(unique, unique_ci)]
    title: String,
    #[api(unique_ci)]
    code: String,
}

#[api_type]
struct Address {
    #[api(unique_ci)]
    name: String,
}

fn main() {}
