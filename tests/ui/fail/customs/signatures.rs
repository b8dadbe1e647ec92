use dynamic_api::{CustomCall, Error, Stored, dynamic_api};

#[dynamic_api(
    path = "posts",
    routes(
        custom(method = post, path = ":id/a", handler = of_nothing),
        custom(method = post, path = ":id/b", handler = of_two),
        custom(method = post, path = ":id/c", handler = without_result),
        custom(method = post, path = ":id/d", handler = of_text),
        custom(method = post, path = ":id/e", handler = with_body),
        custom(method = post, path = ":id/g", handler = of_many),
        custom(method = post, path = ":id/h", handler = of_nowhere),
        custom(method = post, path = "f", handler = with_body_of_many, ids, body = Unread),
    )
)]
pub struct Post {
    pub title: String,
}

pub struct Unread;

async fn of_nothing() -> Result<(), Error> {
    Ok(())
}

async fn of_two(_: CustomCall<Stored<Post>>, _: u8) -> Result<(), Error> {
    Ok(())
}

async fn without_result(_: CustomCall<Stored<Post>>) {}

async fn of_text(_: CustomCall<Stored<Post>>) -> Result<String, Error> {
    Ok(String::new())
}

async fn with_body(_: CustomCall<Stored<Post>, String>) -> Result<(), Error> {
    Ok(())
}

async fn of_many(_: CustomCall<Vec<Stored<Post>>>) -> Result<(), Error> {
    Ok(())
}

async fn with_body_of_many(_: CustomCall<Vec<Stored<Post>>, Unread>) -> Result<(), Error> {
    Ok(())
}

fn main() {}
