//! The user who calls, in handlers of the program's own.

use axum::{Router, routing::get};
use dynamic_api::{ApiHandle, CurrentUser, Principal};
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, SocketRef};
use test_support::{NodeClient, both_stores};

use super::{Member, api, config, get as get_as, register, registration, text};
use crate::{
    http::Http,
    server::{Server, connect, data},
};

async fn whoami(user: CurrentUser<Member>) -> String {
    format!("{} {} {}", user.name, user.id(), user.principal().claims()["role"])
}

async fn greeting(user: Option<CurrentUser<Member>>) -> String {
    user.map_or_else(|| "Who are you?".to_owned(), |user| format!("Hello, {}", user.name))
}

fn own(handle: ApiHandle) -> Router {
    Router::new().route("/whoami", get(whoami)).route("/greeting", get(greeting)).with_state(handle)
}

#[tokio::test]
async fn over_http_it_is_an_argument() {
    for store in both_stores().await {
        let api = api(&store, config());
        let handle = api.handle();
        let api = Http(api.build().await.unwrap().merge(own(handle)));
        let refused = api.get("/whoami").await;
        assert_eq!(refused.problem(401, "Unauthorized")["instance"], "/whoami");
        assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"api\"");
        assert_eq!(api.get("/greeting").await.text, "Who are you?");
        let (access, refresh) = register(&api, "ada").await;
        let account = get_as(&api, "/auth/account", &access).await.json(200);
        let id = text(&account, "id");
        assert_eq!(get_as(&api, "/whoami", &access).await.text, format!("ada {id} \"member\""));
        assert_eq!(get_as(&api, "/greeting", &access).await.text, "Hello, ada");
        let refused = get_as(&api, "/whoami", &refresh).await;
        assert!(refused.header("www-authenticate").contains("invalid_token"));
        assert_eq!(get_as(&api, "/greeting", &refresh).await.text, "Who are you?");

        // Of a user who is gone the token is still valid, and nobody's.
        let header = format!("Bearer {access}");
        let path = format!("/members/{id}");
        let gone =
            super::send(&api, http::Method::DELETE, &path, &[("authorization", &header)], Value::Null).await;
        assert_eq!(gone.json(200), json!({ "deletedCount": 1 }));
        get_as(&api, "/whoami", &access).await.problem(401, "Unauthorized");
    }
}

#[tokio::test]
async fn over_a_socket_it_is_asked_for() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let api = api(&store, config()).on_connect(|socket: &SocketRef| {
            socket.on("whoami", async |socket: SocketRef, ack: AckSender| {
                let said = match CurrentUser::<Member>::of_socket(&socket).await {
                    Ok(user) => json!({ "name": user.name, "role": user.principal().claims()["role"] }),
                    Err(error) => json!({ "refused": error.status(), "nobody": Principal::of_socket(&socket) == Principal::Anonymous }),
                };
                let _ = ack.send(&said);
            });
        });
        let server = Server::of(api).await;
        let socket = connect(&node, &server.url()).await;
        assert_eq!(socket.call("whoami", Value::Null).await, json!({ "refused": 401, "nobody": true }));
        data("auth-register", socket.call("auth-register", registration("ada")).await);
        assert_eq!(socket.call("whoami", Value::Null).await, json!({ "name": "ada", "role": "member" }));
    }
}
