//! References that clients may have replaced by what they refer to.
#![deny(warnings, clippy::all, clippy::pedantic)]

use dynamic_api::{Entity, Ref, dynamic_api};

#[dynamic_api(
    path = "articles",
    routes(
        get_many(populate(author, comments.written_by, see_also)),
        get_one(populate(sequel.author, r#type)),
        create_one,
    )
)]
struct Article {
    author: Ref<User>,
    comments: Vec<Ref<Comment>>,
    #[serde(rename = "sequel")]
    related: Option<Ref<Article>>,
    r#type: Option<Box<Ref<User>>>,
    #[cfg(any())]
    see_also: Never,
    #[cfg(not(any()))]
    see_also: Vec<Option<Ref<Article>>>,
}

#[dynamic_api(path = "users", routes(get_many(populate(friends.friends.friends))))]
struct User {
    friends: Vec<Ref<User>>,
}

#[dynamic_api(path = "comments", routes(get_many))]
struct Comment {
    written_by: Ref<User>,
}

#[test]
fn accepted() {
    let paths: Vec<_> = Article::ROUTES.iter().map(|route| route.populate).collect();
    assert_eq!(paths, [&["author", "comments.writtenBy", "seeAlso"][..], &["sequel.author", "type"], &[]]);
    assert_eq!(User::ROUTES[0].populate, ["friends.friends.friends"]);
}
