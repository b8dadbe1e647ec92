//! What HTTP clients send that they should not: each gets its status and text, and nothing is written.

use axum::body::{Body, Bytes};
use http::{Method, Request};
use serde_json::{Value, json};
use test_support::both_stores;

use crate::http::{Http, NOBODY};

#[tokio::test]
async fn bodies_that_are_no_input() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let (user, id) = api.user("ada").await;
        let one = format!("/users/{id}");
        for (method, path) in [(Method::POST, "/users"), (Method::PUT, &*one), (Method::PATCH, &*one)] {
            let send = |body: &'static str| api.text(method.clone(), path, body);
            send("").await.problem(400, "Invalid request body");
            api.bare(method.clone(), path).await.problem(400, "Invalid request body");
            for wrong in ["[]", "[{}]", "null", "\"text\"", "1", "true"] {
                send(wrong).await.problem(400, json!(["the body must be an object"]));
            }
            send("{\"name\": ").await.problem(400, "Malformed JSON at line 1 column 9");
            send("{'name': 1}").await.json(400);
            send("{} {}").await.json(400);
            send(r#"{"name":"x","name":"y"}"#).await.problem(400, json!(["duplicate member name"]));
        }
        assert_eq!(api.get("/users").await.json(200), json!([user]), "{}", store.name());
    }
}

#[tokio::test]
async fn members_that_are_no_input() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let valid = json!({ "name": "n", "email": "e" });
        let cases = [
            ("/name", json!({ "name": 1 })),
            ("/name", json!({ "name": { "$gt": "" } })),
            ("/name", json!({ "name": ["n"] })),
            ("/name", json!({ "name": null })),
            ("/age", json!({ "age": "30" })),
            ("/age", json!({ "age": 1.5 })),
            ("/age", json!({ "age": 9_223_372_036_854_775_808_u64 })),
            ("/admin", json!({ "admin": true })),
            ("/__v", json!({ "__v": 7 })),
            ("/_id", json!({ "_id": NOBODY })),
            ("/$set", json!({ "$set": { "name": "x" } })),
            ("/name.first", json!({ "name.first": "x" })),
        ];
        for (pointer, members) in cases {
            let mut body = valid.clone();
            body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            let problem = api.post("/users", body.clone()).await.json(400);
            let found: Vec<&Value> =
                problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
            assert_eq!(found, [pointer], "{body} on {}: {problem}", store.name());
            assert_eq!(problem["message"].as_array().unwrap().len(), 1);
        }
        let two = api.post("/users", json!({ "nam": "x" })).await.json(400);
        assert_eq!(two["errors"].as_array().unwrap().len(), 3, "{two}");
        assert_eq!(api.get("/users").await.json(200), json!([]));
    }
}

#[tokio::test]
async fn lists_that_are_no_input() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        for body in
            [json!({}), json!({ "list": [] }), json!({ "list": {} }), json!({ "list": [1] }), json!([{}])]
        {
            api.post("/users/many", body).await.json(400);
        }
        assert_eq!(api.get("/users").await.json(200), json!([]));
    }
}

#[tokio::test]
async fn bodies_that_break_a_rule_very_often_or_at_length() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let long = "$".repeat(500_000);
        for (path, body) in [
            ("/users/many", format!(r#"{{"list":[{}]}}"#, vec!["{}"; 1000].join(","))),
            ("/users/many", format!(r#"{{"list":[{}]}}"#, vec!["1"; 300_000].join(","))),
            ("/users/many", format!(r#"{{"{long}":1}}"#)),
            ("/users", format!(r#"{{"{long}":1}}"#)),
            ("/users", format!(r#"{{"x{long}":1,"x{long}":1}}"#)),
        ] {
            let reply = api.text(Method::POST, path, body).await;
            let problem = reply.json(400);
            assert!(
                problem.to_string().len() < 64 * 1024,
                "{} on {}",
                problem.to_string().len(),
                store.name()
            );
        }
        let user = |number: usize| json!({ "name": "n", "email": format!("{number}@example.com") });
        let too_many: Vec<Value> = (0..1001).map(user).collect();
        let range = json!(["list must hold from 1 to 1000 items"]);
        api.post("/users/many", json!({ "list": too_many })).await.problem(400, range);
        assert_eq!(api.get("/users").await.json(200), json!([]));
        let most: Vec<Value> = (0..1000).map(user).collect();
        assert_eq!(
            api.post("/users/many", json!({ "list": most })).await.json(201).as_array().unwrap().len(),
            1000
        );
    }
}

#[tokio::test]
async fn ids_that_are_no_text() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        for id in ["%FF", "%zz", "%E2%82", "%", "%24ne", "%00"] {
            api.get(&format!("/users/{id}")).await.problem(404, "User not found");
            let body = json!({ "name": "x" });
            api.patch(&format!("/users/{id}"), body).await.problem(404, "User not found");
            let deleted = api.delete(&format!("/users/{id}")).await.json(200);
            assert_eq!(deleted, json!({ "deletedCount": 0 }));
        }
    }
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let said = "Payload too large: at most 1048576 bytes are accepted";
        let large = format!(r#"{{"name":"{}","email":"e"}}"#, "x".repeat(2 * 1024 * 1024));
        api.text(Method::POST, "/users", large.clone()).await.problem(413, said);
        // In chunks, without a length that says so beforehand.
        let chunks: Vec<Result<Bytes, std::io::Error>> =
            large.as_bytes().chunks(10_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let chunked = Body::from_stream(futures_util::stream::iter(chunks));
        api.text(Method::POST, "/users", chunked).await.problem(413, said);
        let fits = format!(r#"{{"name":"{}","email":"e"}}"#, "x".repeat(1024 * 1024 - 23));
        let chunks: Vec<Result<Bytes, std::io::Error>> =
            fits.as_bytes().chunks(100_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let chunked = Body::from_stream(futures_util::stream::iter(chunks));
        assert_eq!(fits.len(), 1024 * 1024);
        api.text(Method::POST, "/users", chunked).await.json(201);
    }
}

#[tokio::test]
async fn content_types() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let send = async |content_type: Option<&str>, email: &str| {
            let mut request = Request::post("/users");
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            api.send(request.body(Body::from(json!({ "name": "n", "email": email }).to_string())).unwrap())
                .await
        };
        for (number, accepted) in
            ["application/json", "Application/JSON; charset=utf-8", "application/vnd.api+json"]
                .iter()
                .enumerate()
        {
            send(Some(accepted), &number.to_string()).await.json(201);
        }
        for refused in
            [None, Some("text/plain"), Some("application/merge-patch+json"), Some("json"), Some("")]
        {
            let reply = send(refused, "refused").await;
            reply.problem(415, "Unsupported media type: send application/json");
        }
    }
}

#[tokio::test]
async fn a_query_never_changes_the_target() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let ((user, id), (_, other)) = (api.user("ada").await, api.user("eve").await);
        for member in
            ["_id", "id", "ids", "ids[]", "ids%5B0%5D", "id[$ne]", "_id[$gt]", "ids[0][$ne]", "ids.0"]
        {
            let path = format!("/users/{id}?{member}={other}");
            let said =
                json!([format!("{} can't be in the query of this route", member.replace("%5B0%5D", "[0]"))]);
            api.get(&path).await.problem(400, said.clone());
            api.patch(&path, json!({ "name": "x" })).await.problem(400, said.clone());
            api.delete(&path).await.problem(400, said);
        }
        let path = format!("/users?ids={id}&_id={other}");
        api.patch(&path, json!({ "name": "x" }))
            .await
            .problem(400, json!(["_id can't be in the query of this route"]));
        // What is not known to be one more id is not left out of them.
        let before = api.get("/users").await.json(200);
        for member in ["ids[1][$ne]", "ids[$in]", "ids[x]", "ids.1", "ids[", "ids[]]"] {
            let said = json!([format!("{member} can't be in the query of this route")]);
            for query in [format!("ids={id}&{member}={other}"), format!("{member}={other}&ids={id}")] {
                let path = format!("/users?{query}");
                api.patch(&path, json!({ "name": "x" })).await.problem(400, said.clone());
                api.delete(&path).await.problem(400, said.clone());
                let copies = format!("/users/duplicate?{query}");
                api.post(&copies, json!({ "email": "x@x.y" })).await.problem(400, said.clone());
            }
        }
        assert_eq!(api.get("/users").await.json(200), before);
        // Anything else does no harm.
        assert_eq!(api.get(&format!("/users/{id}?_=123&utm[$ne]=1")).await.json(200), user);
    }
}

#[tokio::test]
async fn text_that_is_no_percent_encoded_utf_8() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        for path in ["/users?sort=%FF", "/users?%zz=1", "/users/stats?min=%E2%82"] {
            api.get(path).await.problem(400, json!(["the query must be percent-encoded UTF-8"]));
        }
        api.delete("/users?ids=%FF").await.json(400);
    }
}
