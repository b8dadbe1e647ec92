//! Logins, and what a token opens.

use std::time::{Duration, Instant};

use dynamic_api::{AuthConfig, RateLimit, RateLimits, RouteLimits, Throttled};
use http::Method;
use serde_json::json;
use test_support::{both_stores, embedded_store};

use super::{Api, EMAIL, PASSWORD, Pair, config};

#[tokio::test]
async fn who_is_wrong_is_not_told() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        api.register(EMAIL).await;
        let wrong = api.login(EMAIL, "another password").await;
        let unknown = api.login("eve@example.org", PASSWORD).await;
        let wrong = wrong.problem(401, "Invalid credentials");
        assert_eq!(wrong, unknown.problem(401, "Invalid credentials"));
    }
}

#[tokio::test]
async fn a_login_has_two_names() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        api.register(EMAIL).await;
        api.post("/auth/login", json!({ "login": EMAIL, "password": PASSWORD })).await.json(200);
        let both = json!({ "login": EMAIL, "email": EMAIL, "password": PASSWORD });
        api.post("/auth/login", both).await.problem(400, "Invalid or missing argument");
    }
}

#[tokio::test]
async fn what_is_no_text_is_no_login() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        api.register(EMAIL).await;
        let missing = "Invalid or missing argument";
        for body in [
            json!({}),
            json!({ "email": EMAIL }),
            json!({ "password": PASSWORD }),
            json!({ "email": { "$ne": null }, "password": PASSWORD }),
            json!({ "email": EMAIL, "password": { "$ne": null } }),
            json!({ "email": [EMAIL], "password": PASSWORD }),
            json!({ "email": EMAIL, "password": [PASSWORD] }),
            json!({ "email": true, "password": 12_345_678 }),
            json!({ "email": null, "password": null }),
            json!({ "email": EMAIL, "password": "" }),
            json!({ "email": EMAIL, "password": "x".repeat(100_000) }),
        ] {
            api.post("/auth/login", body).await.problem(400, missing);
        }
        api.call(Method::POST, "/auth/login", None, None).await.problem(400, missing);
        let more = json!({ "email": EMAIL, "password": PASSWORD, "role": "admin" });
        let problem = api.post("/auth/login", more).await.json(400);
        assert_eq!(problem["errors"][0]["pointer"], "/role");
        api.post("/auth/login", json!([EMAIL, PASSWORD])).await.json(400);
        let large = json!({ "email": EMAIL, "password": "x".repeat(10 << 20) });
        api.post("/auth/login", large).await.json(413);
    }
}

#[tokio::test]
async fn a_login_may_be_answered_with_the_user() {
    for store in both_stores().await {
        let api = Api::with(&store, config().0.login_with_user()).await;
        api.register(EMAIL).await;
        let answer = api.login(EMAIL, PASSWORD).await.json(200);
        assert_eq!(answer["user"]["email"], EMAIL);
        assert_eq!(answer["user"]["role"], "member");
        assert_eq!(answer["user"].as_object().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn every_route_is_protected_unless_it_is_public() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let memo = json!({ "text": "a" });
        let bare = |method, path: &'static str| api.call(method, path, None, None);
        bare(Method::GET, "/memos").await.json(200);
        for (method, path) in [
            (Method::POST, "/memos"),
            (Method::GET, "/memos/nothing"),
            (Method::GET, "/users"),
            (Method::DELETE, "/users/0123456789abcdef01234567"),
            (Method::GET, "/auth/account"),
            (Method::PATCH, "/auth/account"),
            (Method::GET, "/auth/sessions"),
            (Method::DELETE, "/auth/sessions/nothing"),
            (Method::POST, "/auth/mfa/enrol"),
            (Method::POST, "/auth/mfa/confirm"),
            (Method::POST, "/auth/mfa/disable"),
            (Method::POST, "/auth/refresh-token"),
            (Method::POST, "/auth/logout"),
            (Method::POST, "/auth/logout-all"),
        ] {
            bare(method, path).await.problem(401, "Unauthorized");
        }
        let made = |token: String| {
            let (api, memo) = (api.clone(), memo.clone());
            async move { api.call(Method::POST, "/memos", Some(&token), Some(memo)).await }
        };
        made(pair.access.clone()).await.json(201);
        made(pair.refresh.clone()).await.problem(401, "Unauthorized");
        made(format!("{}x", pair.access)).await.problem(401, "Unauthorized");
        made(pair.access.replace('.', "")).await.problem(401, "Unauthorized");
        made("x".repeat(8000)).await.problem(401, "Unauthorized");
    }
}

#[tokio::test]
async fn tokens_of_another_application_are_none() {
    for store in both_stores().await {
        let (api, other) = (Api::over(&store).await, Api::over(&store).await);
        let pair = api.register(EMAIL).await;
        other.get("/auth/account", &pair.access).await.problem(401, "Unauthorized");
        other.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
    }
}

#[tokio::test]
async fn too_many_logins_have_to_wait() {
    for store in both_stores().await {
        let two = RouteLimits::new(Some(RateLimit::new(2, Duration::from_secs(60))), None);
        let limits = RateLimits::none().route(Throttled::Login, two);
        let api = Api::with(&store, AuthConfig::development().rate_limits(limits)).await;
        for _ in 0..2 {
            api.login(EMAIL, PASSWORD).await.problem(401, "Invalid credentials");
        }
        let refused = api.login(" ADA@example.org", PASSWORD).await;
        refused.problem(429, "Too Many Requests");
        // A place is free again 30 s after the first, of which some time has gone.
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!((20..=30).contains(&seconds), "{seconds}");
        api.login("eve@example.org", PASSWORD).await.problem(401, "Invalid credentials");
    }
}

#[tokio::test]
async fn an_unknown_user_takes_the_time_of_a_known_one() {
    const LOGINS: usize = 200;
    let store = embedded_store();
    let api = Api::over(&store).await;
    api.register(EMAIL).await;
    let time = async |email: &str| {
        let start = Instant::now();
        api.login(email, "another password").await.problem(401, "Invalid credentials");
        start.elapsed()
    };
    // In turns, so that what else the machine does is in both; it may still disturb a round, and hardly three.
    let mut ratios = vec![];
    for _ in 0..3 {
        let (mut known, mut unknown) = (vec![], vec![]);
        for _ in 0..LOGINS {
            known.push(time(EMAIL).await);
            unknown.push(time("eve@example.org").await);
        }
        let median = |mut times: Vec<Duration>| {
            times.sort();
            times[LOGINS / 2].as_secs_f64()
        };
        let ratio = median(known) / median(unknown);
        if (0.9..1.1).contains(&ratio) {
            return;
        }
        ratios.push(ratio);
    }
    panic!("{ratios:?}");
}

#[tokio::test]
async fn a_hash_of_lower_cost_is_renewed() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        api.register(EMAIL).await;
        let hashing = dynamic_api::PasswordHashing::default().cost(19_456, 3, 1);
        let api = Api::with(&store, config().0.password_hashing(hashing)).await;
        let pair = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        let users = super::stored(&store, "accounts").await;
        assert!(users[0].get_str("password").unwrap().starts_with("$argon2id$v=19$m=19456,t=3,p=1$"));
        api.refresh(&pair.refresh).await.json(200);
        api.login(EMAIL, PASSWORD).await.json(200);
    }
}
