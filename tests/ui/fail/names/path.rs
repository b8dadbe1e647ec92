use dynamic_api::dynamic_api;

#[dynamic_api]
struct NoPath {
    name: String,
}

#[dynamic_api(path = "")]
struct Empty {
    name: String,
}

#[dynamic_api(path = "/users/")]
struct Slashes {
    name: String,
}

#[dynamic_api(path = "users/:id")]
struct Parameter {
    name: String,
}

#[dynamic_api(path = "users/../admin")]
struct Upwards {
    name: String,
}

#[dynamic_api(path = "our users")]
struct Space {
    name: String,
}

#[dynamic_api(path = "users//all")]
struct TwoSlashes {
    name: String,
}

fn main() {}
