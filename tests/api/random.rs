//! Random requests and payloads: each is answered, none is a failure of the server.

use http::Method;
use serde_json::{Map, Value, json};
use test_support::{NodeClient, embedded_store};

use crate::{
    http::{Http, NOBODY, builder},
    server::{PATIENCE, Server, connect},
};

/// A generator of numbers (xorshift64), the same ones in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn value(&mut self, depth: usize) -> Value {
        let kinds = if depth == 0 { 9 } else { 11 };
        match self.below(kinds) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(1000)),
            3 => json!(u64::MAX - self.below(3) as u64),
            4 => json!(-0.0),
            5 => json!(1e300),
            6 => json!(NOBODY),
            7 => json!(self.pick(&["", "x", "\u{0}", "$gt", "a.b", "\u{1f980}", "123", "1e999", "null"])),
            8 => json!("x".repeat(self.below(500))),
            9 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => self.object(depth - 1),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        const NAMES: [&str; 16] = [
            "id",
            "ids",
            "list",
            "name",
            "email",
            "age",
            "secret",
            "page",
            "limit",
            "sort",
            "min",
            "$gt",
            "a.b",
            "",
            "__proto__",
            "_placeholder",
        ];
        let count = self.below(5);
        let members: Map<String, Value> =
            (0..count).map(|_| (self.pick(&NAMES).to_owned(), self.value(depth))).collect();
        Value::Object(members)
    }

    fn text(&mut self) -> String {
        let parts = [
            "ids",
            "id",
            "=",
            "&",
            "%",
            "%2",
            "%zz",
            "%00",
            "%FF",
            "%F0%9F%A6%80",
            "[",
            "]",
            "[0]",
            ",",
            "+",
            "?",
            "/",
            "$",
            ".",
            "page",
            "limit",
            "sort",
            "-",
            "0",
            "99999999999999999999",
            "name",
            NOBODY,
        ];
        (0..self.below(12)).map(|_| self.pick(&parts)).collect()
    }
}

#[tokio::test]
async fn requests() {
    let api = Http::over(&embedded_store()).await;
    let mut random = Random(0x5EED_1234_5678_9ABC);
    let paths =
        ["/users", "/users/", "/users/many", "/users/duplicate", "/users/stats", "/v1/shop/gadgets/special"];
    let methods = [
        Method::GET,
        Method::POST,
        Method::PATCH,
        Method::PUT,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
    ];
    for _ in 0..3000 {
        let (mut path, query) = (random.pick(&paths).to_owned(), random.text());
        if random.below(2) == 0 {
            path = format!("{path}/{}", random.text().replace(['?', '/'], ""));
        }
        let uri = format!("{path}?{query}");
        if uri.parse::<http::Uri>().is_err() {
            continue;
        }
        let (method, body) = (random.pick(&methods), random.value(3).to_string());
        let reply = api.text(method.clone(), &uri, body.clone()).await;
        assert!(reply.status.as_u16() < 500, "{method} {uri} {body}: {reply:?}");
    }
}

#[tokio::test]
async fn payloads() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let server = Server::of(builder(&store)).await;
    let socket = connect(&node, &server.url()).await;
    let mut random = Random(0xC0FF_EE12_3456_789A);
    let events: Vec<&str> = builder(&store)
        .routes()
        .iter()
        .filter(|route| route.entity == "User")
        .filter_map(|route| route.event)
        .collect();
    for _ in 0..40 {
        let calls = (0..50).map(|_| {
            let event = random.pick(&events);
            let payload = if random.below(3) == 0 { random.value(3) } else { random.object(3) };
            let socket = &socket;
            async move {
                let ack = socket.emit_with_ack(event, [payload.clone()], PATIENCE).await;
                let ack = ack.unwrap_or_else(|| panic!("{event} {payload} was not answered"));
                let failed = ack[0]["statusCode"].as_u64().is_some_and(|status| status >= 500);
                assert!(ack.len() == 1 && !failed, "{event} {payload}: {ack:?}");
            }
        });
        futures_util::future::join_all(calls.collect::<Vec<_>>()).await;
    }
}
