//! Many calls at once of what may succeed once.

use std::{collections::BTreeMap, sync::Arc};

use http::Method;
use serde_json::{Value, json};
use test_support::both_stores;
use tokio::{sync::Barrier, task::JoinSet};

use super::{Api, EMAIL, PASSWORD, config, stored};

const CALLS: usize = 50;

/// How many of so many calls at once ended in which status.
async fn at_once(
    api: &Api,
    method: Method,
    path: &'static str,
    token: Option<String>,
    body: Option<Value>,
) -> BTreeMap<u16, usize> {
    let barrier = Arc::new(Barrier::new(CALLS));
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let (api, barrier, method) = (api.clone(), barrier.clone(), method.clone());
        let (token, body) = (token.clone(), body.clone());
        calls.spawn(async move {
            barrier.wait().await;
            api.call(method, path, token.as_deref(), body).await.status.as_u16()
        });
    }
    let mut statuses = BTreeMap::new();
    for status in calls.join_all().await {
        *statuses.entry(status).or_default() += 1;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_registrations_of_one_login_one_succeeds() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let body = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
        let statuses = at_once(&api, Method::POST, "/auth/register", None, Some(body)).await;
        assert_eq!(statuses, BTreeMap::from([(201, 1), (409, CALLS - 1)]), "{}", store.name());
        assert_eq!(stored(&store, "accounts").await.len(), 1);
        assert_eq!(stored(&store, "accounts_sessions").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_refreshes_of_one_token_one_succeeds() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let token = Some(pair.refresh);
        let statuses = at_once(&api, Method::POST, "/auth/refresh-token", token, None).await;
        assert_eq!(statuses, BTreeMap::from([(200, 1), (401, CALLS - 1)]), "{}", store.name());
        assert_eq!(
            stored(&store, "accounts_sessions").await,
            [],
            "a token that comes twice ends the session"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_uses_of_one_reset_token_one_succeeds() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        api.register(EMAIL).await;
        api.post("/auth/reset-password", json!({ "email": EMAIL })).await;
        let (_, token) = inbox.next().await;
        let body = json!({ "resetPasswordToken": token, "newPassword": "another password" });
        let statuses = at_once(&api, Method::PATCH, "/auth/change-password", None, Some(body)).await;
        assert_eq!(statuses, BTreeMap::from([(204, 1), (400, CALLS - 1)]), "{}", store.name());
        api.login(EMAIL, "another password").await.json(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_uses_of_one_code_one_succeeds() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let api = Api::with(&store, config).await;
        api.register(EMAIL).await;
        api.post("/auth/passwordless/send-code", json!({ "identifier": EMAIL })).await;
        let (_, code) = inbox.next().await;
        let body = json!({ "identifier": EMAIL, "code": code });
        let statuses = at_once(&api, Method::POST, "/auth/passwordless/verify-code", None, Some(body)).await;
        assert_eq!(statuses, BTreeMap::from([(200, 1), (401, CALLS - 1)]), "{}", store.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_logins_wait_for_one_another_and_all_succeed() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        api.register(EMAIL).await;
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let statuses = at_once(&api, Method::POST, "/auth/login", None, Some(body)).await;
        assert_eq!(statuses, BTreeMap::from([(200, CALLS)]), "{}", store.name());
        let sessions = stored(&store, "accounts_sessions").await.len();
        assert!((1..=10).contains(&sessions), "{sessions}: no more than a user may have");
    }
}
