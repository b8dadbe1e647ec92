use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", collection = "")]
struct Empty {
    name: String,
}

#[dynamic_api(path = "users", collection = "us$ers")]
struct Dollar {
    name: String,
}

#[dynamic_api(path = "users", collection = "system.users")]
struct System {
    name: String,
}

#[dynamic_api(path = "users", collection = "us\0ers")]
struct Nul {
    name: String,
}

fn main() {}
