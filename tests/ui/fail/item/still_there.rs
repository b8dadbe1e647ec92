//! An entity with an error is there for the rest of the program, so that only the error is shown.

use dynamic_api::{Entity, Id, dynamic_api};

#[dynamic_api(path = "users", web_sockets, routes(get_many, get_all))]
struct User {
    name: String,
    #[api(uniqe)]
    email: String,
}

fn main() {
    let user = User { name: String::new(), email: String::new() };
    let _ = (user.name, user.email, User::META.path, UserEvents::GET_MANY);
    let _ = CreateUser { name: String::new(), email: String::new() };
    let _ = UpdateUser::default();
    let id = |view: UserView| -> Id { view.id };
    let _ = id;
}
