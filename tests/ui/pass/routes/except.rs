//! All default routes but some.
#![deny(warnings)]

use dynamic_api::{Entity, dynamic_api};

#[dynamic_api(path = "logs", routes(except(update_one, update_many, replace_one, delete_one, delete_many)))]
struct Log {
    line: String,
}

#[test]
fn accepted() {
    let events: Vec<_> = Log::ROUTES.iter().map(|route| route.event).collect();
    assert_eq!(
        events,
        [
            "get-many-log",
            "get-one-log",
            "create-one-log",
            "create-many-log",
            "duplicate-one-log",
            "duplicate-many-log"
        ]
    );
}
