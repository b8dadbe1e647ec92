use dynamic_api::dynamic_api;

#[dynamic_api(path = "users")]
#[serde(default, rename_all = "camel_case", transparent)]
struct User {
    #[serde(skip)]
    cache: String,
    #[serde(skip_serializing)]
    password: String,
    #[serde(flatten)]
    rest: String,
    #[serde(rename(serialize = "a", deserialize = "b"))]
    name: String,
    #[serde(alias = "mail", getter = "x")]
    email: String,
    #[serde(serialize_with = "write")]
    size: u8,
    #[serde(deserialize_with = "read")]
    other_size: u8,
}

fn main() {}
