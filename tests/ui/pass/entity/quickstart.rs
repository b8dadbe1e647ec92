//! The smallest entity, in a crate that allows no warning of any kind.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, clippy::all, clippy::pedantic)]

use dynamic_api::{Entity, dynamic_api};

/// Someone who can sign in.
#[dynamic_api(path = "users", web_socket)]
pub struct User {
    /// What others call them.
    pub name: String,
    /// Where mail reaches them.
    #[api(unique)]
    pub email: String,
}

#[test]
fn accepted() {
    assert_eq!(User::META.path, "users");
    assert_eq!(User::META.collection, "users");
    assert_eq!(User::ROUTES.len(), 11);
    assert_eq!(UserEvents::GET_MANY, "get-many-user");
    let _ = CreateUser { name: "Ada".to_owned(), email: "ada@example.org".to_owned() };
    let _ = UpdateUser::default();
}
