//! What can't be the audit of an entity.

use dynamic_api::dynamic_api;

#[dynamic_api(path = "posts", audit(retention = "90 days"), routes(audit))]
pub struct Post {
    title: String,
}

#[dynamic_api(path = "pages", audit(keep = "90d"), routes(audit(auth_ability = anybody, presenter = Shown)))]
pub struct Page {
    title: String,
}

#[dynamic_api(path = "people", routes(audit(ability = has_role("admin"))))]
pub struct Person {
    name: String,
}

#[dynamic_api(path = "notes", audit, audit, routes(update_one(audit)))]
pub struct Note {
    text: String,
}

fn main() {}
