//! A blog: `cargo run --example blog`, then paste the lines that it prints.
//!
//! Anyone reads published posts, authors also their own, and only they and admins write. Whoever registers as `ADMIN_EMAIL`
//! (admin@example.com) is an admin. `PORT` changes the port (3000), `MONGODB_URI` the store: a replica
//! set, since posts are audited. Where none of `AUTH_ACCESS_SECRET`,
//! `AUTH_REFRESH_SECRET`, `AUTH_RESET_SECRET` and `AUTH_MFA_SECRET` is set, the secrets are made at the start, for development.

use std::{env, error::Error};

use dynamic_api::{
    AuthConfig, AuthHooks, DynamicApi, LogDelivery, Password, Ref, Store, UserPrincipal, Where, dynamic_api,
};

/// Somebody with an account.
#[dynamic_api(path = "users", web_socket, routes(get_one(public)))]
struct User {
    #[api(login, protected(read = has_role("admin")))]
    email: String,
    #[api(password)]
    password: Password,
    #[api(register(required))]
    name: String,
    #[api(claim, read_only, default = "member")]
    role: String,
}

/// Something to read.
#[dynamic_api(
    path = "posts",
    web_socket,
    index(author),
    cascade(Comment.post),
    audit(retention = "90d"),
    ability(writes = any_of(is_owner(author), has_role("admin"))),
    routes(
        get_many(public, scope = readable, populate(author)),
        get_one(public, scope = readable, populate(author)),
        create_one,
        update_one,
        replace_one,
        delete_one,
        audit(ability = has_role("admin")),
    )
)]
struct Post {
    #[api(validate(length(min = 1, max = 200)))]
    title: String,
    body: String,
    #[api(default = false)]
    published: bool,
    #[api(from_user)]
    author: Ref<User>,
}

/// Published posts, and those of the reader's own; an admin reads all.
fn readable(reader: Option<&UserPrincipal>) -> Where<Post> {
    let published = Where::eq(PostFields::PUBLISHED, true);
    match reader {
        None => published,
        Some(reader) if reader.claim::<String>("role").as_deref() == Some("admin") => Where::all(),
        Some(reader) => published.or(Where::eq(PostFields::AUTHOR, reader.id())),
    }
}

/// What somebody says of a post.
#[dynamic_api(
    path = "comments",
    web_socket,
    index(post),
    ability(writes = any_of(is_owner(author), has_role("admin"))),
    routes(get_many(public, populate(author)), create_one, update_one, delete_one)
)]
struct Comment {
    #[api(exists(Post))]
    post: Ref<Post>,
    #[api(validate(length(min = 1, max = 2000)))]
    text: String,
    #[api(from_user)]
    author: Ref<User>,
}

/// Makes an admin of whoever has the address of one.
struct Admins(String);

impl AuthHooks<User> for Admins {
    async fn before_register(&self, user: User) -> Result<User, dynamic_api::Error> {
        let role = if user.email == self.0 { "admin".to_owned() } else { user.role };
        Ok(User { role, ..user })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_env_filter(env::var("RUST_LOG").unwrap_or("info".into())).init();

    let port: u16 = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let store = Store::from_env().await?;
    let secrets = ["AUTH_ACCESS_SECRET", "AUTH_REFRESH_SECRET", "AUTH_RESET_SECRET", "AUTH_MFA_SECRET"];
    let has_secrets = secrets.into_iter().any(|name| env::var_os(name).is_some());
    let config = if has_secrets { AuthConfig::from_env() } else { AuthConfig::development() };
    let admins = Admins(env::var("ADMIN_EMAIL").unwrap_or("admin@example.com".into()));
    let api = DynamicApi::builder()
        .store(store.clone())
        .resource::<User>()
        .resource::<Post>()
        .resource::<Comment>()
        .auth::<User>(config.deliver(LogDelivery).hooks::<User>(admins));

    let url = format!("http://127.0.0.1:{port}");
    println!("{url} on {store:?}\n\n{}", api.routes());
    println!("{}", lines(&url));

    api.serve(("127.0.0.1", port)).await?;
    Ok(())
}

/// What to paste into another terminal, in this order.
fn lines(url: &str) -> String {
    let json = "-H 'content-type: application/json'";
    let member = |name: &str| format!(r#"grep -oE '"{name}":"[^"]+"' | head -1 | cut -d'"' -f4"#);
    let (access, id) = (member("accessToken"), member("id"));
    let register = |name: &str| {
        format!(
            r#"curl -s {url}/auth/register {json} -d '{{"email":"{name}@example.com","password":"correct horse","name":"{name}"}}'"#
        )
    };
    format!(
        r#"Paste into another terminal:

  ADA=$({} | {access}); EVE=$({} | {access})
  POST=$(curl -s {url}/posts -H "authorization: Bearer $ADA" {json} -d '{{"title":"Draft","body":"..."}}' | {id})

  curl -s {url}/posts                                                       # nobody reads a draft
  curl -s {url}/posts -H "authorization: Bearer $ADA"                       # but its author
  curl -s -X PATCH {url}/posts/$POST -H "authorization: Bearer $EVE" {json} -d '{{"title":"Mine"}}'      # 403
  curl -s -X PATCH {url}/posts/$POST -H "authorization: Bearer $ADA" {json} -d '{{"published":true}}'
  curl -s "{url}/posts?populate=author"                                     # everybody reads it now
  curl -s {url}/comments -H "authorization: Bearer $EVE" {json} -d '{{"post":"'$POST'","text":"Fine"}}'
  curl -s -X DELETE {url}/posts/$POST -H "authorization: Bearer $ADA"       # and its comments with it
  curl -s {url}/comments
"#,
        register("ada"),
        register("eve"),
    )
}
