//! Cookie mode: the refresh token is where no script of a page can read it.

use dynamic_api::RefreshCookie;
use http::Method;
use serde_json::{Value, json};
use test_support::both_stores;

use super::{api, config, credentials, registration, send, text};
use crate::http::{Http, Reply};

/// The cookie that a response sets: what a browser sends back, and what it was told of it.
#[track_caller]
fn cookie(reply: &Reply) -> (String, String) {
    let set = reply.header("set-cookie");
    let (pair, told) = set.split_once("; ").unwrap_or_else(|| panic!("no cookie: {reply:?}"));
    (pair.to_owned(), told.to_owned())
}

#[tokio::test]
async fn the_refresh_token_goes_by_cookie_alone() {
    for store in both_stores().await {
        let config = config().refresh_cookie(RefreshCookie::default());
        let api = Http(api(&store, config).build().await.unwrap());
        let registered = api.post("/auth/register", registration("ada")).await;
        assert_eq!(registered.json(201).as_object().unwrap().len(), 1, "the access token alone");
        let (kept, told) = cookie(&registered);
        assert!(kept.starts_with("__Secure-refresh-token=ey"), "{kept}");
        assert_eq!(told, "Path=/auth; Max-Age=604800; HttpOnly; Secure; SameSite=Strict");

        // As a page does that sends its access token with every call.
        let access = format!("Bearer {}", text(&registered.json(201), "accessToken"));
        let headers = [("authorization", access.as_str()), ("cookie", kept.as_str())];
        let refreshed = send(&api, Method::POST, "/auth/refresh-token", &headers, Value::Null).await;
        assert_eq!(refreshed.json(200).get("refreshToken"), None);
        let (next, _) = cookie(&refreshed);
        assert_ne!(next, kept);
        let again = send(&api, Method::POST, "/auth/refresh-token", &[("cookie", &kept)], Value::Null).await;
        again.problem(401, "Invalid refresh token");

        let login = api.post("/auth/login", credentials("ada")).await;
        let (kept, _) = cookie(&login);
        let jar = format!("theme=dark; {kept}");
        let logout = send(&api, Method::POST, "/auth/logout", &[("cookie", &jar)], Value::Null).await;
        assert_eq!(logout.status.as_u16(), 204);
        assert_eq!(
            cookie(&logout),
            (
                "__Secure-refresh-token=".to_owned(),
                "Path=/auth; Max-Age=0; HttpOnly; Secure; SameSite=Strict".to_owned()
            )
        );
        let ended = send(&api, Method::POST, "/auth/refresh-token", &[("cookie", &kept)], Value::Null).await;
        ended.problem(401, "Invalid refresh token");
    }
}

#[tokio::test]
async fn without_cookie_mode_a_cookie_is_not_looked_at() {
    for store in both_stores().await {
        let api = Http(api(&store, config()).build().await.unwrap());
        let registered = api.post("/auth/register", registration("ada")).await;
        assert_eq!(registered.header("set-cookie"), "");
        let refresh = text(&registered.json(201), "refreshToken");
        let cookie = format!("__Secure-refresh-token={refresh}");
        let refused =
            send(&api, Method::POST, "/auth/refresh-token", &[("cookie", &cookie)], Value::Null).await;
        assert_eq!(refused.status.as_u16(), 401);
        let payload = json!({ "refreshToken": refresh });
        send(&api, Method::POST, "/auth/refresh-token", &[], payload).await.json(200);
    }
}
