use dynamic_api::dynamic_api;

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Address {
    street: String,
}

#[dynamic_api(path = "users")]
struct User {
    name: String,
    address: Option<Address>,
    initial: char,
}

fn main() {}
