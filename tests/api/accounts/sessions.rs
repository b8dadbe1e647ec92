//! Sessions: tokens that go round, sessions that end.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use test_support::both_stores;

use super::{Api, EMAIL, PASSWORD, Pair, config, stored};

async fn logout(api: &Api, path: &str, token: &str) -> u16 {
    api.call(Method::POST, path, Some(token), None).await.status.as_u16()
}

#[tokio::test]
async fn tokens_go_round() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let mut pair = api.register(EMAIL).await;
        for _ in 0..3 {
            let next = Pair::of(&api.refresh(&pair.refresh).await.json(200));
            assert_ne!((&next.access, &next.refresh), (&pair.access, &pair.refresh));
            api.get("/auth/account", &next.access).await.json(200);
            pair = next;
        }
        let by_body = api.post("/auth/refresh-token", json!({ "refreshToken": pair.refresh })).await;
        Pair::of(&by_body.json(200));
        let sessions = stored(&store, "accounts_sessions").await;
        assert_eq!(sessions.len(), 1);
        assert!(!format!("{sessions:?}").contains(&pair.refresh));
    }
}

#[tokio::test]
async fn what_is_no_refresh_token_gets_none() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        for token in [&pair.access, "nothing", &format!("{}x", pair.refresh), &"x".repeat(7000)] {
            api.refresh(token).await.problem(401, "Invalid refresh token");
        }
        for value in [json!({}), json!([1]), json!(7), json!("")] {
            let body = json!({ "refreshToken": value });
            api.post("/auth/refresh-token", body).await.problem(400, "Invalid or missing argument");
        }
        api.refresh(&pair.refresh).await.json(200);
    }
}

#[tokio::test]
async fn a_token_that_comes_twice_ends_the_session() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let other = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        let next = Pair::of(&api.refresh(&pair.refresh).await.json(200));
        api.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
        api.refresh(&next.refresh).await.problem(401, "Invalid refresh token");
        api.refresh(&other.refresh).await.json(200);
    }
}

#[tokio::test]
async fn a_token_may_come_twice_within_the_grace_window() {
    for store in both_stores().await {
        let api = Api::with(&store, config().0.grace(Duration::from_secs(60))).await;
        let pair = api.register(EMAIL).await;
        let first = Pair::of(&api.refresh(&pair.refresh).await.json(200));
        let second = Pair::of(&api.refresh(&pair.refresh).await.json(200));
        // Both clients go on.
        let first = Pair::of(&api.refresh(&first.refresh).await.json(200));
        let second = Pair::of(&api.refresh(&second.refresh).await.json(200));
        // The first of all is none any more.
        api.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
        api.refresh(&first.refresh).await.problem(401, "Invalid refresh token");
        api.refresh(&second.refresh).await.problem(401, "Invalid refresh token");
    }
}

#[tokio::test]
async fn a_logout_ends_one_session_or_all() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let first = api.register(EMAIL).await;
        let second = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        let third = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        let eve = api.register("eve@example.org").await;
        assert_eq!(logout(&api, "/auth/logout", &first.refresh).await, 204);
        assert_eq!(logout(&api, "/auth/logout", &first.refresh).await, 401);
        assert_eq!(logout(&api, "/auth/logout-all", &first.refresh).await, 401, "its session has ended");
        api.refresh(&first.refresh).await.problem(401, "Invalid refresh token");
        let second = Pair::of(&api.refresh(&second.refresh).await.json(200));
        assert_eq!(logout(&api, "/auth/logout-all", &second.refresh).await, 204);
        for pair in [second, third] {
            api.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
        }
        api.refresh(&eve.refresh).await.json(200);
    }
}

#[tokio::test]
async fn access_tokens_end_with_their_session_where_that_is_asked_for() {
    for store in both_stores().await {
        let api = Api::with(&store, config().0.strict_sessions()).await;
        let (first, second) =
            (api.register(EMAIL).await, Pair::of(&api.login(EMAIL, PASSWORD).await.json(200)));
        assert_eq!(logout(&api, "/auth/logout", &first.refresh).await, 204);
        api.get("/auth/account", &first.access).await.problem(401, "Unauthorized");
        api.get("/auth/account", &second.access).await.json(200);
    }
}

#[tokio::test]
async fn a_user_sees_and_ends_its_sessions() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let first = api.register(EMAIL).await;
        let second = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        let eve = api.register("eve@example.org").await;
        let list = api.get("/auth/sessions", &second.access).await.json(200);
        let list = list.as_array().unwrap().clone();
        let current: Vec<&Value> = list.iter().map(|session| &session["current"]).collect();
        assert_eq!(current, [true, false]);
        assert!(
            list.iter().all(|session| session["createdAt"].is_string() && session["expiresAt"].is_string())
        );
        let shown = Value::from(list.clone()).to_string();
        assert!(!shown.contains("token") && !shown.contains("user\""), "{shown}");

        let of_first = format!("/auth/sessions/{}", list[1]["id"].as_str().unwrap());
        let end = async |token: &str, path: &str| {
            api.call(Method::DELETE, path, Some(token), None).await.json(200)["deletedCount"].clone()
        };
        assert_eq!(end(&eve.access, &of_first).await, 0, "it is another user's");
        assert_eq!(end(&second.access, "/auth/sessions/nothing").await, 0);
        assert_eq!(end(&second.access, &of_first).await, 1);
        assert_eq!(end(&second.access, &of_first).await, 0);
        api.refresh(&first.refresh).await.problem(401, "Invalid refresh token");
        api.refresh(&second.refresh).await.json(200);
    }
}

#[tokio::test]
async fn the_session_that_was_unused_longest_makes_room() {
    for store in both_stores().await {
        let api = Api::with(&store, config().0.session_cap(2)).await;
        let first = api.register(EMAIL).await;
        let second = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        let first = Pair::of(&api.refresh(&first.refresh).await.json(200));
        let third = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        assert_eq!(stored(&store, "accounts_sessions").await.len(), 2);
        api.refresh(&second.refresh).await.problem(401, "Invalid refresh token");
        for pair in [first, third] {
            api.refresh(&pair.refresh).await.json(200);
        }
    }
}

#[tokio::test]
async fn a_program_gives_tokens_to_users_who_came_by_a_way_of_its_own() {
    for store in both_stores().await {
        let builder = super::builder(&store, config().0);
        let handle = builder.handle();
        let api = Api(crate::http::Http(builder.build().await.unwrap()));
        let pair = api.register(EMAIL).await;
        let id =
            api.get("/auth/account", &pair.access).await.json(200)["id"].as_str().unwrap().parse().unwrap();
        let accounts = handle.accounts().unwrap();
        let minted = accounts.mint_pair(id, Some("single sign-on")).await.unwrap();
        let sessions = api.get("/auth/sessions", &minted.access_token).await.json(200);
        let current: Vec<&Value> =
            sessions.as_array().unwrap().iter().filter(|session| session["current"] == true).collect();
        assert_eq!(current.len(), 1);
        assert_eq!(current[0]["device"], "single sign-on");
        api.refresh(&minted.refresh_token).await.json(200);
        assert_eq!(accounts.end_sessions(id).await.unwrap(), 2);
        api.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
        let nobody = accounts.mint_pair(dynamic_api::Id::new(), None).await;
        assert_eq!(nobody.unwrap_err().to_string(), "Document not found");
    }
}
