//! Functions of the program's own with the names of generated ones.

#![deny(warnings)]

use dynamic_api::{CustomCall, Error, Invalid, Saving, Stored, UserPrincipal, Where, dynamic_api};

#[dynamic_api(
    path = "posts",
    scope = get_many,
    ability(writes = not(update_one)),
    auth_ability = batch,
    validate = create_one,
    before_save = custom_show,
    routes(
        get_many,
        get_one,
        create_one,
        update_one,
        delete_one,
        batch,
        custom(method = post, path = ":id/hide", handler = custom_hide, event = "hide-post"),
        custom(method = post, path = ":id/show", handler = show),
    )
)]
pub struct Post {
    #[api(validate(custom = delete_one))]
    pub title: String,
    #[api(derived = derive_on_save)]
    pub slug: String,
    #[api(protected(read = get_one))]
    pub note: Option<String>,
}

fn get_many(_: &UserPrincipal) -> Where<Post> {
    Where::all()
}

fn get_one(_: &UserPrincipal) -> bool {
    true
}

fn update_one(_: &Stored<Post>, _: &UserPrincipal) -> bool {
    true
}

fn batch(_: &UserPrincipal) -> bool {
    true
}

fn create_one(_: &Post) -> Result<(), Invalid> {
    Ok(())
}

fn delete_one(_: &String) -> Result<(), Invalid> {
    Ok(())
}

fn derive_on_save(post: &Post) -> String {
    post.title.to_lowercase()
}

fn custom_show(post: Post, _: Saving<'_, Post>) -> Result<Post, Error> {
    Ok(post)
}

async fn custom_hide(_: CustomCall<Stored<Post>>) -> Result<(), Error> {
    Ok(())
}

/// A handler may be a plain function.
fn show(call: CustomCall<Stored<Post>>) -> Result<Stored<Post>, Error> {
    Ok(call.target)
}

#[test]
fn they_are_meant() {
    assert_eq!(PostEvents::CUSTOM_HIDE, "hide-post");
}
