//! Events of a kind that is there in several versions: the lowest has the bare name.
#![deny(warnings)]

use dynamic_api::{Entity, dynamic_api};

#[dynamic_api(
    path = "users",
    version = "2",
    routes(
        get_one,
        get_one(version = "10"),
        get_one(version = "3", event = "one-user"),
        get_many(version = "1"),
        get_many(sub_path = "2fa"),
    )
)]
struct User {
    name: String,
}

#[test]
fn accepted() {
    let events: Vec<_> = User::ROUTES.iter().map(|route| route.event).collect();
    assert_eq!(
        events,
        ["get-one-user", "get-one-user-v10", "one-user", "get-many-user", "get-many-2fa-user-v2"]
    );
    let _ = (UserEvents::GET_ONE_V10, UserEvents::GET_ONE_V3, UserEvents::GET_MANY_2FA_V2);
}
