//! One-time codes and the second factor.

use http::Method;
use serde_json::{Value, json};
use test_support::both_stores;

use super::{Api, EMAIL, Inbox, PASSWORD, Pair, config, stored};
use crate::http::Reply;

async fn code(api: &Api, inbox: &mut Inbox) -> String {
    let asked = api.post("/auth/passwordless/send-code", json!({ "identifier": EMAIL })).await;
    assert_eq!(asked.status.as_u16(), 204);
    let (to, code) = inbox.next().await;
    assert_eq!((to.as_str(), code.len()), (EMAIL, 6));
    code
}

async fn verify(api: &Api, code: &str) -> Reply {
    let body = json!({ "identifier": EMAIL, "code": code });
    api.post("/auth/passwordless/verify-code", body).await
}

/// A code that is another than this.
fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_code_logs_in_once() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        api.register(EMAIL).await;
        let unknown = json!({ "identifier": "nobody@example.org" });
        assert_eq!(api.post("/auth/passwordless/send-code", unknown).await.status.as_u16(), 204);
        let code = code(&api, &mut inbox).await;
        assert!(!format!("{:?}", stored(&store, "accounts_credentials").await).contains(&code));
        let pair = Pair::of(&verify(&api, &code).await.json(200));
        api.get("/auth/account", &pair.access).await.json(200);
        verify(&api, &code).await.problem(401, "Invalid credentials");
    }
}

#[tokio::test]
async fn a_code_can_be_tried_five_times() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        api.register(EMAIL).await;
        let first = code(&api, &mut inbox).await;
        for _ in 0..4 {
            verify(&api, &other(&first)).await.problem(401, "Invalid credentials");
        }
        verify(&api, &first).await.json(200);
        let second = code(&api, &mut inbox).await;
        for _ in 0..5 {
            verify(&api, &other(&second)).await.problem(401, "Invalid credentials");
        }
        verify(&api, &second).await.problem(401, "Invalid credentials");
        for body in [json!({}), json!({ "identifier": EMAIL, "code": 123_456 }), json!({ "code": "123456" })]
        {
            let refused = api.post("/auth/passwordless/verify-code", body).await;
            refused.problem(400, "Invalid or missing argument");
        }
    }
}

#[tokio::test]
async fn a_code_that_came_back_verifies_the_address() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        api.register(EMAIL).await;
        let code = code(&api, &mut inbox).await;
        let body = json!({ "identifier": EMAIL, "code": code });
        assert_eq!(api.post("/auth/verify-email", body.clone()).await.status.as_u16(), 204);
        assert!(stored(&store, "accounts_credentials").await[0].get_datetime("verifiedAt").is_ok());
        api.post("/auth/verify-email", body).await.problem(401, "Invalid credentials");
    }
}

/// The code that an app shows, so many steps from now.
fn app(secret: &Value, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    totp.generate(now.checked_add_signed(30 * steps).unwrap()).to_string()
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_it_is_confirmed() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        let pair = api.register(EMAIL).await;
        let post = async |path: &str, body: Option<Value>| {
            api.call(Method::POST, path, Some(&pair.access), body).await
        };
        let enrolled = post("/auth/mfa/enrol", None).await.json(200);
        let secret = &enrolled["secret"];
        assert!(enrolled["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
        let kept = format!("{:?}", stored(&store, "accounts_credentials").await);
        assert!(!kept.contains(secret.as_str().unwrap()));
        api.login(EMAIL, PASSWORD).await.json(200)["accessToken"].as_str().unwrap();

        let confirm = |code: String| post("/auth/mfa/confirm", Some(json!({ "code": code })));
        confirm(other(&app(secret, 5))).await.problem(401, "Invalid credentials");
        let recovery = confirm(app(secret, -1)).await.json(200)["recoveryCodes"].clone();
        assert_eq!(recovery.as_array().unwrap().len(), 10);
        post("/auth/mfa/enrol", None).await.problem(403, "Access denied");

        let half = async || {
            let answer = api.login(EMAIL, PASSWORD).await.json(200);
            assert_eq!(answer["mfaRequired"], true);
            assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
            answer["mfaToken"].as_str().unwrap().to_owned()
        };
        let whole = async |token: &str, code: &str| {
            api.post("/auth/mfa/login", json!({ "mfaToken": token, "code": code })).await
        };
        let token = half().await;
        api.get("/auth/account", &token).await.problem(401, "Unauthorized");
        whole(&token, &app(secret, -1)).await.problem(401, "Invalid credentials");
        let shown = app(secret, 0);
        Pair::of(&whole(&token, &shown).await.json(200));
        whole(&token, &shown).await.problem(401, "Invalid credentials");
        whole(&pair.access, &app(secret, 1)).await.problem(401, "Unauthorized");

        let spare = recovery[3].as_str().unwrap();
        Pair::of(&whole(&half().await, &spare.to_uppercase()).await.json(200));
        whole(&half().await, spare).await.problem(401, "Invalid credentials");

        let by_code = verify(&api, &code(&api, &mut inbox).await).await.json(200);
        assert_eq!(by_code["mfaRequired"], true, "a code is one factor, as a password is");

        let disable = |code: &str| post("/auth/mfa/disable", Some(json!({ "code": code })));
        disable("000000 or so").await.problem(401, "Invalid credentials");
        assert_eq!(disable(recovery[4].as_str().unwrap()).await.status.as_u16(), 204);
        Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
    }
}
