//! Accounts: `cargo run --example accounts`, then paste the lines that it prints.
//!
//! `PORT` changes the port (3000), `MONGODB_URI` the store. Where none of `AUTH_ACCESS_SECRET`, `AUTH_REFRESH_SECRET`,
//! `AUTH_RESET_SECRET` and `AUTH_MFA_SECRET` is set, the secrets are made at the start, for development.

use std::{env, error::Error};

use dynamic_api::{AuthConfig, DynamicApi, Id, LogDelivery, Password, Store, dynamic_api};

/// Somebody with an account.
#[dynamic_api(path = "users", web_socket, routes(get_many, get_one))]
struct User {
    #[api(login)]
    email: String,
    #[api(password)]
    password: Password,
    #[api(register(required))]
    name: String,
    #[api(claim, read_only, default = "member")]
    role: String,
}

/// What only somebody with an account reads and writes.
#[dynamic_api(path = "notes", web_socket)]
struct Note {
    title: String,
    author: Option<Id>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_env_filter(env::var("RUST_LOG").unwrap_or("info".into())).init();

    let port: u16 = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let store = Store::from_env().await?;
    let secrets = ["AUTH_ACCESS_SECRET", "AUTH_REFRESH_SECRET", "AUTH_RESET_SECRET", "AUTH_MFA_SECRET"];
    let has_secrets = secrets.into_iter().any(|name| env::var_os(name).is_some());
    let config = if has_secrets { AuthConfig::from_env() } else { AuthConfig::development() };
    // Reset tokens and codes appear in this terminal; an application of yours sends them to the user.
    let api = DynamicApi::builder()
        .store(store.clone())
        .resource::<User>()
        .resource::<Note>()
        .auth::<User>(config.deliver(LogDelivery));

    let url = format!("http://127.0.0.1:{port}");
    println!("{url} on {store:?}\n\n{}", api.routes());
    println!("{}", lines(&url));

    api.serve(("127.0.0.1", port)).await?;
    Ok(())
}

/// What to paste into another terminal, in this order.
fn lines(url: &str) -> String {
    let json = "-H 'content-type: application/json'";
    let token = |name: &str| format!(r#"grep -oE '"{name}":"[^"]+"' | cut -d'"' -f4"#);
    let (access, refresh) = (token("accessToken"), token("refreshToken"));
    format!(
        r#"Paste into another terminal:

  curl -s {url}/auth/register {json} -d '{{"email":"ada@example.com","password":"correct horse","name":"Ada"}}'
  PAIR=$(curl -s {url}/auth/login {json} -d '{{"email":"ada@example.com","password":"correct horse"}}')
  TOKEN=$(echo "$PAIR" | {access}); REFRESH=$(echo "$PAIR" | {refresh})

  curl -si {url}/notes | grep -iE '^(HTTP|www-authenticate)'
  curl -s {url}/notes -H "authorization: Bearer $TOKEN" {json} -d '{{"title":"Mine"}}'
  curl -s {url}/auth/account -H "authorization: Bearer $TOKEN"
  curl -s -X POST {url}/auth/refresh-token -H "authorization: Bearer $REFRESH"

  (cd tests/client && npm ci --silent && TOKEN=$TOKEN node -e 'const s = require("socket.io-client").io("{url}", {{ auth: {{ token: process.env.TOKEN }} }}); s.on("connect_error", (e) => console.log(e.message)); s.emit("get-many-note", {{}}, (reply) => {{ console.log(reply); s.close(); }})')

  curl -s {url}/auth/reset-password {json} -d '{{"email":"ada@example.com"}}'   # the token appears in the log of the server
  curl -si -X PATCH {url}/auth/change-password {json} -d '{{"resetPasswordToken":"...","newPassword":"better horse"}}'
"#
    )
}
