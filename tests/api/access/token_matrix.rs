//! Every token at every route of the table, and at the handshake: what is signed by the right key and is wrong otherwise, what is
//! signed by none, and what is good elsewhere.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use dynamic_api::{AuthConfig, Id, RouteInfo, SigningKey, TokenUse};
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use test_support::{NodeClient, TestStore, both_stores};
use tokio::sync::mpsc;

use super::{
    Outbox, api, config, registration, send, text,
    tokens::{good, none},
};
use crate::{
    http::Http,
    server::{connect, serve},
};

/// What a route does with a token that comes as a bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// The caller is who the token says, and nobody is refused.
    Access,
    /// The caller is whose session the token is of.
    Refresh,
    /// Whatever it is changes nothing.
    Nothing,
}

/// What each route takes, by its event. Every route is for callers with a token unless it stands here.
fn takes(event: &str) -> Takes {
    match event {
        "auth-refresh-token" | "auth-logout" | "auth-logout-all" => Takes::Refresh,
        "auth-register"
        | "auth-login"
        | "auth-reset-password"
        | "auth-change-password"
        | "auth-send-code"
        | "auth-verify-code"
        | "auth-verify-email"
        | "auth-mfa-login"
        | "get-many-open-diary" => Takes::Nothing,
        _ => Takes::Access,
    }
}

/// Settings whose access tokens the test can sign, too.
fn known(secret: &[u8]) -> AuthConfig {
    config().key(TokenUse::Access, SigningKey::secret(secret.to_vec()))
}

/// A token with this header and payload, signed.
fn signed(secret: &[u8], header: &Value, payload: &Value) -> String {
    let part = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    let text = format!("{}.{}", part(header), part(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()))
}

fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap());
    let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (json(), json())
}

/// An access token with one thing changed, and a right signature.
fn resigned(secret: &[u8], access: &str) -> Vec<(&'static str, Value)> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let payload = |edit: &dyn Fn(&mut Value)| {
        let (header, mut payload) = parts(access);
        edit(&mut payload);
        Value::from(signed(secret, &header, &payload))
    };
    let header = |edit: &dyn Fn(&mut Value)| {
        let (mut header, payload) = parts(access);
        edit(&mut header);
        Value::from(signed(secret, &header, &payload))
    };
    let (_, claims) = parts(access);
    assert!(claims["exp"].is_u64() && claims["iss"].is_string() && claims["typ"] == "access", "{claims}");
    vec![
        ("expired", payload(&|claims| claims["exp"] = (now - 60).into())),
        ("without an end", payload(&|claims| drop(claims.as_object_mut().unwrap().shift_remove("exp")))),
        ("an end that is no number", payload(&|claims| claims["exp"] = "never".into())),
        ("not yet valid", payload(&|claims| claims["nbf"] = (now + 600).into())),
        ("of another issuer", payload(&|claims| claims["iss"] = "other".into())),
        ("for another audience", payload(&|claims| claims["aud"] = "other".into())),
        ("said to be a refresh token", payload(&|claims| claims["typ"] = "refresh".into())),
        ("said to be of no type", payload(&|claims| claims["typ"] = Value::Null)),
        ("of a subject that is no id", payload(&|claims| claims["sub"] = json!({ "$ne": null }))),
        ("of a session that is no id", payload(&|claims| claims["sid"] = "x".into())),
        ("with another type in its header", header(&|header| header["typ"] = "JWT+refresh".into())),
        ("by an unknown key", header(&|header| header["kid"] = "other".into())),
        ("by another algorithm", header(&|header| header["alg"] = "HS384".into())),
        ("said to be by none", header(&|header| header["alg"] = "none".into())),
        ("signed with an empty key", signed(b"", &parts(access).0, &claims).into()),
    ]
}

/// A call with nothing but a token.
async fn status(http: &Http, route: &RouteInfo, token: Option<&Value>) -> u16 {
    let id = Id::new().to_string();
    let path = route.paths[0].replace("{id}", &id).replace(":id", &id);
    let header = token.and_then(Value::as_str).map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> =
        header.as_deref().map(|header| ("authorization", header)).into_iter().collect();
    let body = if route.method == Method::GET { Value::Null } else { json!({}) };
    send(http, route.method.clone(), &path, &headers, body).await.status.as_u16()
}

async fn matrix(store: &TestStore, node: &NodeClient) {
    let (outbox, mut inbox) = mpsc::unbounded_channel();
    let secret: Vec<u8> = (0..3).flat_map(|_| bson::Uuid::new().bytes()).collect();
    let builder = api(store, known(&secret).deliver(Outbox(outbox)));
    let routes = builder.routes();
    assert!(routes.len() > 30 && routes.iter().any(|route| route.event == Some("auth-mfa-confirm")));
    let http = Http(builder.build().await.unwrap());
    let url = serve(http.0.clone()).await;

    let [(_, access), refresh, reset, mfa] = good(&http, &mut inbox, "ada").await;
    let access = access.as_str().unwrap().to_owned();
    let mut wrong = resigned(&secret, &access);
    wrong.extend(none(&access));
    wrong.extend([refresh, reset, mfa]);

    for route in routes.iter().filter(|route| route.event != Some("auth-end-session")) {
        let event = route.event.unwrap();
        let without = status(&http, route, None).await;
        let taken = takes(event);
        assert_eq!(without == 401, taken != Takes::Nothing && event != "auth-login", "{event}: {without}");
        for (what, token) in wrong.iter().filter(|(what, token)| token.is_string() && *what != "refresh") {
            let told = status(&http, route, Some(token)).await;
            // A header of 8 KiB may be too long for the server already.
            let expected = if taken == Takes::Nothing { without } else { 401 };
            assert!(
                told == expected || (what.starts_with("8 KiB") && told == 431),
                "{what} at {event}: {told}"
            );
        }
        if taken == Takes::Access {
            let told = status(&http, route, Some(&access.as_str().into())).await;
            assert_ne!(told, 401, "{event}");
        }
        if taken == Takes::Refresh {
            let told = status(&http, route, Some(&access.as_str().into())).await;
            assert_eq!(told, 401, "an access token at {event}");
        }
    }
    for event in ["auth-refresh-token", "auth-logout", "auth-logout-all"] {
        let route = routes.iter().find(|route| route.event == Some(event)).unwrap();
        let pair = http.post("/auth/register", registration(event)).await.json(201);
        assert!(status(&http, route, Some(&pair["refreshToken"])).await < 300, "{event}");
    }

    for (what, token) in &wrong {
        let options = json!({ "transports": ["websocket"], "auth": { "token": token } });
        let refused = node.connect(&url, options).await;
        assert!(refused.is_err(), "{what} at the handshake");
    }
    // A socket of nobody, and what it sends as a token, over every event.
    let socket = connect(node, &url).await;
    for (what, token) in &wrong {
        let ack = socket.call("authenticate", json!({ "token": token })).await;
        assert_eq!(ack.get("event"), None, "{what} by authenticate: {ack}");
    }
    for route in routes.iter().filter(|route| takes(route.event.unwrap()) == Takes::Access) {
        let event = route.event.unwrap();
        let payload =
            json!({ "token": access, "accessToken": access, "authorization": format!("Bearer {access}") });
        assert_eq!(socket.call(event, payload).await["statusCode"], 401, "{event}");
    }
    for (what, token) in wrong.iter().filter(|(what, _)| *what != "refresh") {
        for event in ["auth-refresh-token", "auth-logout", "auth-logout-all"] {
            let ack = socket.call(event, json!({ "refreshToken": token })).await;
            let status = ack["statusCode"].as_u64();
            assert!(matches!(status, Some(400 | 401)), "{what} by {event}: {ack}");
        }
    }
    let options = json!({ "transports": ["websocket"], "auth": { "token": access } });
    let ada = node.connect(&url, options).await.unwrap();
    assert_eq!(text(&ada.call("auth-get-account", json!({})).await["data"], "email"), "ada@example.com");
}

#[tokio::test]
async fn a_token_opens_what_it_is_for_and_nothing_else() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        matrix(&store, &node).await;
    }
}
