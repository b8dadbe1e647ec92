//! One way to call routes over either transport, so that a test says once what both are to answer.

use axum::body::Body;
use dynamic_api::DynamicApiBuilder;
use http::{Method, Request};
use serde_json::{Map, Value, json};
use test_support::{NodeClient, Socket, TestStore, both_stores};

use crate::{
    http::{Http, Reply},
    server::{Server, connect},
};

/// A client over one of the transports.
pub enum Via {
    Http(Http),
    /// Over HTTP with an access token.
    Bearer(Http, String),
    Socket(Socket),
}

/// What a call came to, whatever it was sent by.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// `{page, limit, nextCursor, total}`; over HTTP as far as headers say it.
    pub meta: Value,
    /// The response, where it came over HTTP.
    pub http: Option<Reply>,
}

impl Answer {
    /// The body of a call that succeeded.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status < 300, "{self:?}");
        self.body
    }

    /// Checks that the call failed so.
    #[track_caller]
    pub fn refused(&self, status: u16, message: impl Into<Value>) {
        assert_eq!((self.status, &self.body["message"]), (status, &message.into()), "{self:?}");
    }

    /// The members that a refusal of invalid input names.
    #[track_caller]
    pub fn pointers(&self) -> Vec<&str> {
        assert_eq!(self.status, 400, "{self:?}");
        self.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect()
    }
}

/// Runs a test over both transports and on both stores, each time with a fresh store.
pub async fn everywhere(builder: fn(&TestStore) -> DynamicApiBuilder, test: impl AsyncFn(&Via, &TestStore)) {
    for store in both_stores().await {
        test(&Via::Http(Http(builder(&store).build().await.unwrap())), &store).await;
    }
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let server = Server::of(builder(&store)).await;
        test(&Via::Socket(connect(&node, &server.url()).await), &store).await;
    }
}

/// A route: its kind, the path of its entity, the words behind the kind in its event, and its sub_path. Of a custom one the kind is
/// `custom POST`, and `event` is all of its event.
#[derive(Clone, Copy)]
pub struct Route<'a> {
    pub kind: &'a str,
    pub path: &'a str,
    pub event: &'a str,
    pub sub_path: &'a str,
}

/// What the kind of a custom route starts with.
const CUSTOM: &str = "custom ";

/// A custom route: its method as in `custom POST`, the path of its entity, its own, and its event.
pub fn custom<'a>(kind: &'a str, path: &'a str, sub_path: &'a str, event: &'a str) -> Route<'a> {
    Route { kind, path, event, sub_path }
}

/// A route of an entity without a sub_path.
pub fn route<'a>(kind: &'a str, path: &'a str, event: &'a str) -> Route<'a> {
    Route { kind, path, event, sub_path: "" }
}

impl Via {
    /// A client over HTTP, with an access token where it has one.
    pub fn caller(http: Http, token: Option<String>) -> Self {
        match token {
            Some(token) => Self::Bearer(http, token),
            None => Self::Http(http),
        }
    }

    /// Calls a route with an input as it is sent over a socket; over HTTP its members go where they belong.
    pub async fn call(&self, route: Route<'_>, input: Value) -> Answer {
        match self {
            Self::Socket(socket) => {
                let sub =
                    if route.sub_path.is_empty() { String::new() } else { format!("{}-", route.sub_path) };
                let event = match route.kind.starts_with(CUSTOM) {
                    true => route.event.to_owned(),
                    false => format!("{}-{sub}{}", route.kind.replace('_', "-"), route.event),
                };
                let ack = socket.call(&event, input).await;
                // Told by an event as well, which is to be there for the next call's.
                let status = ack["statusCode"].as_u64().unwrap_or(200);
                if ack.get("event").is_none() {
                    socket.wait_for("exception").await;
                    return Answer {
                        status: u16::try_from(status).unwrap(),
                        body: ack,
                        meta: json!({}),
                        http: None,
                    };
                }
                Answer { status: 200, body: ack["data"].clone(), meta: ack["meta"].clone(), http: None }
            }
            Self::Http(http) => over_http(http, None, route, input).await,
            Self::Bearer(http, token) => over_http(http, Some(token), route, input).await,
        }
    }
}

async fn over_http(http: &Http, token: Option<&str>, route: Route<'_>, input: Value) -> Answer {
    let mut members = input.as_object().cloned().unwrap_or_default();
    let take = |members: &mut Map<String, Value>, name: &str| members.shift_remove(name);
    let base = format!("/{}", route.path);
    let sub = if route.sub_path.is_empty() { String::new() } else { format!("/{}", route.sub_path) };
    let (method, path) = match route.kind {
        "get_many" | "aggregate" if !sub.is_empty() => (Method::GET, format!("{base}{sub}")),
        "get_many" => (Method::GET, base),
        "aggregate" => (Method::GET, format!("{base}/aggregate")),
        "get_one" => (Method::GET, format!("{base}{sub}/{}", id(take(&mut members, "id")))),
        "create_one" => (Method::POST, format!("{base}{sub}")),
        "create_many" => (Method::POST, format!("{base}/many{sub}")),
        "update_one" => (Method::PATCH, format!("{base}/{}{sub}", id(take(&mut members, "id")))),
        "replace_one" => (Method::PUT, format!("{base}/{}{sub}", id(take(&mut members, "id")))),
        "upsert_one" => (Method::PUT, format!("{base}{sub}")),
        "delete_one" => (Method::DELETE, format!("{base}/{}{sub}", id(take(&mut members, "id")))),
        "duplicate_one" => (Method::POST, format!("{base}/duplicate/{}{sub}", id(take(&mut members, "id")))),
        "restore_one" => (Method::POST, format!("{base}/restore/{}{sub}", id(take(&mut members, "id")))),
        "purge_one" => (Method::DELETE, format!("{base}/purge/{}{sub}", id(take(&mut members, "id")))),
        "batch" => (Method::POST, format!("{base}/batch{sub}")),
        "audit" => (Method::GET, format!("{base}/{}/audit{sub}", id(take(&mut members, "id")))),
        kind if kind.starts_with(CUSTOM) => {
            let method = kind.trim_start_matches(CUSTOM).parse().unwrap();
            let path = match route.sub_path.strip_prefix(":id") {
                Some(behind) => format!("{base}/{}{behind}", id(take(&mut members, "id"))),
                None => match take(&mut members, "ids") {
                    Some(ids) => format!("{base}{sub}?{}", query_string(&Map::from_iter([joined(&ids)]))),
                    None => format!("{base}{sub}"),
                },
            };
            (method, path)
        }
        kind => {
            let (method, front) = match kind {
                "update_many" => (Method::PATCH, ""),
                "delete_many" => (Method::DELETE, ""),
                "restore_many" => (Method::POST, "/restore"),
                "duplicate_many" => (Method::POST, "/duplicate"),
                other => panic!("{other} is not called by these tests"),
            };
            let ids = take(&mut members, "ids").unwrap_or_default();
            let ids: Vec<String> = ids.as_array().unwrap().iter().map(|one| id(Some(one.clone()))).collect();
            (method, format!("{base}{front}{sub}?ids={}", ids.join(",")))
        }
    };
    let (content_type, body) = match (members.shift_remove("mergePatch"), members.shift_remove("jsonPatch")) {
        (Some(patch), _) => ("application/merge-patch+json", patch),
        (_, Some(patch)) => ("application/json-patch+json", patch),
        _ => ("application/json", Value::Object(members.clone())),
    };
    let is_read = method == Method::GET;
    let path = if is_read { format!("{path}?{}", query_string(&members)) } else { path };
    let mut request = Request::builder().method(method).uri(path).header("content-type", content_type);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = if is_read || body == json!({}) { Body::empty() } else { Body::from(body.to_string()) };
    let reply = http.send(request.body(body).unwrap()).await;
    let text = |name: &str| (!reply.header(name).is_empty()).then(|| reply.header(name).to_owned());
    let mut meta = json!({});
    if let Some(cursor) = text("x-next-cursor") {
        meta["nextCursor"] = cursor.into();
    }
    if let Some(total) = text("x-total-count") {
        meta["total"] = total.parse::<u64>().unwrap().into();
    }
    let body = serde_json::from_str(&reply.text).unwrap_or(Value::Null);
    Answer { status: reply.status.as_u16(), body, meta, http: Some(reply) }
}

fn id(value: Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text,
        other => other.unwrap_or_default().to_string(),
    }
}

/// `ids=a,b`, whatever the ids are.
fn joined(ids: &Value) -> (String, Value) {
    let texts = ids.as_array().unwrap().iter().map(|one| id(Some(one.clone())));
    ("ids".to_owned(), texts.collect::<Vec<_>>().join(",").into())
}

/// A query as it is written in an address: `{price: {gte: 1}}` is `price[gte]=1`, and a list is `name[0]=..`.
pub fn query_string(members: &Map<String, Value>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in members {
        append(&mut pairs, name.clone(), value);
    }
    pairs.finish()
}

fn append(pairs: &mut form_urlencoded::Serializer<'_, String>, name: String, value: &Value) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(member, value)| append(pairs, format!("{name}[{member}]"), value));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| append(pairs, format!("{name}[{index}]"), item));
        }
        Value::String(text) => drop(pairs.append_pair(&name, text)),
        other => drop(pairs.append_pair(&name, &other.to_string())),
    }
}
