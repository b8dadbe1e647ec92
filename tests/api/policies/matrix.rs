//! Every kind of route and every account route, as each of five callers, over both transports and on both stores: the cells come
//! from the route table, the answers from `matrix.txt`, which is written by hand.

use axum::body::Body;
use bson::{Document, RawDocumentBuf, doc};
use dynamic_api::{
    AggregateQuery, DynamicApi, DynamicApiBuilder, Id, Store, dynamic_api,
    query::{Filter, Find},
};
use http::Request;
use serde_json::{Map, Value, json};
use test_support::TestStore;

use super::{
    everywhere,
    people::{People, Person},
    scopes::Draft,
    tenants::Ticket,
};
use crate::via::{Via, query_string};

/// Everybody reads it, its author and admins write it.
#[dynamic_api(
    path = "shelves",
    public,
    soft_delete,
    audit,
    unique(title),
    ability(writes = any_of(is_owner(author), has_role("admin"))),
    routes(
        get_many,
        get_one,
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        restore_one,
        restore_many,
        purge_one,
        batch,
        upsert_one,
        aggregate(query = Whole),
        audit(ability = has_role("admin")),
    )
)]
pub struct Shelf {
    pub title: String,
    #[api(from_user)]
    pub author: Id,
}

#[derive(serde::Deserialize)]
struct Whole {}

impl AggregateQuery for Whole {
    fn pipeline(&self) -> Vec<Document> {
        vec![]
    }
}

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Shelf>().resource::<Draft>().resource::<Ticket>()
}

/// The documents that a cell finds: the owner's, one of them deleted.
struct Targets {
    living: Id,
    gone: Id,
}

impl Targets {
    async fn of(collection: &str, owner: Id, store: &TestStore) -> Self {
        store.delete_many(collection, &Filter::All).await.unwrap();
        let targets = Self { living: Id::new(), gone: Id::new() };
        let now = bson::DateTime::now();
        let document = |id: Id, number: i32, text: &str| {
            let mut document = doc! { "_id": id, "title": text, "author": owner };
            match collection {
                "drafts" => document.extend(doc! { "slug": text, "open": false }),
                "tickets" => document.extend(doc! { "number": number, "organisation": "north" }),
                _ => {}
            }
            document.extend(doc! { "isDeleted": false, "createdAt": now, "updatedAt": now, "__v": 0 });
            document
        };
        let living = document(targets.living, 1, "living");
        let mut gone = document(targets.gone, 2, "gone");
        gone.extend(doc! { "isDeleted": true, "deletedAt": now });
        let raw = [living, gone].map(|document| RawDocumentBuf::try_from(&document).unwrap());
        store.insert(collection, &raw).await.unwrap();
        targets
    }
}

/// What a cell sends: what tells the documents, and all else.
struct Input {
    target: Value,
    members: Value,
}

/// What a caller sends to a kind of route: something that whoever may call it can do.
fn input(kind: &str, collection: &str, caller: Id, targets: &Targets) -> Input {
    let whole = |name: &str, number: i32| match collection {
        "drafts" => json!({ "title": name, "slug": name, "author": caller }),
        "tickets" => json!({ "number": number, "title": name }),
        _ => json!({ "title": name }),
    };
    let part = json!({ "title": "changed" });
    let (one, many) = (json!({ "id": targets.living }), json!({ "ids": [targets.living] }));
    let copy = match collection {
        "drafts" => json!({ "slug": "copy" }),
        "tickets" => json!({ "number": 3 }),
        _ => json!({ "title": "copy" }),
    };
    let (target, members) = match kind {
        "get_one" | "delete_one" | "audit" => (one, json!({})),
        "update_one" => (one, part),
        "replace_one" => (one, whole("replaced", 4)),
        "duplicate_one" => (one, copy),
        "update_many" => (many, part),
        "duplicate_many" => (many, copy),
        "delete_many" => (many, json!({})),
        "restore_one" | "purge_one" => (json!({ "id": targets.gone }), json!({})),
        "restore_many" => (json!({ "ids": [targets.gone] }), json!({})),
        "create_one" => (json!({}), whole("new", 5)),
        "create_many" => (json!({}), json!({ "list": [whole("new", 5), whole("newer", 6)] })),
        "upsert_one" => (json!({}), whole("living", 1)),
        "batch" => {
            (json!({}), json!({ "list": [{ "update": { "id": targets.living, "title": "changed" } }] }))
        }
        "get_many" | "aggregate" => (json!({}), json!({})),
        other => panic!("say what the matrix sends to {other}"),
    };
    Input { target, members }
}

/// What is sent to an account route: nothing that would make the caller another.
fn account_input(event: &str) -> Input {
    let nobody = "nobody@example.org";
    let (target, members) = match event {
        "auth-register" => (json!({}), json!({ "email": nobody })),
        "auth-login" => (json!({}), json!({ "email": nobody, "password": "a wrong one" })),
        "auth-update-account" => (json!({}), json!({ "role": "admin" })),
        "auth-reset-password" => (json!({}), json!({ "email": nobody })),
        "auth-change-password" => {
            (json!({}), json!({ "resetPasswordToken": "x", "newPassword": "long enough" }))
        }
        "auth-refresh-token" | "auth-logout" | "auth-logout-all" => {
            (json!({}), json!({ "refreshToken": "x" }))
        }
        "auth-end-session" => (json!({ "id": Id::new() }), json!({})),
        "auth-send-code" => (json!({}), json!({ "identifier": nobody })),
        "auth-verify-code" | "auth-verify-email" => {
            (json!({}), json!({ "identifier": nobody, "code": "000000" }))
        }
        "auth-mfa-confirm" | "auth-mfa-disable" => (json!({}), json!({ "code": "000000" })),
        "auth-mfa-login" => (json!({}), json!({ "mfaToken": "x", "code": "000000" })),
        "auth-get-account" | "auth-list-sessions" | "auth-mfa-enrol" => (json!({}), json!({})),
        other => panic!("say what the matrix sends to {other}"),
    };
    Input { target, members }
}

/// A route of the table.
struct Cells {
    name: String,
    /// Of an entity's route.
    collection: Option<String>,
    method: http::Method,
    path: String,
    event: &'static str,
}

/// The routes, by the names they have in the file.
fn routes() -> Vec<Cells> {
    let store = Store::from(dynamic_api::EmbeddedStore::in_memory().unwrap());
    let builder = DynamicApi::builder().store(store).web_socket_for_all().resource::<Person>();
    let auth = dynamic_api::AuthConfig::development();
    let table = resources(builder).auth::<Person>(auth).routes();
    let rows = table.iter().filter_map(|row| {
        let path = row.paths.first()?.clone();
        let event = row.event?;
        let collection = path.split('/').nth(1)?.to_owned();
        let is_of_accounts = collection == "auth";
        let is_tested = ["shelves", "drafts", "tickets", "auth"].contains(&&*collection);
        // Those at a sub_path have a test of their own.
        let is_plain = !path.contains("/open") && !event.contains("-open-");
        let name =
            if is_of_accounts { event.to_owned() } else { format!("{collection} {}", row.kind.name()) };
        let collection = (!is_of_accounts).then_some(collection);
        (is_tested && is_plain).then(|| Cells { name, collection, method: row.method.clone(), path, event })
    });
    rows.collect()
}

/// Calls, and tells what it came to: `ok`, how many rows or deletions, or the status of a failure.
async fn outcome(via: &Via, cells: &Cells, input: &Input) -> String {
    let (status, body) = match via {
        Via::Socket(socket) => {
            let mut payload = input.target.as_object().unwrap().clone();
            payload.extend(input.members.as_object().unwrap().clone());
            let ack = socket.call(cells.event, Value::Object(payload)).await;
            match ack.get("event") {
                Some(_) => (200, ack["data"].clone()),
                None => (ack["statusCode"].as_u64().unwrap(), ack),
            }
        }
        Via::Http(http) => over_http(http, None, cells, input).await,
        Via::Bearer(http, token) => over_http(http, Some(token), cells, input).await,
    };
    if status >= 300 {
        return status.to_string();
    }
    match (&body, &body["deletedCount"]) {
        (_, Value::Number(count)) => format!("ok:{count}"),
        (Value::Array(rows), _)
            if ["get_many", "aggregate"].iter().any(|kind| cells.name.ends_with(kind)) =>
        {
            format!("ok:{}", rows.len())
        }
        _ => "ok".to_owned(),
    }
}

async fn over_http(
    http: &crate::http::Http,
    token: Option<&str>,
    cells: &Cells,
    input: &Input,
) -> (u64, Value) {
    let id = input.target["id"].as_str().unwrap_or_default();
    let mut path = cells.path.replace("{id}", id).replace(":id", id);
    if let Some(ids) = input.target.get("ids") {
        let query = Map::from_iter([("ids".to_owned(), ids.clone())]);
        path = format!("{path}?{}", query_string(&query));
    }
    let mut request =
        Request::builder().method(&cells.method).uri(path).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let has_body = cells.method != http::Method::GET && input.members != json!({});
    let body = if has_body { Body::from(input.members.to_string()) } else { Body::empty() };
    let reply = http.send(request.body(body).unwrap()).await;
    (reply.status.as_u16().into(), serde_json::from_str(&reply.text).unwrap_or_default())
}

/// The answers that are expected, by the names of routes.
fn expected() -> Vec<(String, Vec<String>)> {
    let rows = include_str!("matrix.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let row = |line: &str| {
        let (name, answers) = line.split_once('|').unwrap();
        (name.trim().to_owned(), answers.split_whitespace().map(str::to_owned).collect())
    };
    rows.map(row).collect()
}

#[tokio::test]
async fn each_cell_is_answered_as_the_table_says() {
    let (routes, expected) = (&routes(), &expected());
    let names: Vec<&str> = routes.iter().map(|cells| &*cells.name).collect();
    let told: Vec<&str> = expected.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, told, "the routes there are, and those of matrix.txt");
    everywhere(resources, async |people, store| {
        let mut wrong = vec![];
        for (cells, (name, expected)) in routes.iter().zip(expected) {
            let mut answers = vec![];
            for (via, caller) in people.all() {
                answers.push(answer(via, caller, cells, people, store).await);
            }
            if answers != *expected {
                wrong.push(format!("{name}: expected {expected:?}, answered {answers:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}

async fn answer(via: &Via, caller: Id, cells: &Cells, people: &People, store: &TestStore) -> String {
    let Some(collection) = &cells.collection else {
        return outcome(via, cells, &account_input(cells.event)).await;
    };
    let targets = Targets::of(collection, people.owner_id, store).await;
    let before = store.find(collection, &Find::new(Filter::All)).await.unwrap();
    let kind = cells.name.split(' ').nth(1).unwrap();
    let answer = outcome(via, cells, &input(kind, collection, caller, &targets)).await;
    if !answer.starts_with("ok") || answer == "ok:0" {
        let after = store.find(collection, &Find::new(Filter::All)).await.unwrap();
        assert_eq!(before, after, "{} changed something, and answered {answer}", cells.name);
    }
    answer
}
