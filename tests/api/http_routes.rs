//! Every kind of route over HTTP, on both stores: requests, statuses, shapes.

use dynamic_api::query::{Filter, Find};
use http::Method;
use serde_json::{Value, json};
use test_support::both_stores;

use crate::http::{Http, NOBODY};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

fn keys(object: &Value) -> Vec<&String> {
    object.as_object().unwrap().keys().collect()
}

#[tokio::test]
async fn create_one_answers_what_is_stored_and_where() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let created = api.post("/users", json!({ "name": "Ada", "email": "ada@x.y", "secret": "s" })).await;
        let user = created.json(201);
        assert_eq!(keys(&user), ["id", "name", "email", "createdAt", "updatedAt"], "{}", store.name());
        assert_eq!(created.header("content-type"), "application/json");
        assert_eq!(created.header("location"), format!("/users/{}", user["id"].as_str().unwrap()));
        assert_eq!(api.get(created.header("location")).await.json(200), user);
        let with_slash = api.post("/users/", json!({ "name": "Bob", "email": "bob@x.y" })).await;
        let bob = with_slash.json(201);
        assert_eq!(with_slash.header("location"), format!("/users/{}", bob["id"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn create_many_keeps_the_order_and_is_all_or_nothing() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let item = |name: &str, email: &str| json!({ "name": name, "email": email });
        let list = json!({ "list": [item("c", "1"), item("a", "2"), item("b", "3")] });
        assert_eq!(names(&api.post("/users/many", list).await.json(201)), ["c", "a", "b"]);

        let taken = json!({ "list": [item("new", "4"), item("taken", "2")] });
        api.post("/users/many", taken).await.problem(409, "email '2' is already used");
        let bad = json!({ "list": [item("new", "4"), { "name": 1, "email": "5" }] });
        let problem =
            api.post("/users/many", bad).await.problem(400, json!(["list.1.name must be a string"]));
        assert_eq!(problem["errors"][0]["pointer"], "/list/1/name");
        assert_eq!(api.get("/users").await.json(200).as_array().unwrap().len(), 3, "{}", store.name());
    }
}

#[tokio::test]
async fn get_many_pages_and_sorts() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        for name in ["b", "a", "c"] {
            api.user(name).await;
        }
        assert_eq!(names(&api.get("/users").await.json(200)), ["b", "a", "c"]);
        assert_eq!(names(&api.get("/users/?sort=-name").await.json(200)), ["c", "b", "a"]);
        assert_eq!(names(&api.get("/users?sort=name&limit=2&page=2").await.json(200)), ["c"]);
        assert_eq!(names(&api.get("/users?sort=%6eame&limit=1").await.json(200)), ["a"]);
        let refused = "/users?sort=secret&limit=1001&%24where=1";
        let problem = api.get(refused).await.json(400);
        let pointers: Vec<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(pointers, ["/sort", "/limit", "/$where"]);
    }
}

#[tokio::test]
async fn get_one_finds_by_id_alone() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let (user, id) = api.user("ada").await;
        assert_eq!(api.get(&format!("/users/{id}")).await.json(200), user);
        assert_eq!(api.get(&format!("/users/{id}/")).await.json(200), user);
        api.get(&format!("/users/{NOBODY}")).await.problem(404, "Document not found");
        for malformed in ["123", "012345678901234567890123456789", "many", "duplicate", "%F0%9F%A6%80"] {
            let problem = api.get(&format!("/users/{malformed}")).await.problem(404, "User not found");
            assert_eq!(problem["instance"], format!("/users/{malformed}"));
        }
    }
}

#[tokio::test]
async fn update_one_changes_what_is_sent() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let (user, id) = api.user("ada").await;
        let path = format!("/users/{id}");
        let updated = api.patch(&path, json!({ "name": "Ada L." })).await.json(200);
        assert_eq!((&updated["name"], &updated["email"]), (&json!("Ada L."), &user["email"]));
        assert_eq!(updated["createdAt"], user["createdAt"]);
        assert_eq!(api.patch(&path, json!({ "age": null })).await.json(200).get("age"), None);
        // What a client got can be sent back.
        let mut echoed = user.clone();
        echoed["id"] = NOBODY.into();
        assert_eq!(api.patch(&path, echoed).await.json(200)["id"], user["id"]);
        api.patch(&path, json!({ "name": null })).await.json(400);
        api.patch(&path, json!({})).await.problem(400, "Invalid request body");
        api.patch("/users/123", json!({ "name": "x" })).await.problem(404, "User not found");
        api.patch(&format!("/users/{NOBODY}"), json!({ "name": "x" }))
            .await
            .problem(404, "Document not found");
    }
}

#[tokio::test]
async fn replace_one_puts_a_whole_document_in_place() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let (user, id) = api.user("ada").await;
        let replaced =
            api.put(&format!("/users/{id}"), json!({ "name": "Eve", "email": "eve@x.y" })).await.json(200);
        assert_eq!(keys(&replaced), ["id", "name", "email", "createdAt", "updatedAt"]);
        assert_eq!((&replaced["id"], &replaced["createdAt"]), (&user["id"], &user["createdAt"]));
        api.put(&format!("/users/{id}"), json!({ "name": "Eve" }))
            .await
            .problem(400, json!(["email is required"]));
        api.put("/users/123", json!({ "name": "Eve", "email": "e" })).await.problem(404, "User not found");
    }
}

#[tokio::test]
async fn update_many_takes_every_spelling_of_ids() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let ((_, a), (_, b), (_, c)) = (api.user("a").await, api.user("b").await, api.user("c").await);
        let queries = [
            (format!("ids={a}&ids={b}"), 2),
            (format!("ids={a},{b},{c}"), 3),
            (format!("ids%5B%5D={a}&ids[]={c}"), 2),
            (format!("ids[0]={a}&ids[1]={b}"), 2),
            (format!("ids={a}"), 1),
            (format!("ids={a},{a}&ids={a}"), 1),
            (format!("cache=1&ids={b}%2C{a}"), 2),
        ];
        for (index, (query, count)) in queries.iter().enumerate() {
            for path in ["/users", "/users/many", "/users/many/"] {
                let updated = api.patch(&format!("{path}?{query}"), json!({ "age": index })).await.json(200);
                let ages: Vec<&Value> = updated.as_array().unwrap().iter().map(|user| &user["age"]).collect();
                assert_eq!(ages, vec![&json!(index); *count], "{path}?{query}");
            }
        }
        let ordered = api.patch(&format!("/users?ids={b},{a}"), json!({ "age": 1 })).await.json(200);
        assert_eq!(names(&ordered), ["b", "a"]);
    }
}

#[tokio::test]
async fn update_many_fails_as_a_whole() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let (user, id) = api.user("ada").await;
        let age = json!({ "age": 99 });
        api.patch(&format!("/users?ids={id},{NOBODY}"), age.clone()).await.problem(404, "Document not found");
        api.patch(&format!("/users?ids={id},123"), age.clone()).await.problem(404, "User not found");
        for without in ["/users", "/users/many", "/users?ids=", "/users?ids=,"] {
            api.patch(without, age.clone()).await.problem(400, "Invalid query");
        }
        api.patch(&format!("/users?ids={id}"), json!({})).await.problem(400, "Invalid request body");
        let many: Vec<String> = (0..200).map(|number| format!("{number:024x}")).collect();
        let too_many = api.patch(&format!("/users?ids={}", many.join(",")), age).await;
        too_many.problem(400, json!(["ids must be at most 100"]));
        assert_eq!(api.get(&format!("/users/{id}")).await.json(200), user, "{}", store.name());
    }
}

#[tokio::test]
async fn duplicates_are_copies_with_overrides() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let (_, id) = api.user("ada").await;
        let copied = api.post(&format!("/users/duplicate/{id}"), json!({ "email": "copy@x.y" })).await;
        let copy = copied.json(201);
        assert_eq!(copied.header("location"), format!("/users/{}", copy["id"].as_str().unwrap()));
        assert_eq!((&copy["name"], &copy["email"]), (&json!("ada"), &json!("copy@x.y")));
        // The body may be left out, and the content type with it.
        let bare = api.bare(Method::POST, &format!("/users/duplicate/{id}")).await;
        bare.problem(409, "email 'ada@example.com' is already used");
        api.post("/users/duplicate/123", json!({})).await.problem(404, "User not found");

        for path in ["/users/duplicate", "/users/duplicate/many"] {
            let email = format!("{}@x.y", path.len());
            let copies = api.post(&format!("{path}?ids={id}"), json!({ "email": email })).await.json(201);
            assert_eq!(copies[0]["email"], email);
            api.bare(Method::POST, path).await.problem(400, "Invalid query");
        }
        let missing = format!("/users/duplicate?ids={id},{NOBODY}");
        api.post(&missing, json!({ "email": "z" })).await.problem(404, "Document not found");
    }
}

#[tokio::test]
async fn deletes_count() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let ((_, a), (_, b), (_, c)) = (api.user("a").await, api.user("b").await, api.user("c").await);
        assert_eq!(api.delete(&format!("/users/{a}")).await.json(200), json!({ "deletedCount": 1 }));
        assert_eq!(api.delete(&format!("/users/{a}")).await.json(200), json!({ "deletedCount": 0 }));
        assert_eq!(api.delete("/users/123").await.json(200), json!({ "deletedCount": 0 }));
        assert_eq!(api.delete(&format!("/users?ids={b},123")).await.json(200), json!({ "deletedCount": 0 }));
        api.delete("/users").await.problem(400, "Invalid query");
        assert_eq!(
            api.delete(&format!("/users/many?ids={b},{a}")).await.json(200),
            json!({ "deletedCount": 1 })
        );
        assert_eq!(api.delete(&format!("/users?ids[]={c}")).await.json(200), json!({ "deletedCount": 1 }));
        assert_eq!(api.get("/users").await.json(200), json!([]));
    }
}

#[tokio::test]
async fn a_soft_delete_takes_a_document_out_of_reach() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let note = api.post("/notes", json!({ "title": "t", "author": NOBODY })).await.json(201);
        let path = format!("/notes/{}", note["id"].as_str().unwrap());
        assert_eq!(api.delete(&path).await.json(200), json!({ "deletedCount": 1 }));
        api.get(&path).await.problem(404, "Document not found");
        assert_eq!(api.get("/notes").await.json(200), json!([]));
        assert_eq!(api.delete(&path).await.json(200), json!({ "deletedCount": 0 }));
    }
}

#[tokio::test]
async fn aggregates_are_shown_in_pages() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let empty = api.get("/users/pages?page=1").await.json(200);
        assert_eq!(empty, json!({ "list": [], "count": 0, "totalPage": 0 }));
        for name in ["a", "b", "c"] {
            let user = json!({ "name": name, "email": name, "secret": "s" });
            api.post("/users", user).await.json(201);
        }
        let page = api.get("/users/pages?page=2").await.json(200);
        // What is hidden never came to the pipeline.
        let expected = json!({ "list": [{ "name": "c", "secret": null }], "count": 3, "totalPage": 2 });
        assert_eq!(page, expected, "{}", store.name());
    }
}

#[tokio::test]
async fn a_replace_keeps_what_its_client_can_not_see() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let user = json!({ "name": "n", "email": "e", "secret": "kept", "age": 3 });
        let seen = api.post("/users", user).await.json(201);
        let path = format!("/users/{}", seen["id"].as_str().unwrap());
        let body = json!({ "name": "m", "email": "e" });
        assert_eq!(api.put(&path, body).await.json(200)["age"], json!(null));
        let find = Find::new(Filter::eq("secret", "kept"));
        assert_eq!(store.store().find("users", &find).await.unwrap().len(), 1, "{}", store.name());
        api.put(&path, json!({ "name": "m", "email": "e", "secret": "new" })).await.json(200);
        assert!(store.store().find("users", &find).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn aggregates_present_rows() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        for name in ["c", "a", "b"] {
            api.user(name).await;
        }
        let rows = api.get("/users/aggregate?min=30").await.json(200);
        assert_eq!(rows[0], json!({ "name": "a", "age": 30 }));
        assert_eq!(rows.as_array().unwrap().len(), 3);
        let page = api.get("/users/stats").await.json(200);
        assert_eq!(page, json!({ "list": ["a", "b", "c"], "count": 3, "totalPage": 2 }));
        let problem = api.get("/users/stats?min=x").await.json(400);
        assert_eq!(problem["errors"][0]["pointer"], "/min", "{problem}");
        api.get("/users/stats?$where=1").await.json(400);
        api.get("/users/stats?max=1").await.json(400);
    }
}

#[tokio::test]
async fn versions_and_sub_paths_are_in_the_path() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let created = api.post("/v1/shop/gadgets/special", json!({ "name": "a" })).await;
        let gadget = created.json(201);
        let id = gadget["id"].as_str().unwrap();
        assert_eq!(created.header("location"), format!("/v1/shop/gadgets/{id}"));
        api.post("/v2/shop/gadgets", json!({ "name": "b" })).await.json(201);
        assert_eq!(names(&api.get("/v1/shop/gadgets").await.json(200)), ["a", "b"]);
        assert_eq!(names(&api.get("/v1/shop/gadgets/special").await.json(200)), ["a", "b"]);
        assert_eq!(api.get(&format!("/v1/shop/gadgets/special/{id}")).await.json(200), gadget);
        let path = format!("/v1/shop/gadgets/{id}/special");
        assert_eq!(api.patch(&path, json!({ "name": "c" })).await.json(200)["name"], "c");
        assert_eq!(api.put(&path, json!({ "name": "d" })).await.json(200)["name"], "d");
        let bulk = format!("/v1/shop/gadgets/special?ids={id}");
        assert_eq!(names(&api.patch(&bulk, json!({ "name": "e" })).await.json(200)), ["e"]);
        let list = json!({ "list": [{ "name": "f" }] });
        assert_eq!(names(&api.post("/v1/shop/gadgets/many/special", list).await.json(201)), ["f"]);
        let copied = api.post(&format!("/v1/shop/gadgets/duplicate/{id}/special"), json!({})).await;
        let copy = copied.json(201);
        assert_eq!(copied.header("location"), format!("/v1/shop/gadgets/{}", copy["id"].as_str().unwrap()));
        let copies =
            api.post(&format!("/v1/shop/gadgets/duplicate/special?ids={id}"), json!({})).await.json(201);
        assert_eq!(names(&copies), ["e"]);
        assert_eq!(api.delete(&path).await.json(200), json!({ "deletedCount": 1 }));
        assert_eq!(api.delete(&bulk).await.json(200), json!({ "deletedCount": 0 }));
    }
}
