use dynamic_api::{Password, dynamic_api};

#[dynamic_api(path = "users")]
struct User {
    #[api(login, hidden)]
    email: String,
    #[api(password, unique)]
    password: Password,
    #[api(claim, write_only)]
    role: Option<String>,
    #[api(register, read_only)]
    plan: Option<String>,
    name: String,
}

#[dynamic_api(path = "members")]
struct Member {
    #[api(login, register)]
    #[cfg(all())]
    email: String,
    #[api(password)]
    #[serde(with = "hashes")]
    password: Password,
    #[api(register(needed))]
    name: String,
    #[api(register())]
    nick: String,
}

fn main() {}
