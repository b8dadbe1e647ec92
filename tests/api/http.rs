//! Calls over HTTP: in process, and what a test reads of a response.

use axum::{Router, body::Body};
use dynamic_api::{DynamicApi, DynamicApiBuilder};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use test_support::TestStore;
use tower::ServiceExt;

use crate::entities::{Gadget, Note, Trouble, User};

/// A response, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON of a response of this status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The problem of a response: checked to be one of this status and with these messages.
    #[track_caller]
    pub fn problem(&self, status: u16, message: impl Into<Value>) -> Value {
        let problem = self.json(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["message"], message.into(), "{problem}");
        assert_eq!((&problem["status"], &problem["statusCode"]), (&status.into(), &status.into()));
        assert_eq!((&problem["type"], &problem["title"]), (&"about:blank".into(), &problem["error"]));
        assert!(problem["detail"].is_string());
        problem
    }
}

/// An application in this process.
#[derive(Clone)]
pub struct Http(pub Router);

impl Http {
    /// All entities over a store.
    pub async fn over(store: &TestStore) -> Self {
        Self(builder(store).build().await.unwrap())
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.0.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Reply { status: parts.status, headers: parts.headers, text }
    }

    /// A request without a body.
    pub async fn bare(&self, method: Method, path: &str) -> Reply {
        self.send(Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.bare(Method::GET, path).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.bare(Method::DELETE, path).await
    }

    /// A request with a text that says it is JSON.
    pub async fn text(&self, method: Method, path: &str, body: impl Into<Body>) -> Reply {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.text(Method::POST, path, body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.text(Method::PATCH, path, body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.text(Method::PUT, path, body.to_string()).await
    }

    /// A new user, and its id.
    pub async fn user(&self, name: &str) -> (Value, String) {
        let body = serde_json::json!({ "name": name, "email": format!("{name}@example.com"), "age": 30 });
        let user = self.post("/users", body).await.json(201);
        let id = user["id"].as_str().unwrap().to_owned();
        (user, id)
    }
}

/// All entities over a store, to be built with more.
pub fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder()
        .store(store.store())
        .resource::<User>()
        .resource::<Note>()
        .resource::<Gadget>()
        .resource::<Trouble>()
}

/// An id of no document.
pub const NOBODY: &str = "0123456789abcdef01234567";
