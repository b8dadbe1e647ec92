//! An entity of users, with everything that a field of an account can be.
#![deny(warnings, clippy::all, clippy::pedantic)]

use dynamic_api::{Entity, Id, Password, UserEntity, api_type, dynamic_api};

#[dynamic_api(path = "users", soft_delete)]
#[derive(Clone, Debug)]
struct User {
    #[api(login, claim)]
    #[serde(rename = "mail")]
    email: String,
    #[api(password)]
    password: Password,
    #[api(register)]
    name: String,
    #[api(register(required))]
    company: Option<String>,
    #[api(register, hidden)]
    invited_by: Option<Id>,
    #[api(register, default)]
    tags: Vec<String>,
    #[api(claim, read_only, default = Role::Member)]
    role: Role,
    #[api(claim, register)]
    team: Option<Id>,
    #[cfg(any())]
    #[api(claim, register)]
    never: Never,
    #[api(derived = initials)]
    initials: String,
}

#[api_type]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    Member,
    Admin,
}

fn initials(user: &User) -> String {
    user.name.split(' ').filter_map(|word| word.chars().next()).collect()
}

#[test]
fn accepted() {
    let account = User::ACCOUNT;
    assert_eq!((account.login, account.password), ("mail", "password"));
    assert_eq!(account.claims, ["mail", "role", "team"]);
    let register: Vec<_> = account.register.iter().map(|field| (field.name, field.required)).collect();
    assert_eq!(
        register,
        [("name", true), ("company", true), ("invitedBy", false), ("tags", false), ("team", false)]
    );
    let _ = (Role::Admin, UserView::clone);
}

#[test]
fn nobody_sees_or_finds_by_the_password() {
    let password = User::META.field("password").expect("the entity has it");
    assert!(password.hidden && !password.is_visible() && !password.is_filterable());
}

#[test]
fn the_login_has_a_unique_index() {
    assert_eq!(format!("{:?}", User::META.indexes).matches("mail").count(), 1);
    assert_eq!(User::META.indexes.len(), 1);
}
