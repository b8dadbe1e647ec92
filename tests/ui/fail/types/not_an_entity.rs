use dynamic_api::Entity;

struct User;

fn register<E: Entity>() {}

fn main() {
    register::<User>();
}
