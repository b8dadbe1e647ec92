//! What HTTP itself asks for: methods, headers, other origins, failures of the server.

use axum::{Router, body::Body};
use dynamic_api::{Cors, Limits};
use http::{Method, Request};
use serde_json::json;
use test_support::{both_stores, embedded_store};

use crate::http::{Http, NOBODY, builder};

#[tokio::test]
async fn methods_that_a_path_lacks() {
    let api = Http::over(&embedded_store()).await;
    let cases = [
        (Method::PUT, "/users".to_owned(), "DELETE, GET, HEAD, OPTIONS, PATCH, POST"),
        (Method::POST, format!("/users/{NOBODY}"), "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        (Method::POST, "/users/stats/".to_owned(), "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        (Method::PUT, "/users/duplicate/many".to_owned(), "OPTIONS, POST"),
        (Method::from_bytes(b"PURGE").unwrap(), "/notes".to_owned(), "GET, HEAD, OPTIONS, POST"),
    ];
    for (method, path, allow) in cases {
        let refused = api.bare(method, &path).await;
        refused.problem(405, "Method not allowed");
        assert_eq!(refused.header("allow"), allow, "{path}");
        let options = api.bare(Method::OPTIONS, &path).await;
        assert_eq!((options.status.as_u16(), options.header("allow"), &*options.text), (204, allow, ""));
    }
}

#[tokio::test]
async fn a_fixed_segment_does_not_hide_the_other_methods() {
    let api = Http::over(&embedded_store()).await;
    for taken in ["many", "duplicate", "aggregate"] {
        let path = format!("/users/{taken}");
        if taken != "aggregate" {
            api.get(&path).await.problem(404, "User not found");
        }
        api.put(&path, json!({ "name": "n", "email": "e" })).await.problem(404, "User not found");
    }
    api.patch("/users/stats", json!({ "name": "x" })).await.problem(404, "User not found");
    assert_eq!(api.delete("/users/aggregate").await.json(200), json!({ "deletedCount": 0 }));
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let api = Http::over(&embedded_store()).await;
    let (_, id) = api.user("ada").await;
    for path in ["/users", &format!("/users/{id}"), "/users/stats"] {
        let (get, head) = (api.get(path).await, api.bare(Method::HEAD, path).await);
        assert_eq!((head.status, &*head.text), (get.status, ""));
        assert_eq!(head.header("content-type"), "application/json");
        assert_eq!(head.header("content-length"), get.text.len().to_string());
    }
    assert_eq!(api.bare(Method::HEAD, &format!("/users/{NOBODY}")).await.status, 404);
}

#[tokio::test]
async fn every_response_names_its_request() {
    let api = Http::over(&embedded_store()).await;
    let (one, other) = (api.get("/users").await, api.get("/users/123").await);
    assert_eq!((one.header("x-request-id").len(), other.header("x-request-id").len()), (16, 16));
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
    let named = Request::get("/users").header("x-request-id", "mine-1").body(Body::empty()).unwrap();
    assert_eq!(api.send(named).await.header("x-request-id"), "mine-1");
    let too_long =
        Request::get("/users").header("x-request-id", "x".repeat(1000)).body(Body::empty()).unwrap();
    assert_eq!(api.send(too_long).await.header("x-request-id").len(), 16);
}

#[tokio::test]
async fn a_panic_is_a_500_of_that_call_alone() {
    let api = Http::over(&embedded_store()).await;
    for path in ["/troubles/panics", &format!("/troubles/{NOBODY}")] {
        let reply = api.get(path).await;
        let problem = reply.problem(500, "Internal server error");
        assert_eq!(problem["instance"], path);
        assert!(!reply.text.contains("secret"), "{}", reply.text);
    }
    api.get("/users").await.json(200);
}

#[tokio::test]
async fn a_stored_document_of_another_shape_is_left_out_of_lists() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let (user, _) = api.user("ada").await;
        let odd = bson::oid::ObjectId::new();
        let document = bson::rawdoc! { "_id": odd, "name": 5, "email": "odd" };
        store.insert("users", &[document]).await.unwrap();
        let list = api.get("/users").await;
        assert_eq!(list.json(200), json!([user]));
        assert_eq!(list.header("x-skipped"), "1");
        api.get(&format!("/users/{}", odd.to_hex())).await.problem(500, "Internal server error");
    }
}

#[tokio::test]
async fn limits_are_the_applications() {
    let store = embedded_store();
    let mut limits = Limits::default();
    (limits.ids, limits.page_max, limits.page_default, limits.body_bytes) = (2, 2, 1, 100);
    let api = Http(builder(&store).limits(limits).build().await.unwrap());
    api.user("a").await;
    api.user("b").await;
    assert_eq!(api.get("/users").await.json(200).as_array().unwrap().len(), 1);
    api.get("/users?limit=3").await.problem(400, json!(["limit must be an integer from 1 to 2"]));
    let ids = format!("/users?ids={NOBODY},0123456789abcdef01234568,0123456789abcdef01234569");
    api.delete(&ids).await.problem(400, json!(["ids must be at most 2"]));
    let large = json!({ "name": "x".repeat(100), "email": "e" });
    api.post("/users", large).await.problem(413, "Payload too large: at most 100 bytes are accepted");
}

#[tokio::test]
async fn other_origins_are_allowed_where_cors_says_so() {
    let store = embedded_store();
    let from = |method: Method, origin: &str| {
        let request = Request::builder().method(method).uri("/users").header("origin", origin);
        request.header("access-control-request-method", "PATCH").body(Body::empty()).unwrap()
    };
    let closed = Http::over(&store).await;
    let reply = closed.send(from(Method::GET, "https://app.example.com")).await;
    assert_eq!(reply.header("access-control-allow-origin"), "");

    let cors = Cors::origins(["https://app.example.com"]).credentials();
    let api = Http(builder(&store).cors(cors).build().await.unwrap());
    let preflight = api.send(from(Method::OPTIONS, "https://app.example.com")).await;
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-origin"), "https://app.example.com");
    assert_eq!(preflight.header("access-control-allow-credentials"), "true");
    assert!(preflight.header("access-control-allow-methods").contains("PATCH"));
    let reply = api.send(from(Method::GET, "https://app.example.com")).await;
    for exposed in ["link", "location", "etag", "x-request-id", "x-skipped"] {
        assert!(reply.header("access-control-expose-headers").contains(exposed), "{exposed}");
    }
    let stranger = api.send(from(Method::GET, "https://evil.example.com")).await;
    assert_eq!(stranger.header("access-control-allow-origin"), "");
    // A method that the path lacks is said with its headers too.
    assert_eq!(api.bare(Method::PUT, "/users").await.status, 405);
}

#[tokio::test]
async fn nested_routes_know_where_they_are() {
    let store = embedded_store();
    let api = Http(Router::new().nest("/api/v9", builder(&store).build().await.unwrap()));
    let created = api.post("/api/v9/users", json!({ "name": "n", "email": "e" })).await;
    let location = created.header("location").to_owned();
    assert_eq!(location, format!("/api/v9/users/{}", created.json(201)["id"].as_str().unwrap()));
    api.get(&location).await.json(200);
    assert_eq!(
        api.get("/api/v9/users/123").await.problem(404, "User not found")["instance"],
        "/api/v9/users/123"
    );
    assert_eq!(api.get("/users").await.status, 404);
}
