//! How a patch comes in: by its content type over HTTP, by the member that holds it over a socket.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use test_support::{NodeClient, both_stores, embedded_store};

use crate::{
    http::{Http, Reply, builder},
    server::{Server, connect, data},
};

const ACCEPTED: &str = "application/json, application/merge-patch+json, application/json-patch+json";

async fn send(api: &Http, method: Method, path: &str, content_type: &str, body: &Value) -> Reply {
    let request = Request::builder().method(method).uri(path).header("content-type", content_type);
    api.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_merge_patch_is_told_by_its_content_type() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let ((user, id), (_, other)) = (api.user("ada").await, api.user("eve").await);
        for path in [format!("/users/{id}"), format!("/users?ids={id},{other}")] {
            let patch = json!({ "id": id, "age": null });
            let content_type = "Application/Merge-Patch+JSON; charset=utf-8";
            send(&api, Method::PATCH, &path, content_type, &patch).await.json(200);
        }
        let now = api.get(&format!("/users/{id}")).await.json(200);
        assert_eq!((&now["name"], now.get("age")), (&user["name"], None), "{}", store.name());
        for invalid in [json!({ "admin": true }), json!({ "$set": 1 }), json!({ "name": { "first": "x" } })] {
            let path = format!("/users/{id}");
            send(&api, Method::PATCH, &path, "application/merge-patch+json", &invalid).await.json(400);
        }
    }
}

#[tokio::test]
async fn routes_that_take_patches_say_so_and_others_take_none() {
    let api = Http::over(&embedded_store()).await;
    let (user, id) = api.user("ada").await;
    let one = format!("/users/{id}");
    for path in [&*one, &format!("/users?ids={id}")] {
        let reply = send(&api, Method::PATCH, path, "text/plain", &json!({ "name": "x" })).await;
        reply.problem(415, format!("Unsupported media type: send {ACCEPTED}"));
        assert_eq!(reply.header("accept-patch"), ACCEPTED);
    }
    for patch in ["application/merge-patch+json", "application/json-patch+json"] {
        for (method, path) in [(Method::POST, "/users"), (Method::PUT, &*one), (Method::POST, "/users/many")]
        {
            let reply = send(&api, method, path, patch, &user).await;
            reply.problem(415, "Unsupported media type: send application/json");
            assert_eq!(reply.header("accept-patch"), "");
        }
    }
    assert_eq!(api.bare(Method::OPTIONS, &one).await.header("accept-patch"), ACCEPTED);
    assert_eq!(api.get(&one).await.json(200), user);
}

#[tokio::test]
async fn a_payload_holds_one_patch_beside_its_target() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        let created = socket.call("create-one-user", json!({ "name": "n", "email": "e", "age": 1 })).await;
        let user = data("create-one-user", created);
        let id = &user["id"];
        let one = json!({ "id": id, "mergePatch": { "name": "one" } });
        let changed = data("update-one-user", socket.call("update-one-user", one).await);
        assert_eq!((&changed["name"], &changed["age"]), (&json!("one"), &json!(1)), "{}", store.name());
        let many = json!({ "ids": [id], "mergePatch": { "age": null } });
        let changed = data("update-many-user", socket.call("update-many-user", many).await);
        assert_eq!((&changed[0]["name"], changed[0].get("age")), (&json!("one"), None));

        for (event, payload, pointers) in [
            (
                "update-one-user",
                json!({ "id": id, "mergePatch": { "name": "x" }, "name": "y" }),
                vec!["/name"],
            ),
            ("update-one-user", json!({ "id": id, "mergePatch": {}, "jsonPatch": [] }), vec!["/jsonPatch"]),
            (
                "update-one-user",
                json!({ "id": id, "jsonPatch": [], "ids": [id], "a/b": 1 }),
                vec!["/ids", "/a~1b"],
            ),
            ("update-many-user", json!({ "ids": [id], "mergePatch": {}, "id": id }), vec!["/id"]),
            ("update-many-user", json!({ "ids": [id], "mergePatch": { "admin": 1 } }), vec!["/admin"]),
            ("update-one-user", json!({ "id": id, "mergePatch": null }), vec![""]),
            (
                "replace-one-user",
                json!({ "id": id, "name": "x", "email": "e", "mergePatch": {} }),
                vec!["/mergePatch"],
            ),
        ] {
            let mut ack = socket.call(event, payload.clone()).await;
            let problem = ack.take();
            assert_eq!(problem["statusCode"], 400, "{payload}: {problem}");
            let found: Vec<&str> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|one| one["pointer"].as_str())
                .collect();
            assert_eq!(found, pointers, "{payload}: {problem}");
        }
    }
}
