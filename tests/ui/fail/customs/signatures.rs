use dynamic_api::{CustomCall, Error, Stored, dynamic_api};

#[dynamic_api(
    path = "posts",
    routes(
        custom(method = post, path = ":id/a", handler = of_nothing),
        custom(method = post, path = ":id/b", handler = at_once),
        custom(method = post, path = ":id/c", handler = without_result),
        custom(method = post, path = ":id/d", handler = of_text),
        custom(method = post, path = ":id/e", handler = with_body),
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

fn at_once(_: CustomCall<Stored<Post>>) -> Result<(), Error> {
    Ok(())
}

async fn without_result(_: CustomCall<Stored<Post>>) {}

async fn of_text(_: CustomCall<Stored<Post>>) -> Result<String, Error> {
    Ok(String::new())
}

async fn with_body(_: CustomCall<Stored<Post>, String>) -> Result<(), Error> {
    Ok(())
}

async fn with_body_of_many(_: CustomCall<Vec<Stored<Post>>, Unread>) -> Result<(), Error> {
    Ok(())
}

fn main() {}
