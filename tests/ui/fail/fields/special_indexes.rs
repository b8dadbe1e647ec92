use dynamic_api::{DateTime, Id, dynamic_api};

#[dynamic_api(path = "texts", text_index(-title, words), text_index(created_at, secret, note))]
struct Text {
    title: String,
    words: u32,
    #[api(hidden)]
    secret: String,
    #[api(no_filter)]
    note: String,
}

#[dynamic_api(path = "more", text_index(created_at, secret, note, pages, titel))]
struct More {
    title: String,
    pages: Option<Vec<u32>>,
    #[api(hidden)]
    secret: String,
    #[api(no_filter)]
    note: String,
}

#[dynamic_api(
    path = "sessions",
    ttl_index(),
    ttl_index(expires_at),
    ttl_index(-expires_at, seconds = 5),
    ttl_index(expires_at, created_at, seconds = 5),
    ttl_index(user, seconds = 5),
    ttl_index(updated_at, seconds = 2147483648),
    ttl_index(updated_at, minutes = 5),
    ttl_index(expires_at, seconds = 5),
    index(expires_at)
)]
struct Session {
    user: Id,
    expires_at: Option<DateTime>,
}

#[dynamic_api(path = "keys", index(id), index(id, name), unique(name, id))]
struct Key {
    name: String,
}

fn main() {}
