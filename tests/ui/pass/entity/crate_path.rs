//! `dynamic_api` under another name, at the end of a path.
#![deny(warnings)]

use reexport::api::{Entity, api_type, dynamic_api};

mod reexport {
    pub use dynamic_api as api;
}

#[dynamic_api(path = "users", crate = crate::reexport::api)]
struct User {
    name: String,
    #[api(default = Role::Guest)]
    role: Role,
}

#[api_type(crate = crate::reexport::api)]
#[derive(Clone, Debug)]
enum Role {
    Guest,
    Member { since: u16 },
}

fn main() {
    assert_eq!(User::META.name, "User");
    let _ = Role::Member { since: 2020 };
}
