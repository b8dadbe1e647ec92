//! `dynamic_api` under another name, at the end of a path.
#![deny(warnings)]

use self::reexport::api::{Entity, api_type, dynamic_api};

mod reexport {
    pub(super) use dynamic_api as api;
}

#[dynamic_api(path = "users", crate = self::reexport::api)]
struct User {
    name: String,
    #[api(default = Role::Guest)]
    role: Role,
}

#[api_type(crate = self::reexport::api)]
#[derive(Clone, Debug)]
enum Role {
    Guest,
    Member { since: u16 },
}

#[test]
fn accepted() {
    assert_eq!(User::META.name, "User");
    let _ = Role::Member { since: 2020 };
}
