use dynamic_api::dynamic_api;

#[dynamic_api(path = "users")]
struct User {
    #[serde(rename = "$set")]
    operator: String,
    #[serde(rename = "a.b")]
    path: String,
    #[serde(rename = "")]
    empty: String,
    #[serde(rename = "a\0b")]
    nul: String,
    first_name: String,
    #[serde(rename = "firstName")]
    other: String,
    #[allow(non_snake_case)]
    First_name: String,
}

fn main() {}
