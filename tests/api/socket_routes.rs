//! Every kind of route over Socket.IO, by the official client, on both stores and both transports.

use serde_json::{Value, json};
use test_support::{NodeClient, Socket, both_stores};

use crate::{
    http::{NOBODY, builder},
    server::{PATIENCE, Server, connect, data, failed},
};

async fn user(socket: &Socket, name: &str) -> (Value, Value) {
    let payload = json!({ "name": name, "email": format!("{name}@example.com"), "age": 30 });
    let user = data("create-one-user", socket.call("create-one-user", payload).await);
    let id = user["id"].clone();
    (user, id)
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_kind_is_acknowledged_with_event_and_data() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        for transport in ["websocket", "polling"] {
            let socket = node.connect(&server.url(), json!({ "transports": [transport] })).await.unwrap();
            let call = async |event: &str, payload: Value| data(event, socket.call(event, payload).await);
            let (ada, id) = user(&socket, "ada").await;
            let keys: Vec<&String> = ada.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["id", "name", "email", "age", "createdAt", "updatedAt"]);
            assert_eq!(call("get-one-user", json!({ "id": id })).await, ada);
            let list = json!({ "list": [{ "name": "b", "email": "b" }, { "name": "c", "email": "c" }] });
            let created = call("create-many-user", list).await;
            let (b, c) = (&created[0]["id"], &created[1]["id"]);

            let page = socket.call("get-many-user", json!({ "limit": 2, "sort": "-name" })).await;
            assert_eq!(names(&page["data"]), ["c", "b"]);
            let meta = &page["meta"];
            assert_eq!((&meta["page"], &meta["limit"]), (&json!(1), &json!(2)));
            assert!(meta["nextCursor"].is_string() && meta.get("total").is_none(), "{meta}");
            let keys: Vec<&String> = page.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["event", "data", "meta"]);
            assert_eq!(call("get-many-user", Value::Null).await.as_array().unwrap().len(), 3);

            let updated = call("update-one-user", json!({ "id": id, "name": "Ada" })).await;
            assert_eq!((&updated["name"], &updated["email"]), (&json!("Ada"), &ada["email"]));
            let updated = call("update-many-user", json!({ "ids": [b, c], "age": 5 })).await;
            assert_eq!((&updated[0]["age"], &updated[1]["age"]), (&json!(5), &json!(5)));
            let both = format!("{},{}", c.as_str().unwrap(), b.as_str().unwrap());
            assert_eq!(names(&call("update-many-user", json!({ "ids": both, "age": 6 })).await), ["c", "b"]);
            let replaced = call("replace-one-user", json!({ "id": id, "name": "Eve", "email": "eve" })).await;
            assert_eq!((replaced.get("age"), &replaced["createdAt"]), (None, &ada["createdAt"]));
            let copy = call("duplicate-one-user", json!({ "id": id, "email": "copy" })).await;
            assert_eq!((&copy["name"], &copy["email"]), (&json!("Eve"), &json!("copy")));
            assert_ne!(copy["id"], id);
            let copies = call("duplicate-many-user", json!({ "ids": [id], "email": "copies" })).await;
            assert_eq!(copies[0]["email"], "copies");

            let rows = call("aggregate-user", json!({ "min": 6 })).await;
            assert_eq!(rows, json!([{ "name": "b", "age": 6 }, { "name": "c", "age": 6 }]));
            let pages = call("aggregate-pages-user", json!({ "page": 2 })).await;
            assert_eq!(pages["totalPage"].as_u64(), pages["count"].as_u64().map(|count| count.div_ceil(2)));
            let stats = call("aggregate-stats-user", json!({})).await;
            assert_eq!(stats, json!({ "list": ["b", "c"], "count": 2, "totalPage": 1 }));

            assert_eq!(call("delete-one-user", json!({ "id": id })).await, json!({ "deletedCount": 1 }));
            let left = call("get-many-user", json!({})).await;
            let left: Vec<&Value> = left.as_array().unwrap().iter().map(|user| &user["id"]).collect();
            let count = left.len();
            assert_eq!(
                call("delete-many-user", json!({ "ids": left })).await,
                json!({ "deletedCount": count })
            );
            assert_eq!(socket.received("exception").await, Vec::<Vec<Value>>::new(), "{}", store.name());
        }
    }
}

#[tokio::test]
async fn a_call_without_a_callback_is_answered_by_the_event() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        let other = connect(&node, &server.url()).await;
        socket.emit("create-one-user", [json!({ "name": "ada", "email": "e" })]).await;
        let told = socket.wait_for("create-one-user").await;
        assert_eq!((told.len(), &told[0]["name"]), (1, &json!("ada")));
        socket.emit("get-many-user", []).await;
        assert_eq!(socket.wait_for("get-many-user").await, [json!([told[0]])]);
        socket.emit("get-one-user", [json!({ "id": NOBODY })]).await;
        let exception = socket.wait_for("exception").await.remove(0);
        assert_eq!(
            (&exception["event"], &exception["message"]),
            (&"get-one-user".into(), &"Document not found".into())
        );
        // The caller alone is answered.
        other.call("get-many-user", json!({})).await;
        assert_eq!(other.received("create-one-user").await, Vec::<Vec<Value>>::new());
    }
}

#[tokio::test]
async fn failures_are_acknowledged_and_told_by_an_exception() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        let (ada, id) = user(&socket, "ada").await;
        let not_found: [(&str, Value, &str); 7] = [
            ("get-one-user", json!({ "id": NOBODY }), "Document not found"),
            ("get-one-user", json!({ "id": "123" }), "User not found"),
            ("get-one-user", json!({ "id": { "$ne": null } }), "User not found"),
            ("update-one-user", json!({ "id": 5, "name": "x" }), "User not found"),
            ("update-many-user", json!({ "ids": [id, NOBODY], "age": 1 }), "Document not found"),
            ("update-many-user", json!({ "ids": [id, { "$gt": "" }], "age": 1 }), "User not found"),
            ("duplicate-one-user", json!({ "id": NOBODY }), "Document not found"),
        ];
        for (event, payload, message) in not_found {
            failed(&socket, event, socket.call(event, payload).await, 404, message).await;
        }
        let event = "create-one-user";
        let ack = socket.call(event, json!({ "name": "x", "email": "ada@example.com" })).await;
        failed(&socket, event, ack, 409, "email 'ada@example.com' is already used").await;
        let ack = socket.call(event, json!({ "name": 1, "email": "x" })).await;
        let problem = failed(&socket, event, ack, 400, json!(["name must be a string"])).await;
        assert_eq!(problem["errors"][0]["pointer"], "/name");
        for (event, payload) in [
            ("get-one-user", json!({})),
            ("update-many-user", json!({ "age": 1 })),
            ("update-many-user", json!({ "ids": [], "age": 1 })),
            ("delete-many-user", json!({})),
            ("delete-one-user", json!({})),
        ] {
            failed(&socket, event, socket.call(event, payload).await, 400, "Invalid query").await;
        }
        let ack = socket.call("update-one-user", json!({ "id": id })).await;
        failed(&socket, "update-one-user", ack, 400, "Invalid request body").await;
        let ack = socket.call("no-such-event", json!({})).await;
        failed(&socket, "no-such-event", ack, 404, "Cannot find event no-such-event").await;
        // Without a callback the exception is all there is.
        socket.emit("no-such-event", []).await;
        assert_eq!(socket.wait_for("exception").await[0]["statusCode"], 404);
        assert_eq!(
            data("delete-one-user", socket.call("delete-one-user", json!({ "id": "1" })).await)["deletedCount"],
            0
        );
        let unchanged = data("get-one-user", socket.call("get-one-user", json!({ "id": id })).await);
        assert_eq!(unchanged, ada, "{}", store.name());
    }
}

#[tokio::test]
async fn events_are_in_the_namespaces_that_name_them() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let shop = connect(&node, &format!("{}/shop", server.url())).await;
        let gadget = json!({ "name": "a" });
        let created =
            data("create-one-special-gadget", shop.call("create-one-special-gadget", gadget.clone()).await);
        let ack = shop.call("create-one-gadget-v2", gadget.clone()).await;
        failed(&shop, "create-one-gadget-v2", ack, 404, "Cannot find event create-one-gadget-v2").await;
        let admin = connect(&node, &format!("{}/admin", server.url())).await;
        data("create-one-gadget-v2", admin.call("create-one-gadget-v2", gadget).await);
        let list = data("get-many-gadget", shop.call("get-many-gadget", json!({})).await);
        assert_eq!((list.as_array().unwrap().len(), &list[0]), (2, &created));
        // Note says nothing of sockets, and nor does the application.
        let root = connect(&node, &server.url()).await;
        let ack = root.call("get-many-note", json!({})).await;
        failed(&root, "get-many-note", ack, 404, "Cannot find event get-many-note").await;
        let nowhere = node.connect(&format!("{}/nowhere", server.url()), json!({})).await.unwrap_err();
        assert_eq!(nowhere.message, "Invalid namespace");
    }
}

#[tokio::test]
async fn an_application_can_put_all_entities_on_sockets() {
    let node = NodeClient::start().await;
    let store = test_support::embedded_store();
    let server = Server::of(builder(&store).web_socket_for_all()).await;
    let socket = connect(&node, &server.url()).await;
    let note = data(
        "create-one-note",
        socket.call("create-one-note", json!({ "title": "t", "author": NOBODY })).await,
    );
    assert_eq!(data("get-many-note", socket.call("get-many-note", json!({})).await), json!([note]));
    // A route's own "no" wins.
    let ack = socket.call("delete-one-note", json!({ "id": note["id"] })).await;
    failed(&socket, "delete-one-note", ack, 404, "Cannot find event delete-one-note").await;
}

#[tokio::test]
async fn one_sockets_writes_keep_their_order() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        let (_, id) = user(&socket, "ada").await;
        for age in 0..50 {
            socket.emit("update-one-user", [json!({ "id": id, "age": age })]).await;
            // One that is refused at once does not let the next one overtake.
            socket.emit("update-one-user", [json!(age)]).await;
        }
        let last = socket.call("update-one-user", json!({ "id": id, "name": "last" })).await;
        assert_eq!(data("update-one-user", last)["age"], 49, "{}", store.name());
        for age in 0..50 {
            assert_eq!(socket.wait_for("update-one-user").await[0]["age"], age);
        }
    }
}

#[tokio::test]
async fn hundreds_of_calls_at_once_are_all_answered() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        for transport in ["websocket", "polling"] {
            let socket = node.connect(&server.url(), json!({ "transports": [transport] })).await.unwrap();
            let calls = (0..500).map(|number| {
                let socket = &socket;
                async move {
                    let event = if number % 2 == 0 { "get-many-user" } else { "no-such-event" };
                    socket.emit_with_ack(event, [json!({})], PATIENCE).await.unwrap()
                }
            });
            let answers = futures_util::future::join_all(calls).await;
            assert!(answers.iter().all(|answer| answer.len() == 1), "{transport} on {}", store.name());
        }
    }
}
