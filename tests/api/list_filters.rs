//! What clients ask of lists: both transports get the same rows, on both stores.

use serde_json::{Value, json};
use test_support::{NodeClient, both_stores};

use crate::{
    http::{Http, builder},
    server::{Server, connect, data},
};

fn names(list: &Value) -> String {
    let names = list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap());
    names.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn filters_find_the_same_over_both_transports() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let api = Http::over(&store).await;
        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        for (name, age) in [
            ("ann", json!(20)),
            ("Bob", json!(30)),
            ("c,d", json!(40)),
            ("$.*", Value::Null),
            ("\u{e9}va", json!(50)),
        ] {
            let user = json!({ "name": name, "email": format!("{name}@x.y"), "age": age, "secret": "s" });
            api.post("/users", user).await.json(201);
        }
        let table = [
            ("name=ann", json!({ "name": "ann" }), "ann"),
            ("name=ANN", json!({ "name": "ANN" }), ""),
            ("age=30", json!({ "age": 30 }), "Bob"),
            ("age[ne]=30", json!({ "age": { "ne": 30 } }), "ann c,d $.* \u{e9}va"),
            ("age[gte]=30&age[lt]=50", json!({ "age": { "gte": 30, "lt": 50 } }), "Bob c,d"),
            ("age[in]=20,50", json!({ "age": { "in": [20, 50] } }), "ann \u{e9}va"),
            ("name[in][]=c%2Cd&name[in][]=ann", json!({ "name": { "in": ["c,d", "ann"] } }), "ann c,d"),
            ("name[nin]=ann,Bob", json!({ "name": { "nin": ["ann", "Bob"] } }), "c,d $.* \u{e9}va"),
            ("age[exists]=false", json!({ "age": null }), "$.*"),
            ("age[exists]=true&limit=2", json!({ "age": { "exists": true }, "limit": 2 }), "ann Bob"),
            ("name[contains]=.*", json!({ "name": { "contains": ".*" } }), "$.*"),
            ("name[startsWith]=%C3%A9", json!({ "name": { "startsWith": "\u{e9}" } }), "\u{e9}va"),
            ("email[endsWith]=d@x.y", json!({ "email": { "endsWith": "d@x.y" } }), "c,d"),
            (
                "or[0][name]=ann&or[1][age][gt]=40&sort=-age",
                json!({ "or": [{ "name": "ann" }, { "age": { "gt": 40 } }], "sort": "-age" }),
                "\u{e9}va ann",
            ),
            (
                "createdAt[gt]=2100-01-01T00:00:00Z",
                json!({ "createdAt": { "gt": "2100-01-01T00:00:00Z" } }),
                "",
            ),
        ];
        for (query, payload, expected) in table {
            let list = api.get(&format!("/users?{query}")).await.json(200);
            assert_eq!(names(&list), expected, "{query} {}", store.name());
            let acknowledged = data("get-many-user", socket.call("get-many-user", payload).await);
            assert_eq!(acknowledged, list, "{query} {}", store.name());
        }
    }
}

#[tokio::test]
async fn a_refusal_tells_nothing_of_what_is_hidden() {
    for store in both_stores().await {
        let api = Http::over(&store).await;
        for name in ["secret", "nosuch", "_id", "deletedAt"] {
            for operator in ["", "[exists]", "[in]"] {
                let message = format!("{name} is no member of this query");
                let path = format!("/users?{name}{operator}=s");
                let problem = api.get(&path).await.problem(400, json!([message]));
                assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"));
            }
        }
    }
}
