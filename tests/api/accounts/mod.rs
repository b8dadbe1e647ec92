//! Accounts over HTTP, on both stores.

mod account;
mod codes;
mod hooks;
mod login;
mod password;
mod races;
mod register;
mod sessions;
mod start;
mod users;

use std::sync::{Arc, Mutex};

use axum::body::Body;
use bson::Document;
use dynamic_api::{
    AuthConfig, Deliver, DynamicApi, DynamicApiBuilder, HashPriority, Password, PasswordHashing, RateLimits,
    Recipient, dynamic_api,
    query::{Filter, Find},
};
use http::{Method, Request};
use serde_json::{Value, json};
use test_support::TestStore;
use tokio::sync::mpsc;

use crate::http::{Http, Reply};

/// A user of the tests.
#[dynamic_api(path = "users", collection = "accounts")]
#[derive(Clone, Debug)]
pub struct Account {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
    #[api(register(required))]
    pub name: String,
    #[api(register)]
    pub city: Option<String>,
    #[api(claim, read_only, default = "member")]
    pub role: String,
    #[api(read_only, default = false)]
    pub is_verified: bool,
    #[api(hidden)]
    pub sessions: Option<i32>,
}

/// Something that only users get to see, but for its list.
#[dynamic_api(path = "memos", routes(get_many(public), get_one, create_one))]
#[derive(Clone, Debug)]
pub struct Memo {
    pub text: String,
}

pub const PASSWORD: &str = "correct horse battery";
pub const EMAIL: &str = "ada@example.org";

/// What was delivered: who to, and the token or code.
type Delivered = (String, String);

/// Where deliveries of a test end up.
pub struct Inbox(mpsc::UnboundedReceiver<Delivered>);

struct Outbox(mpsc::UnboundedSender<Delivered>);

impl Deliver for Outbox {
    async fn reset(
        &self,
        to: &Recipient,
        token: &str,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.send((to.login().to_owned(), token.to_owned()))?)
    }

    async fn code(&self, to: &Recipient, code: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        assert_eq!(to.user::<Account>().unwrap().email, to.login());
        Ok(self.0.send((to.login().to_owned(), code.to_owned()))?)
    }
}

impl Inbox {
    /// What was delivered next.
    pub async fn next(&mut self) -> Delivered {
        self.0.recv().await.unwrap()
    }
}

/// Settings without limits, and where they deliver to.
pub fn config() -> (AuthConfig, Inbox) {
    let (outbox, inbox) = mpsc::unbounded_channel();
    // What else the machine does while tests run must not hold their hashes up.
    let hashing = PasswordHashing::default().priority(HashPriority::Usual);
    let config = AuthConfig::development().rate_limits(RateLimits::none()).password_hashing(hashing);
    let config = config.deliver(Outbox(outbox));
    (config, Inbox(inbox))
}

pub fn builder(store: &TestStore, config: AuthConfig) -> DynamicApiBuilder {
    DynamicApi::builder()
        .store(store.store())
        .resource::<Account>()
        .resource::<Memo>()
        .auth::<Account>(config)
}

/// An application with accounts, as a client sees it.
#[derive(Clone)]
pub struct Api(pub Http);

impl Api {
    pub async fn over(store: &TestStore) -> Self {
        Self::with(store, config().0).await
    }

    pub async fn with(store: &TestStore, config: AuthConfig) -> Self {
        Self(Http(builder(store, config).build().await.unwrap()))
    }

    pub async fn call(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("user-agent", "tests/1");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.0.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Reply {
        self.call(Method::GET, path, Some(token), None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, None, Some(body)).await
    }

    pub async fn patch(&self, path: &str, token: &str, body: Value) -> Reply {
        self.call(Method::PATCH, path, Some(token), Some(body)).await
    }

    /// A new user, logged in.
    pub async fn register(&self, email: &str) -> Pair {
        let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        Pair::of(&self.post("/auth/register", body).await.json(201))
    }

    pub async fn login(&self, email: &str, password: &str) -> Reply {
        self.post("/auth/login", json!({ "email": email, "password": password })).await
    }

    pub async fn refresh(&self, token: &str) -> Reply {
        self.call(Method::POST, "/auth/refresh-token", Some(token), None).await
    }
}

/// What a login is answered with.
#[derive(Debug, Clone)]
pub struct Pair {
    pub access: String,
    pub refresh: String,
}

impl Pair {
    #[track_caller]
    pub fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Self { access: text("accessToken"), refresh: text("refreshToken") }
    }
}

/// The documents of a collection, as they are stored.
pub async fn stored(store: &TestStore, collection: &str) -> Vec<Document> {
    let documents = store.find(collection, &Find::new(Filter::All)).await.unwrap();
    documents.iter().map(|document| Document::try_from(&**document).unwrap()).collect()
}

/// Something that functions of the application's note what they saw in.
pub type Seen = Arc<Mutex<Vec<String>>>;
