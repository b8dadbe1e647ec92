use dynamic_api::dynamic_api;

struct Address {
    street: String,
}

#[dynamic_api(path = "users")]
struct User {
    address: Address,
}

fn main() {
    let _ = Address { street: String::new() }.street;
}
