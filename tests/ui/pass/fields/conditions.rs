//! A field's condition holds for all that is generated for it.
#![deny(warnings)]

use dynamic_api::{Entity, dynamic_api};

#[dynamic_api(path = "users", index(name, fax), unique(fax, name))]
struct User {
    name: String,
    #[cfg(any())]
    #[api(unique, read_only, default = no_such_function())]
    fax: NoSuchType,
    #[cfg(test)]
    #[api(unique, read_only, default = 1)]
    fax: u32,
    #[cfg(any())]
    #[serde(with = "no_such_module")]
    gone: Option<NoSuchType>,
}

#[test]
fn accepted() {
    assert_eq!(User::META.fields.len(), 2);
    assert_eq!(User::META.indexes.len(), 3);
    assert!(User::META.field("fax").is_some_and(|field| field.read_only));
}
