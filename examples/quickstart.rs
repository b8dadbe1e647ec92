//! Two entities, one program: `cargo run --example quickstart`, then paste the lines that it prints.
//!
//! `PORT` changes the port (3000), `MONGODB_URI` the store.

use std::{env, error::Error};

use dynamic_api::{DynamicApi, Id, Store, dynamic_api};

/// A person who uses the application.
#[dynamic_api(path = "users", web_socket)]
struct User {
    name: String,
    #[api(unique)]
    email: String,
}

/// What a user wrote down.
#[dynamic_api(path = "notes", soft_delete)]
struct Note {
    title: String,
    body: Option<String>,
    author: Id,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_env_filter(env::var("RUST_LOG").unwrap_or("info".into())).init();

    let port: u16 = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let store = Store::from_env().await?;
    let api = DynamicApi::builder().store(store.clone()).resource::<User>().resource::<Note>();

    let url = format!("http://127.0.0.1:{port}");
    println!("{url} on {store:?}\n\n{}", api.routes());
    println!("Paste into another terminal:\n");
    println!(
        r#"  curl -s {url}/users -H 'content-type: application/json' -d '{{"name":"Ada","email":"ada@example.com"}}'"#
    );
    println!(
        r#"  curl -s -X PATCH "{url}/users?ids=$(curl -s {url}/users | grep -oE '[0-9a-f]{{24}}' | paste -sd,)" -H 'content-type: application/json' -d '{{"name":"Ada Lovelace"}}'"#
    );
    println!(
        r#"  (cd tests/client && npm ci --silent && node -e 'const s = require("socket.io-client").io("{url}"); s.emit("get-many-user", {{ limit: 10 }}, (reply) => {{ console.log(reply); s.close(); }})')"#
    );
    println!();

    api.serve(("127.0.0.1", port)).await?;
    Ok(())
}
