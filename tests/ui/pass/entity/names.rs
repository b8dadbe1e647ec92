//! Types of the user's own that have the names the macro would choose, or that it uses.
#![deny(warnings)]

use dynamic_api::{Entity, dynamic_api};

struct CreateUser;
struct UserView;

#[dynamic_api(
    path = "users",
    names(create = NewUser, update = UserChanges, view = PublicUser, events = UserTopics, fields = UserColumns)
)]
struct User {
    name: String,
}

/// Named as what it implements.
#[dynamic_api(path = "fields")]
struct Field {
    #[api(default = 0)]
    index: Index,
    record: Option<Record>,
}

type Index = u32;
type Record = String;
#[expect(dead_code)]
type Result<T> = std::io::Result<T>;

#[test]
fn accepted() {
    let _ = (CreateUser, UserView);
    let _ = NewUser { name: "Ada".to_owned() };
    let _ = (UserChanges::default(), UserTopics::DELETE_MANY);
    let _ = (std::mem::size_of::<PublicUser>(), UserColumns::NAME);
    assert_eq!(Field::META.name, "Field");
    assert_eq!(User::META.name, "User");
}
