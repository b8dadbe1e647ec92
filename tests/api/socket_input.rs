//! What socket clients send that they should not: whatever it is, there is an answer, and the server serves on.

use serde_json::{Value, json};
use test_support::{NodeClient, Socket, binary, both_stores, embedded_store};

use crate::{
    http::builder,
    server::{PATIENCE, Server, connect, data, failed},
};

const EVENTS: [&str; 6] = [
    "create-one-user",
    "create-many-user",
    "update-one-user",
    "update-many-user",
    "duplicate-one-user",
    "get-one-user",
];

async fn answer(socket: &Socket, event: &str, arguments: Vec<Value>) -> Value {
    let ack = socket.emit_with_ack(event, arguments.clone(), PATIENCE).await;
    let mut ack = ack.unwrap_or_else(|| panic!("{event} with {arguments:?} was not answered"));
    assert_eq!(ack.len(), 1, "{event} with {arguments:?} was answered by {ack:?}");
    ack.remove(0)
}

#[tokio::test]
async fn payloads_of_any_type_are_answered_with_a_400() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        let payloads = [
            vec![],
            vec![Value::Null],
            vec![json!("text")],
            vec![json!(5)],
            vec![json!(-1.5e300)],
            vec![json!(true)],
            vec![json!([])],
            vec![json!([{ "name": "n", "email": "e" }])],
            vec![json!({ "$undefined": true })],
            vec![json!({}), json!({})],
            vec![json!({}), json!("more"), Value::Null],
            vec![binary("AAEC")],
            vec![json!({ "name": binary("AAEC"), "email": "e" })],
            vec![json!({ "name": { "_placeholder": true, "num": 0 }, "email": "e" })],
            vec![json!({ "id": { "_placeholder": true, "num": 0 }, "ids": 5 })],
        ];
        for event in EVENTS {
            for arguments in &payloads {
                let ack = answer(&socket, event, arguments.clone()).await;
                let status =
                    ack["statusCode"].as_u64().unwrap_or_else(|| panic!("{event} {arguments:?}: {ack}"));
                let is_id = arguments.first().is_some_and(|first| first.get("id").is_some());
                assert!(status == 400 || (is_id && status == 404), "{event} {arguments:?}: {ack}");
                assert_eq!(socket.wait_for("exception").await[0]["event"], event);
            }
        }
        // A query that is absent asks for everything; one that is no object is refused.
        for arguments in [vec![], vec![Value::Null], vec![json!({})]] {
            assert_eq!(data("get-many-user", answer(&socket, "get-many-user", arguments).await), json!([]));
        }
        for payload in [
            json!("text"),
            json!(5),
            json!([]),
            json!({ "page": 0 }),
            json!({ "$where": 1 }),
            json!({ "min": { "$ne": 0 } }),
        ] {
            for event in ["get-many-user", "aggregate-user"] {
                assert_eq!(
                    answer(&socket, event, vec![payload.clone()]).await["statusCode"],
                    400,
                    "{event} {payload}"
                );
            }
        }
        assert_eq!(
            data("get-many-user", answer(&socket, "get-many-user", vec![]).await),
            json!([]),
            "{}",
            store.name()
        );
    }
}

#[tokio::test]
async fn members_that_are_no_input() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        let socket = connect(&node, &server.url()).await;
        let cases = [
            ("/age", json!({ "age": "30" })),
            ("/age", json!({ "age": 9_223_372_036_854_775_808_u64 })),
            ("/admin", json!({ "admin": true })),
            ("/$set", json!({ "$set": { "name": "x" } })),
            ("/name.first", json!({ "name.first": "x" })),
            ("/ids", json!({ "ids": ["1"] })),
        ];
        for (pointer, members) in cases {
            let mut payload = json!({ "name": "n", "email": "e" });
            payload.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            let ack = answer(&socket, "create-one-user", vec![payload]).await;
            assert_eq!(
                (&ack["statusCode"], &ack["errors"][0]["pointer"]),
                (&json!(400), &json!(pointer)),
                "{ack}"
            );
        }
        let list = json!({ "list": [{ "name": "a", "email": "a" }, { "name": "b" }] });
        let ack = answer(&socket, "create-many-user", vec![list]).await;
        assert_eq!(ack["errors"][0]["pointer"], "/list/1/email");
        let many: Vec<String> = (0..200).map(|number| format!("{number:024x}")).collect();
        let ack = answer(&socket, "delete-many-user", vec![json!({ "ids": many })]).await;
        assert_eq!(ack["message"], json!(["ids must be at most 100"]));
        assert_eq!(
            data("get-many-user", answer(&socket, "get-many-user", vec![]).await),
            json!([]),
            "{}",
            store.name()
        );
    }
}

#[tokio::test]
async fn a_name_twice_is_refused_wherever_it_is() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let socket = connect(&node, &server.url()).await;
    let raw = [
        ("get-one-user", r#"{"id":"1","id":"2"}"#, "duplicate member id"),
        ("delete-many-user", r#"{"ids":["1"],"ids":["2"]}"#, "duplicate member ids"),
        ("create-one-user", r#"{"name":"a","name":"b","email":"e"}"#, "duplicate member name"),
        ("get-many-user", r#"{"page":1,"page":2}"#, "duplicate member page"),
    ];
    for (event, payload, message) in raw {
        socket.send_raw(&format!(r#"2["{event}",{payload}]"#)).await;
        let told = socket.wait_for("exception").await.remove(0);
        assert_eq!((&told["event"], &told["message"]), (&json!(event), &json!([message])), "{told}");
    }
}

#[tokio::test]
async fn an_id_that_is_null_is_none() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let socket = connect(&node, &server.url()).await;
    let events = [
        ("id", "get-one-user"),
        ("id", "update-one-user"),
        ("id", "delete-one-user"),
        ("ids", "update-many-user"),
        ("ids", "delete-many-user"),
    ];
    for (member, event) in events {
        for target in [json!({ member: null }), json!({})] {
            let ack = answer(&socket, event, vec![target]).await;
            let told = (&ack["statusCode"], &ack["message"]);
            assert_eq!(told, (&json!(400), &json!("Invalid query")), "{event}");
        }
    }
}

#[tokio::test]
async fn what_is_not_known_to_be_one_more_id_is_not_left_out_of_them() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let socket = connect(&node, &server.url()).await;
    let user = json!({ "name": "n", "email": "e" });
    let made = data("create-one-user", answer(&socket, "create-one-user", vec![user]).await);
    for stray in ["ids[1]", "ids[$ne]", "ids[", "ids.0"] {
        for event in ["update-many-user", "delete-many-user", "duplicate-many-user"] {
            let payload = json!({ "ids": [made["id"]], stray: { "$ne": "x" } });
            let ack = answer(&socket, event, vec![payload]).await;
            let message = format!("{stray} can't be in the payload of this event");
            assert_eq!((&ack["statusCode"], &ack["message"]), (&json!(400), &json!([message])), "{event}");
        }
    }
    assert_eq!(data("get-many-user", answer(&socket, "get-many-user", vec![]).await), json!([made]));
}

#[tokio::test]
async fn two_callbacks() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let socket = connect(&node, &server.url()).await;
    let user = json!({ "name": "n", "email": "e" });
    let (callback, ack) = socket.emit_with_two_callbacks("create-one-user", [user], PATIENCE).await.unwrap();
    assert_eq!((callback, &ack[0]["event"]), (2, &json!("create-one-user")));
    let (_, ack) = socket.emit_with_two_callbacks("get-many-user", [], PATIENCE).await.unwrap();
    assert_eq!(ack[0]["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_panic_is_a_500_of_that_call_alone() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let (socket, other) = (connect(&node, &server.url()).await, connect(&node, &server.url()).await);
    for event in ["panics", "panics-at-once"] {
        let ack = socket.call(event, json!({ "id": "1" })).await;
        failed(&socket, event, ack, 500, "Internal server error").await;
    }
    for socket in [socket, other] {
        assert_eq!(data("get-many-user", socket.call("get-many-user", json!({})).await), json!([]));
    }
}

#[tokio::test]
async fn messages_that_are_too_large_end_their_connection_alone() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let bystander = connect(&node, &server.url()).await;
    for transport in ["websocket", "polling"] {
        let socket = node.connect(&server.url(), json!({ "transports": [transport] })).await.unwrap();
        let fits = json!({ "name": "x".repeat(1_000_000), "email": transport });
        let stored = data("create-one-user", socket.call("create-one-user", fits).await);
        // An answer may be larger than what a client may send.
        let all = data("get-many-user", socket.call("get-many-user", json!({})).await);
        assert!(all.as_array().unwrap().contains(&stored));
        socket.emit("create-one-user", [json!({ "name": "x".repeat(2 << 20), "email": "large" })]).await;
        socket.wait_for("disconnect").await;
    }
    let users = data("get-many-user", bystander.call("get-many-user", json!({})).await);
    assert_eq!(users.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn frames_that_break_the_protocol_end_their_connection_alone() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let bystander = connect(&node, &server.url()).await;
    for frame in [
        "2",
        "2[]",
        "2[5]",
        "2{}",
        "2[\"create-one-user\"",
        "9",
        "5x-[]",
        "51-[\"get-many-user\"",
        "2[null,{}]",
    ] {
        let socket = connect(&node, &server.url()).await;
        socket.send_raw(frame).await;
        let _ =
            socket.emit_with_ack("get-many-user", [json!({})], std::time::Duration::from_millis(200)).await;
        assert_eq!(
            data("get-many-user", bystander.call("get-many-user", json!({})).await),
            json!([]),
            "{frame}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_calls_is_answered() {
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    for transport in ["websocket", "polling"] {
        let printed = test_support::node_script("flood.mjs", &[&server.url(), transport, "6000"]).await;
        let answered: Value = serde_json::from_str(&printed).unwrap();
        let all = answered["ok"].as_u64().unwrap() + answered["503"].as_u64().unwrap();
        assert_eq!(all, 6000, "{transport}: {answered}");
    }
}
