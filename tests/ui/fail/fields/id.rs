use dynamic_api::{Id, dynamic_api};

#[dynamic_api(path = "users")]
struct Mongo {
    _id: String,
    name: String,
}

#[dynamic_api(path = "users")]
struct Plain {
    id: Id,
    name: String,
}

#[dynamic_api(path = "users")]
struct Renamed {
    #[serde(rename = "_id")]
    key: u64,
    name: String,
}

fn main() {}
