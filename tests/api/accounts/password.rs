//! Forgotten passwords.

use std::time::{Duration, Instant};

use dynamic_api::{AuthConfig, TokenUse};
use http::Method;
use serde_json::json;
use test_support::both_stores;

use super::{Api, EMAIL, PASSWORD, config, stored};

const NEW: &str = "another password";
const INVALID: &str = "Invalid reset password token. Please redo the reset password process.";

async fn change(api: &Api, token: &str, password: &str) -> crate::http::Reply {
    let body = json!({ "resetPasswordToken": token, "newPassword": password });
    api.call(Method::PATCH, "/auth/change-password", None, Some(body)).await
}

async fn ask(api: &Api, email: &str) {
    let asked = api.post("/auth/reset-password", json!({ "email": email })).await;
    assert_eq!((asked.status.as_u16(), asked.text.as_str()), (204, ""));
}

#[tokio::test]
async fn a_forgotten_password_becomes_another() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        let pair = api.register(EMAIL).await;
        ask(&api, "nobody@example.org").await;
        ask(&api, EMAIL).await;
        let (to, token) = inbox.next().await;
        assert_eq!(to, EMAIL, "nobody else was written to");
        assert!(!format!("{:?}", stored(&store, "accounts_credentials").await).contains(&token));

        assert_eq!(change(&api, &token, NEW).await.status.as_u16(), 204);
        api.login(EMAIL, PASSWORD).await.problem(401, "Invalid credentials");
        api.login(EMAIL, NEW).await.json(200);
        api.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
        change(&api, &token, "a third password").await.problem(400, INVALID);
    }
}

#[tokio::test]
async fn only_the_last_token_is_good() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        api.register(EMAIL).await;
        ask(&api, EMAIL).await;
        let (_, first) = inbox.next().await;
        ask(&api, EMAIL).await;
        let (_, second) = inbox.next().await;
        change(&api, &first, NEW).await.problem(400, INVALID);
        assert_eq!(change(&api, &second, NEW).await.status.as_u16(), 204);
    }
}

#[tokio::test]
async fn a_token_ends_with_the_password_that_it_is_for() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        let pair = api.register(EMAIL).await;
        ask(&api, EMAIL).await;
        let (_, token) = inbox.next().await;
        let account = api.get("/auth/account", &pair.access).await.json(200);
        let path = format!("/users/{}", account["id"].as_str().unwrap());
        api.patch(&path, &pair.access, json!({ "password": NEW })).await.json(200);
        change(&api, &token, "a third password").await.problem(400, INVALID);
        api.login(EMAIL, NEW).await.json(200);
    }
}

#[tokio::test]
async fn what_is_no_reset_changes_nothing() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        let pair = api.register(EMAIL).await;
        ask(&api, EMAIL).await;
        let (_, token) = inbox.next().await;
        for wrong in [&pair.access, &pair.refresh, "nothing", &format!("{token}x")] {
            change(&api, wrong, NEW).await.problem(400, INVALID);
        }
        for password in ["1234567", &"x".repeat(129)] {
            let problem = change(&api, &token, password).await.json(400);
            assert_eq!(problem["errors"][0]["pointer"], "/newPassword", "{problem}");
        }
        for body in [
            json!({}),
            json!({ "resetPasswordToken": token }),
            json!({ "newPassword": NEW }),
            json!({ "resetPasswordToken": { "$ne": 1 }, "newPassword": NEW }),
            json!({ "resetPasswordToken": token, "newPassword": [NEW] }),
        ] {
            let refused = api.call(Method::PATCH, "/auth/change-password", None, Some(body)).await;
            refused.problem(400, "Invalid or missing argument");
        }
        for body in [json!({}), json!({ "email": 7 }), json!({ "email": { "$gt": "" } })] {
            api.post("/auth/reset-password", body).await.problem(400, "Invalid or missing argument");
        }
        assert_eq!(change(&api, &token, NEW).await.status.as_u16(), 204, "it is still good");
    }
}

#[tokio::test]
async fn what_nobody_delivers_is_not_there() {
    for store in both_stores().await {
        let api = Api::with(&store, AuthConfig::development()).await;
        api.register(EMAIL).await;
        for email in [EMAIL, "nobody@example.org"] {
            let refused = api.post("/auth/reset-password", json!({ "email": email })).await;
            refused.problem(503, "This feature is not available");
        }
    }
}

#[tokio::test]
async fn a_token_has_its_time() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let config = config.lifetime(TokenUse::Reset, Duration::from_secs(1)).leeway(Duration::ZERO);
        let api = Api::with(&store, config).await;
        api.register(EMAIL).await;
        ask(&api, EMAIL).await;
        let (_, token) = inbox.next().await;
        let start = Instant::now();
        let refused = loop {
            // Too short to be taken as long as the token is good.
            let refused = change(&api, &token, "short").await;
            if refused.status.as_u16() != 400 || start.elapsed() > Duration::from_secs(20) {
                break refused;
            }
        };
        refused.problem(401, "Time to reset password has expired. Please redo the reset password process.");
        api.login(EMAIL, PASSWORD).await.json(200);
    }
}
