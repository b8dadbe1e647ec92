use dynamic_api::dynamic_api;

#[dynamic_api(path = "users", web_socket(namespace = "shop"), routes(get_many(web_socket(namespace = "/a b"))))]
struct User {
    name: String,
}

fn main() {}
