use dynamic_api::dynamic_api;

#[dynamic_api(
    path = users,
    collection,
    version = 1,
    soft_delete = true,
    public("everyone"),
    description =,
    index,
    routes = get_many,
    names = "x",
    crate = "my_api"
)]
struct User {
    #[api(unique = true)]
    name: String,
    #[api(index = downwards)]
    age: u8,
    #[api]
    email: String,
}

#[dynamic_api(path = "notes", routes(get_many = "x", aggregate(query, presenter = 5)), crate)]
struct Note {
    #[api(hidden(always), default = )]
    title: String,
}

fn main() {}
