//! Who may call over HTTP, and what a caller is told who may not.

use std::{net::SocketAddr, time::Duration};

use axum::{body::Body, extract::ConnectInfo};
use dynamic_api::{RateLimit, RateLimits, RouteLimits, Throttled};
use http::{Method, Request};
use serde_json::{Value, json};
use test_support::both_stores;

use super::{api, config, credentials, get, register, send, text};
use crate::http::Http;

#[tokio::test]
async fn every_route_that_is_not_public_is_for_callers_with_a_token() {
    for store in both_stores().await {
        let api = Http(api(&store, config()).build().await.unwrap());
        let refused = api.get("/diaries").await;
        let problem = refused.problem(401, "Unauthorized");
        assert_eq!(problem["instance"], "/diaries");
        assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"api\"");
        // Who may not call is not told what is wrong with the call.
        api.post("/diaries", json!({ "$where": 1 })).await.problem(401, "Unauthorized");
        api.get("/diaries?nonsense=1").await.problem(401, "Unauthorized");
        assert_eq!(api.get("/diaries/open").await.json(200), json!([]));

        let (access, refresh) = register(&api, "ada").await;
        assert_eq!(get(&api, "/diaries", &access).await.json(200), json!([]));
        let header = format!("bearer {access}");
        let headers = [("authorization", header.as_str())];
        let created = send(&api, Method::POST, "/diaries", &headers, json!({ "title": "x" })).await;
        assert_eq!(created.json(201)["title"], "x");
        for token in [&refresh, &access[..access.len() - 2], "abc", &"x".repeat(9000)] {
            let refused = get(&api, "/diaries", token).await;
            // A header of this length may be too long for the server already.
            refused.problem(401, "Unauthorized");
            let challenge = refused.header("www-authenticate");
            assert!(challenge.starts_with("Bearer realm=\"api\", error=\"invalid_token\""), "{challenge}");
        }
        for header in ["Basic YTpi", "Bearer", &access] {
            let refused =
                send(&api, Method::GET, "/diaries", &[("authorization", header)], Value::Null).await;
            refused.problem(401, "Unauthorized");
        }
        // A public route takes no offence at a token that is none, and neither does a login.
        assert_eq!(get(&api, "/diaries/open", "abc").await.json(200).as_array().unwrap().len(), 1);
        let headers = [("authorization", "Bearer abc")];
        send(&api, Method::POST, "/auth/login", &headers, credentials("ada")).await.json(200);
    }
}

#[tokio::test]
async fn nobody_sees_or_finds_by_a_password() {
    for store in both_stores().await {
        let api = Http(api(&store, config()).build().await.unwrap());
        let (access, _) = register(&api, "ada").await;
        let members = get(&api, "/members", &access).await;
        assert_eq!(members.json(200)[0]["role"], "member");
        assert!(!members.text.contains("password") && !members.text.contains("argon2"), "{}", members.text);
        let account = get(&api, "/auth/account", &access).await.json(200);
        let names: Vec<&String> = account.as_object().unwrap().keys().collect();
        assert_eq!(names, ["id", "email", "role"]);
        for query in
            ["password=x", "password[exists]=true", "sort=password", "fields=password", "populate=password"]
        {
            let refused = get(&api, &format!("/members?{query}"), &access).await;
            assert_eq!(refused.status, 400, "{query}: {}", refused.text);
            assert!(!refused.text.contains("argon2"));
        }
    }
}

#[tokio::test]
async fn the_answers_of_account_routes_are_nobodys_to_keep() {
    for store in both_stores().await {
        let api = Http(api(&store, config()).build().await.unwrap());
        register(&api, "ada").await;
        let login = api.post("/auth/login", credentials("ada")).await;
        assert_eq!((login.status.as_u16(), login.header("cache-control")), (200, "no-store"));
        let wrong =
            api.post("/auth/login", json!({ "email": "ada@example.com", "password": "wrong-wrong" })).await;
        wrong.problem(401, "Invalid credentials");
        assert_eq!(
            (wrong.header("cache-control"), wrong.header("www-authenticate")),
            ("no-store", "Bearer realm=\"api\"")
        );
        let logout = format!("Bearer {}", text(&login.json(200), "refreshToken"));
        let done = send(&api, Method::POST, "/auth/logout", &[("authorization", &logout)], Value::Null).await;
        assert_eq!((done.status.as_u16(), done.text.as_str(), done.header("content-type")), (204, "", ""));
    }
}

#[tokio::test]
async fn who_calls_too_often_is_told_when_to_come_back() {
    for store in both_stores().await {
        let twice = RateLimit::new(2, Duration::from_secs(3600));
        let limits = RateLimits::none().route(Throttled::Login, RouteLimits::new(Some(twice), None));
        let api = Http(api(&store, config().rate_limits(limits)).build().await.unwrap());
        for _ in 0..2 {
            api.post("/auth/login", credentials("nobody")).await.problem(401, "Invalid credentials");
        }
        let refused = api.post("/auth/login", credentials("nobody")).await;
        refused.problem(429, "Too Many Requests");
        let number = |name: &str| refused.header(name).parse::<u32>().unwrap();
        assert!((1..=3600).contains(&number("retry-after")));
        assert_eq!((number("ratelimit-limit"), number("ratelimit-remaining")), (2, 0));
        assert!(number("ratelimit-reset") >= number("retry-after"));
        api.post("/auth/login", credentials("other")).await.problem(401, "Invalid credentials");
    }
}

#[tokio::test]
async fn a_session_says_where_it_is_used() {
    for store in both_stores().await {
        let api = Http(api(&store, config()).build().await.unwrap());
        register(&api, "ada").await;
        let request = Request::post("/auth/login")
            .header("content-type", "application/json")
            .header("user-agent", "Test/1.0")
            .header("x-forwarded-for", "1.2.3.4")
            .extension(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
        let pair =
            api.send(request.body(Body::from(credentials("ada").to_string())).unwrap()).await.json(200);
        let sessions = get(&api, "/auth/sessions", &text(&pair, "accessToken")).await.json(200);
        assert_eq!(sessions.as_array().unwrap().len(), 2);
        let here =
            sessions.as_array().unwrap().iter().find(|session| session["device"] == "Test/1.0").unwrap();
        assert_eq!(here["address"], "203.0.113.9", "the header is the client's own word: {here}");
    }
}
