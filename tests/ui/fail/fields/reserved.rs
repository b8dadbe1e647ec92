use dynamic_api::{DateTime, dynamic_api};

#[dynamic_api(path = "users")]
struct User {
    created_at: DateTime,
    #[serde(rename = "__v")]
    revision: i32,
    is_deleted: bool,
    ids: Vec<String>,
    merge_patch: String,
    #[serde(rename = "changed")]
    updated_at: DateTime,
}

fn main() {}
