//! The ordinary routes of the entity of users: no password gets in as a text, and none gets out.

use std::time::Duration;

use dynamic_api::DynamicApi;
use http::Method;
use serde_json::{Value, json};
use test_support::{TestStore, both_stores};

use super::{Account, Api, EMAIL, PASSWORD, stored};
use crate::{http::Http, server::PATIENCE};

const NEW: &str = "another password";

/// Checks that every stored password is a hash, and that the answer holds none.
async fn checked(store: &TestStore, answer: &Value) {
    assert!(!answer.to_string().contains("password"), "{answer}");
    for user in stored(store, "accounts").await {
        assert!(user.get_str("password").unwrap().starts_with("$argon2id$"), "{user}");
    }
}

#[tokio::test]
async fn passwords_are_hashed_whatever_route_they_come_by() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let call = async |method: Method, path: &str, body: Value, status: u16| {
            let answer = api.call(method, path, Some(&pair.access), Some(body)).await.json(status);
            checked(&store, &answer).await;
            answer
        };
        let user = |email: &str| json!({ "email": email, "password": PASSWORD, "name": "Eve" });
        let eve = call(Method::POST, "/users", user("eve@example.org"), 201).await;
        let path = format!("/users/{}", eve["id"].as_str().unwrap());
        api.login("eve@example.org", PASSWORD).await.json(200);

        call(Method::PATCH, &path, json!({ "password": NEW }), 200).await;
        api.login("eve@example.org", NEW).await.json(200);
        api.login("eve@example.org", PASSWORD).await.problem(401, "Invalid credentials");
        call(Method::PUT, &path, user("eve@example.org"), 200).await;
        api.login("eve@example.org", PASSWORD).await.json(200);
        let ids = format!("/users?ids={}", eve["id"].as_str().unwrap());
        call(Method::PATCH, &ids, json!({ "password": NEW }), 200).await;
        api.login("eve@example.org", NEW).await.json(200);
        call(Method::POST, "/users/many", json!({ "list": [user("a@b.c"), user("d@e.f")] }), 201).await;
        api.login("d@e.f", PASSWORD).await.json(200);
        let copy = json!({ "email": "copy@example.org", "password": PASSWORD });
        let duplicate = format!("/users/duplicate/{}", eve["id"].as_str().unwrap());
        call(Method::POST, &duplicate, copy, 201).await;
        api.login("copy@example.org", PASSWORD).await.json(200);
        call(Method::GET, "/users", json!({}), 200).await;
        let short = api.patch(&path, &pair.access, json!({ "password": "short" })).await.json(400);
        assert_eq!(short["errors"][0]["pointer"], "/password");
    }
}

#[tokio::test]
async fn passwords_in_patches_are_hashed() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let account = api.get("/auth/account", &pair.access).await.json(200);
        let path = format!("/users/{}", account["id"].as_str().unwrap());
        let patches = [
            ("application/merge-patch+json", json!({ "password": "password of a merge" })),
            (
                "application/json-patch+json",
                json!([
                    { "op": "add", "path": "/password", "value": "password of a patch" }
                ]),
            ),
            (
                "application/json-patch+json",
                json!([
                    { "op": "copy", "from": "/name", "path": "/city" },
                    { "op": "add", "path": "/password", "value": "password of a copy" }
                ]),
            ),
        ];
        for ((kind, patch), password) in
            patches.into_iter().zip(["password of a merge", "password of a patch", "password of a copy"])
        {
            let request = http::Request::patch(&path)
                .header("content-type", kind)
                .header("authorization", format!("Bearer {}", pair.access))
                .body(patch.to_string().into())
                .unwrap();
            let answer = api.0.send(request).await.json(200);
            checked(&store, &answer).await;
            api.login(EMAIL, password).await.json(200);
        }
    }
}

#[tokio::test]
async fn sessions_end_with_a_password_that_an_ordinary_route_changes_and_with_their_user() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let (admin, eve) = (api.register(EMAIL).await, api.register("eve@example.org").await);
        let account = api.get("/auth/account", &eve.access).await.json(200);
        let path = format!("/users/{}", account["id"].as_str().unwrap());
        api.patch(&path, &admin.access, json!({ "city": "Rome" })).await.json(200);
        let eve = super::Pair::of(&api.refresh(&eve.refresh).await.json(200));
        api.patch(&path, &admin.access, json!({ "password": NEW })).await.json(200);
        api.refresh(&eve.refresh).await.problem(401, "Invalid refresh token");
        api.login("eve@example.org", NEW).await.json(200);
        assert_eq!(stored(&store, "accounts_sessions").await.len(), 2);
        api.call(Method::DELETE, &path, Some(&admin.access), None).await.json(200);
        assert_eq!(stored(&store, "accounts_sessions").await.len(), 1);
        api.refresh(&admin.refresh).await.json(200);
    }
}

#[tokio::test]
async fn sessions_end_though_the_client_that_ends_them_leaves() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        for (number, what) in
            [json!({ "password": NEW }), Value::Null].into_iter().cycle().take(10).enumerate()
        {
            let email = format!("user.{number}@example.org");
            let pair = api.register(&email).await;
            let id =
                api.get("/auth/account", &pair.access).await.json(200)["id"].as_str().unwrap().to_owned();
            let password = async || {
                let users = stored(&store, "accounts").await;
                let user = users.into_iter().find(|user| user.get_str("email").unwrap() == email);
                user.map(|user| user.get_str("password").unwrap().to_owned())
            };
            let before = password().await;
            let call = tokio::spawn({
                let (api, token) = (api.clone(), pair.access.clone());
                async move {
                    let (method, body) =
                        if what.is_null() { (Method::DELETE, None) } else { (Method::PATCH, Some(what)) };
                    api.call(method, &format!("/users/{id}"), Some(&token), body).await
                }
            });
            while password().await == before {
                tokio::task::yield_now().await;
            }
            call.abort();
            let all = tokio::time::timeout(PATIENCE, async {
                while !stored(&store, "accounts_sessions").await.is_empty() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
            assert!(all.await.is_ok(), "{} {number}", store.name());
        }
    }
}

#[tokio::test]
async fn passwords_are_hashed_without_accounts_too() {
    for store in both_stores().await {
        let builder = DynamicApi::builder().store(store.store()).resource::<Account>();
        let http = Http(builder.build().await.unwrap());
        let body = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
        let answer = http.post("/users", body).await.json(201);
        checked(&store, &answer).await;
    }
}
