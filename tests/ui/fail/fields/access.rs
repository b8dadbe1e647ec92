use dynamic_api::dynamic_api;

#[dynamic_api(path = "users")]
struct User {
    #[api(hidden, write_only)]
    secret: String,
    #[api(read_only, write_only, default)]
    nothing: String,
    #[api(read_only)]
    score: u32,
}

fn main() {}
