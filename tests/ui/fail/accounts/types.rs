use dynamic_api::{Password, dynamic_api};

#[dynamic_api(path = "users")]
struct User {
    #[api(login)]
    email: Option<String>,
    #[api(password)]
    password: String,
    #[api(claim)]
    roles: Option<Vec<String>>,
}

#[dynamic_api(path = "members")]
struct Member {
    #[api(login)]
    email: String,
    #[api(password)]
    password: Password,
    pins: Option<Vec<Password>>,
}

fn main() {}
