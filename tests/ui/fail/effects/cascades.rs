//! What can't be the cascade of an entity.

use dynamic_api::{Id, Ref, dynamic_api};

#[dynamic_api(
    path = "posts",
    cascade(Comment.post, Comment.post, Like.post = set_nul, Comment),
    routes(delete_one(cascade(Comment.post))),
)]
pub struct Post {
    title: String,
}

#[dynamic_api(path = "pages", cascade())]
pub struct Page {
    title: String,
}

#[dynamic_api(path = "people", cascade(Comment.author, Comment.text, Comment.page = set_null, Comment.post, Nobody.person))]
pub struct Person {
    name: String,
}

#[dynamic_api(path = "comments")]
pub struct Comment {
    post: Ref<Person>,
    page: Id,
    text: String,
}

fn main() {}
