//! Every kind of token, and everything that is none, at every place that takes one: each is good in its own place alone.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use dynamic_api::TokenUse;
use http::Method;
use serde_json::{Value, json};
use test_support::{NodeClient, TestStore, both_stores};
use tokio::sync::mpsc;

use super::{Outbox, api, config, registration, send, text};
use crate::{
    http::Http,
    server::{Server, connect},
};

/// Where a token can be sent to.
const PLACES: [&str; 8] =
    ["entity", "account", "refresh", "logout", "change", "mfa", "handshake", "authenticate"];

struct Places {
    http: Http,
    server: Server,
    node: NodeClient,
}

impl Places {
    /// Whether a token is taken at a place.
    async fn takes(&self, place: &str, token: &Value) -> bool {
        let header = token.as_str().map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> =
            header.as_deref().map(|header| ("authorization", header)).into_iter().collect();
        let call = async |method: Method, path: &str, body: Value| {
            send(&self.http, method, path, &headers, body).await.status.is_success()
        };
        let post = async |path: &str, body: Value| send(&self.http, Method::POST, path, &[], body).await;
        match place {
            "entity" => call(Method::GET, "/diaries", Value::Null).await,
            "account" => call(Method::GET, "/auth/account", Value::Null).await,
            "refresh" => {
                post("/auth/refresh-token", json!({ "refreshToken": token })).await.status.is_success()
            }
            "logout" => post("/auth/logout", json!({ "refreshToken": token })).await.status.is_success(),
            "change" => {
                let body = json!({ "resetPasswordToken": token, "newPassword": "better horse battery" });
                send(&self.http, Method::PATCH, "/auth/change-password", &[], body).await.status.is_success()
            }
            "mfa" => {
                // That the code is wrong is said where the token is right.
                let answer = post("/auth/mfa/login", json!({ "mfaToken": token, "code": "000000" })).await;
                answer.status == 401 && answer.text.contains("Invalid credentials")
            }
            "handshake" => {
                let options = json!({ "transports": ["websocket"], "auth": { "token": token } });
                self.node.connect(&self.server.url(), options).await.is_ok()
            }
            _ => {
                let socket = connect(&self.node, &self.server.url()).await;
                socket.call("authenticate", json!({ "token": token })).await.get("event").is_some()
            }
        }
    }
}

/// A token with another header, or another payload, and the signature that it had.
fn edited(token: &str, part: usize, edit: impl Fn(&mut Value)) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut json: Value =
        serde_json::from_slice(&BASE64URL_NOPAD.decode(parts[part].as_bytes()).unwrap()).unwrap();
    edit(&mut json);
    parts[part] = BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    parts.join(".")
}

fn unsigned(token: &str, algorithm: &str) -> String {
    let token = edited(token, 0, |header| header["alg"] = algorithm.into());
    token[..=token.rfind('.').unwrap()].to_owned()
}

/// What is a token nowhere, made of one that is an access token.
pub fn none(access: &str) -> Vec<(&'static str, Value)> {
    let later = |payload: &mut Value| payload["exp"] = json!(9_999_999_999_u64);
    vec![
        ("no algorithm", unsigned(access, "none").into()),
        ("NONE", unsigned(access, "NONE").into()),
        ("another algorithm", edited(access, 0, |header| header["alg"] = "HS512".into()).into()),
        ("an asymmetric algorithm", edited(access, 0, |header| header["alg"] = "RS256".into()).into()),
        ("another key", edited(access, 0, |header| header["kid"] = "x".into()).into()),
        ("a later end", edited(access, 1, later).into()),
        ("another user", edited(access, 1, |payload| payload["sub"] = "0".repeat(24).into()).into()),
        ("another kind", edited(access, 1, |payload| payload["typ"] = "refresh".into()).into()),
        ("another issuer", edited(access, 1, |payload| payload["iss"] = "x".into()).into()),
        ("another role", edited(access, 1, |payload| payload["user"]["role"] = "admin".into()).into()),
        ("truncated", access[..access.len() - 4].into()),
        ("without a signature", access[..access.rfind('.').unwrap()].into()),
        ("8 KiB and more", format!("{access}{}", "A".repeat(8192)).into()),
        ("an object", json!({ "$ne": null })),
        ("a list", json!([access])),
        ("a number", json!(5)),
    ]
}

/// One token of each kind, of users of their own, since a place that takes one may use it up.
pub async fn good(
    http: &Http,
    inbox: &mut mpsc::UnboundedReceiver<String>,
    name: &str,
) -> [(&'static str, Value); 4] {
    let pair = http.post("/auth/register", registration(name)).await.json(201);
    let access = text(&pair, "accessToken");
    http.post("/auth/reset-password", json!({ "email": format!("{name}@example.com") })).await;
    let reset = inbox.recv().await.unwrap();
    let mfa = half(http, &format!("{name}-2")).await;
    [
        ("access", access.into()),
        ("refresh", pair["refreshToken"].clone()),
        ("reset", reset.into()),
        ("mfa", mfa.into()),
    ]
}

/// The token of a login whose second factor is still to come.
async fn half(http: &Http, name: &str) -> String {
    let pair = http.post("/auth/register", registration(name)).await.json(201);
    let header = format!("Bearer {}", text(&pair, "accessToken"));
    let headers = [("authorization", header.as_str())];
    let enrolled = send(http, Method::POST, "/auth/mfa/enrol", &headers, Value::Null).await.json(200);
    let secret = data_encoding::BASE32_NOPAD.decode(text(&enrolled, "secret").as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let code = json!({ "code": totp.generate(now).to_string() });
    send(http, Method::POST, "/auth/mfa/confirm", &headers, code).await.json(200);
    let login = json!({ "email": format!("{name}@example.com"), "password": super::PASSWORD });
    text(&http.post("/auth/login", login).await.json(200), "mfaToken")
}

async fn places(store: &TestStore, config: dynamic_api::AuthConfig) -> Places {
    let builder = api(store, config.clone());
    let server = Server::of(api(store, config)).await;
    Places { http: Http(builder.build().await.unwrap()), server, node: NodeClient::start().await }
}

#[tokio::test]
async fn each_token_is_good_in_its_own_place_alone() {
    for store in both_stores().await {
        let (outbox, mut inbox) = mpsc::unbounded_channel();
        let places = places(&store, config().deliver(Outbox(outbox))).await;
        for (number, place) in PLACES.iter().enumerate() {
            for (kind, token) in good(&places.http, &mut inbox, &format!("user{number}")).await {
                let is_its_place = match kind {
                    "access" => ["entity", "account", "handshake", "authenticate"].contains(place),
                    "refresh" => ["refresh", "logout"].contains(place),
                    "reset" => *place == "change",
                    _ => *place == "mfa",
                };
                assert_eq!(places.takes(place, &token).await, is_its_place, "{kind} at {place}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_token_is_none_anywhere() {
    for store in both_stores().await {
        let places = places(&store, config()).await;
        let pair = places.http.post("/auth/register", registration("ada")).await.json(201);
        let access = text(&pair, "accessToken");
        for place in PLACES {
            for (what, token) in none(&access) {
                assert!(!places.takes(place, &token).await, "{what} at {place}");
            }
        }
        assert!(places.takes("entity", &access.into()).await);
    }
}

#[tokio::test]
async fn a_token_of_other_keys_or_names_is_none() {
    for store in both_stores().await {
        let short = config().lifetime(TokenUse::Access, Duration::from_secs(60));
        let own = places(&store, short.clone()).await;
        for other in [config(), short.clone().issuer("other"), short.audience("other")] {
            let others = Http(api(&store, other).build().await.unwrap());
            let name = format!("user{}", dynamic_api::Id::new());
            let pair = others.post("/auth/register", registration(&name)).await.json(201);
            for (place, token) in
                [("entity", "accessToken"), ("handshake", "accessToken"), ("refresh", "refreshToken")]
            {
                assert!(!own.takes(place, &pair[token]).await, "{place}");
            }
        }
    }
}
