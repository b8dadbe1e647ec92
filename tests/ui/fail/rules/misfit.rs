use std::collections::HashMap;

use dynamic_api::{DateTime, Id, api_type, dynamic_api};

#[dynamic_api(path = "users")]
struct User {
    #[api(validate(length(min = 3)))]
    age: i32,
    #[api(validate(range(min = 0), email))]
    name: String,
    #[api(validate(range(max = 3)))]
    tags: Option<Vec<String>>,
    #[api(validate(email, inner(range(min = 1))))]
    mails: Vec<String>,
    #[api(validate(pattern = "a"))]
    friend: Option<Id>,
    #[api(validate(inner(email)))]
    born: DateTime,
    #[api(validate(inner(length(max = 2))))]
    shelves: HashMap<String, u8>,
}

/// What the compiler alone knows of a type is told by it.
type Cents = i64;

#[api_type]
struct Name(String);

#[dynamic_api(path = "products")]
struct Product {
    #[api(validate(email))]
    price: Cents,
    #[api(validate(length(max = 5), range(min = 1)))]
    name: Name,
}

type Tags = Vec<String>;

#[dynamic_api(path = "notes")]
struct Note {
    #[api(validate(inner(email)))]
    tags: Tags,
}

fn main() {}
