use dynamic_api::{CustomCall, Error, Id, Stored, UserPrincipal, Where, dynamic_api};

#[dynamic_api(
    path = "posts",
    web_socket,
    routes(
        get_one,
        update_one(sub_path = "title"),
        custom,
        custom(method = post, path = ":id/a"),
        custom(method = head, path = ":id/b", handler = act),
        custom(method = "post", path = ":id/c", handler = act),
        custom(method = post, path = "posts/:id/d", handler = act),
        custom(method = post, path = "{id}/e", handler = act),
        custom(method = post, path = ":id/", handler = act),
        custom(method = post, path = "", handler = act),
        custom(method = post, path = "many/f", handler = act),
        custom(method = post, path = "0123456789abcdef01234567", handler = act),
        custom(method = get, path = ":id/g", handler = act, body = Body),
        custom(method = post, path = ":id/h", handler = act, body = Body, query = Body),
        custom(method = post, path = ":id/i", handler = act, ids),
        custom(method = post, path = "j", handler = act, ids, query = Body),
        custom(method = post, path = "k", handler = act, ability = may, scope = own),
        custom(method = post, path = ":id/l", handler = act, sub_path = "l"),
        custom(method = post, path = ":id/m", handler = act, methods = get),
        custom(method = post, path = ":id/n", handler = act, cache),
        custom(method = get, path = ":id", handler = act),
        custom(method = patch, path = ":id/title", handler = act),
        custom(method = post, path = ":id/o", handler = act),
        custom(method = post, path = ":id/o", handler = other),
        custom(method = post, path = ":id/p", handler = other, event = "act-post"),
        custom(method = post, path = ":id/q", handler = third, event = "disconnect"),
        custom(method = post, path = ":id/r", handler = auth_all),
        custom(method = post, path = ":id/s", handler = act, event = "another-one"),
        duplicate_one(method = post),
    )
)]
pub struct Post {
    pub title: String,
    pub author: Id,
}

fn main() {}
