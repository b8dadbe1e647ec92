//! Who may call, over both transports: an application with accounts.

mod broadcasts;
mod browsers;
mod handlers;
mod http;
mod keys;
mod processes;
mod races;
mod sockets;
mod token_matrix;
mod tokens;

use ::http::{Method, Request};
use axum::body::Body;
use dynamic_api::{
    AuthConfig, Deliver, DynamicApi, DynamicApiBuilder, HashPriority, Password, PasswordHashing, RateLimits,
    Recipient, dynamic_api,
};
use serde_json::{Value, json};
use test_support::TestStore;
use tokio::sync::mpsc;

use crate::http::{Http, Reply};

/// Somebody with an account.
#[dynamic_api(path = "members", web_socket)]
pub struct Member {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
    #[api(register(required))]
    pub name: String,
    #[api(claim, read_only, default = "member")]
    pub role: String,
}

/// What only members read, but for one route.
#[dynamic_api(
    path = "diaries",
    web_socket,
    routes(get_many, create_one, get_many(sub_path = "open", public))
)]
pub struct Diary {
    pub title: String,
}

const PASSWORD: &str = "correct horse battery";

/// Accounts without limits, whose hashes wait for nobody: the tests have all processors.
pub fn config() -> AuthConfig {
    let hashing = PasswordHashing::default().priority(HashPriority::Usual);
    AuthConfig::development().rate_limits(RateLimits::none()).password_hashing(hashing)
}

pub fn api(store: &TestStore, config: AuthConfig) -> DynamicApiBuilder {
    DynamicApi::builder().store(store.store()).resource::<Member>().resource::<Diary>().auth::<Member>(config)
}

pub fn registration(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "name": name })
}

pub fn credentials(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": PASSWORD })
}

/// The text of a member.
#[track_caller]
pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}")).to_owned()
}

/// Calls with headers.
pub async fn send(api: &Http, method: Method, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
    };
    api.send(request.body(body).unwrap()).await
}

pub async fn get(api: &Http, path: &str, token: &str) -> Reply {
    let header = format!("Bearer {token}");
    send(api, Method::GET, path, &[("authorization", &header)], Value::Null).await
}

/// The tokens of a new member.
pub async fn register(api: &Http, name: &str) -> (String, String) {
    let pair = api.post("/auth/register", registration(name)).await.json(201);
    (text(&pair, "accessToken"), text(&pair, "refreshToken"))
}

/// Where reset tokens end up.
pub struct Outbox(pub mpsc::UnboundedSender<String>);

impl Deliver for Outbox {
    async fn reset(
        &self,
        _: &Recipient,
        token: &str,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.send(token.to_owned())?)
    }

    async fn code(&self, _: &Recipient, code: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.send(code.to_owned())?)
    }
}
