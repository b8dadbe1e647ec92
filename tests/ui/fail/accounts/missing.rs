use dynamic_api::{Password, dynamic_api};

#[dynamic_api(path = "users")]
struct User {
    #[api(claim)]
    role: Option<String>,
}

#[dynamic_api(path = "members")]
struct Member {
    #[api(login)]
    email: String,
    #[api(login)]
    phone: String,
    #[api(password)]
    password: Password,
    #[api(password)]
    pin: Password,
}

#[dynamic_api(path = "guests", index(password), unique(email, password))]
struct Guest {
    #[api(login)]
    email: String,
    #[api(password)]
    password: Password,
}

fn main() {}
