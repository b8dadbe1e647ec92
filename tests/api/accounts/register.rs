//! New users: what is taken of them, and what is stored.

use serde_json::{Value, json};
use test_support::both_stores;

use super::{Api, EMAIL, PASSWORD, Pair, stored};

#[tokio::test]
async fn a_new_user_is_logged_in() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let account = api.get("/auth/account", &pair.access).await.json(200);
        let id = account["id"].as_str().unwrap();
        assert_eq!(account, json!({ "id": id, "email": EMAIL, "role": "member" }));
        Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
    }
}

#[tokio::test]
async fn the_password_is_stored_as_a_hash_of_the_cost_that_is_set() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        api.register(EMAIL).await;
        let users = stored(&store, "accounts").await;
        let hash = users[0].get_str("password").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for collection in ["accounts", "accounts_sessions", "accounts_credentials"] {
            let all = format!("{:?}", stored(&store, collection).await);
            assert!(!all.contains(PASSWORD), "{collection}");
        }
    }
}

#[tokio::test]
async fn a_login_that_is_taken_is_told() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        api.register(EMAIL).await;
        let again = json!({ "email": EMAIL, "password": "another password", "name": "Eve" });
        let refused = api.post("/auth/register", again).await;
        refused.problem(409, "email 'ada@example.org' is already used");
        assert_eq!(stored(&store, "accounts").await.len(), 1);
    }
}

/// The pointers of a refusal.
fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn nothing_but_the_fields_of_a_registration_is_taken() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        for (name, value) in [
            ("role", json!("admin")),
            ("isVerified", json!(true)),
            ("sessions", json!(7)),
            ("_id", json!("0123456789abcdef01234567")),
            ("__v", json!(3)),
            ("nothing", json!(null)),
            ("$set", json!({ "role": "admin" })),
            ("role.x", json!("admin")),
        ] {
            let mut body = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
            body[name] = value;
            let problem = api.post("/auth/register", body).await.json(400);
            assert_eq!(pointers(&problem), [format!("/{name}")], "{problem}");
        }
        assert_eq!(stored(&store, "accounts").await, []);
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_registration_is_told() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let problem = api.post("/auth/register", json!({})).await.json(400);
        assert_eq!(pointers(&problem), ["/email", "/password", "/name"]);
        for (name, value) in [
            ("email", json!({ "$ne": null })),
            ("email", json!(["ada@example.org"])),
            ("email", json!("  ")),
            ("email", json!(7)),
            ("password", json!("1234567")),
            ("password", json!("x".repeat(129))),
            ("password", json!({ "length": 12 })),
            ("password", json!(123_456_789)),
            ("name", json!(null)),
            ("name", json!(["Ada"])),
        ] {
            let mut body = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
            body[name] = value;
            let problem = api.post("/auth/register", body).await.json(400);
            assert_eq!(pointers(&problem), [format!("/{name}")], "{problem}");
        }
        let empty = api.call(http::Method::POST, "/auth/register", None, None).await;
        empty.problem(400, "Invalid request body");
        assert_eq!(stored(&store, "accounts").await, []);
    }
}

#[tokio::test]
async fn a_password_is_of_any_letters() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        for (number, password) in [
            "пароль12",
            "\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}",
            "    a   \n",
        ]
        .into_iter()
        .enumerate()
        {
            let email = format!("{number}@example.org");
            let body = json!({ "email": email, "password": password, "name": "Ada" });
            api.post("/auth/register", body).await.json(201);
            api.login(&email, password).await.json(200);
            api.login(&email, password.trim_end()).await.json(if password.ends_with('\n') {
                401
            } else {
                200
            });
        }
    }
}

#[tokio::test]
async fn a_registration_can_be_for_users_alone() {
    for store in both_stores().await {
        let open = Api::over(&store).await;
        open.register(EMAIL).await;
        let api = Api::with(&store, super::config().0.protected_register()).await;
        let body = json!({ "email": "eve@example.org", "password": PASSWORD, "name": "Eve" });
        api.post("/auth/register", body.clone()).await.problem(401, "Unauthorized");
        let pair = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        api.call(http::Method::POST, "/auth/register", Some(&pair.access), Some(body)).await.json(201);
    }
}
