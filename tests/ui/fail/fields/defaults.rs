use dynamic_api::dynamic_api;

#[dynamic_api(path = "users")]
struct User {
    #[api(default = "x")]
    nick_name: Option<String>,
    #[api(default = 1)]
    #[serde(default)]
    age: u32,
    #[api(default)]
    #[serde(with = "as_text")]
    size: u8,
    #[cfg_attr(all(), api(unique))]
    email: String,
}

fn main() {}
