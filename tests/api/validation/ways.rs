//! Every way of writing meets the rules of fields, and tells all that is wrong at once.

use serde_json::{Value, json};

use super::{entities::builder, event, events, found, stored, with};
use crate::via::{Route, Via, everywhere};

/// Members with everything wrong that can be: types, names, and rules.
fn wrong() -> Value {
    json!({
        "code": "A", "title": "😀😀😀😀😀😀", "price": "free", "seats": -1, "tags": ["x", 5, "é", "yy"],
        "host": { "mail": "nobody", "site": "nowhere" }, "guests": [{ "mail": "a@b.c" }, { "mail": 5, "site": "x" }],
        "byRole": { "chair": { "mail": "a@here.org" } }, "colour": "red", "notBefore": "2026-05-01T10:00:00.000Z",
    })
}

/// What is wrong with them, behind what is told of names first.
const WRONG: [(&str, &str); 15] = [
    ("/code", "length"),
    ("/code", "pattern"),
    ("/title", "length"),
    ("/price", "type"),
    ("/seats", "range"),
    ("/seats", "even"),
    ("/tags/1", "type"),
    ("/tags", "length"),
    ("/tags/0", "length"),
    ("/tags/2", "length"),
    ("/tags/2", "ascii"),
    ("/host/mail", "email"),
    ("/host/site", "url"),
    ("/guests/1/mail", "type"),
    ("/guests/1/site", "url"),
];

fn told(at: &str, missing: bool) -> Vec<(String, String)> {
    let names = [("/colour", "unknown"), ("/notBefore", "readOnly")];
    let required = [("/starts", "required"), ("/ends", "required")];
    let required = if missing { &required[..] } else { &[] };
    let last = [("/byRole/chair/mail", "far")];
    let all = names.iter().chain(required).chain(&WRONG).chain(&last);
    all.map(|(pointer, code)| (format!("{at}{pointer}"), (*code).to_owned())).collect()
}

async fn refused(via: &Via, route: Route<'_>, input: Value, expected: Vec<(String, String)>) {
    let answer = via.call(route, input).await;
    let found: Vec<(String, String)> =
        found(&answer).into_iter().map(|(pointer, code)| (pointer.to_owned(), code.to_owned())).collect();
    assert_eq!(found, expected, "{}", route.kind);
}

fn and(mut members: Value, name: &str, value: Value) -> Value {
    members[name] = value;
    members
}

#[tokio::test]
async fn names_types_and_rules_are_told_at_once_by_every_way_of_writing() {
    everywhere(builder, async |via, _| {
        let id = stored(via, "one").await;
        refused(via, events("create_one"), wrong(), told("", true)).await;
        refused(via, events("replace_one"), and(wrong(), "id", id.clone()), told("", true)).await;
        refused(via, events("upsert_one"), wrong(), told("", true)).await;
        refused(via, events("update_one"), and(wrong(), "id", id.clone()), told("", false)).await;
        refused(via, events("update_many"), and(wrong(), "ids", json!([id])), told("", false)).await;
        refused(via, events("duplicate_one"), and(wrong(), "id", id.clone()), told("", false)).await;
        let list = json!({ "list": [event("two"), wrong(), event("three"), { "title": "" }] });
        let mut expected = told("/list/1", true);
        let missing = ["code", "price", "starts", "ends"];
        expected.extend(missing.map(|name| (format!("/list/3/{name}"), "required".to_owned())));
        expected.push(("/list/3/title".to_owned(), "length".to_owned()));
        refused(via, events("create_many"), list, expected).await;
        let batch = json!({ "list": [{ "create": wrong() }, { "update": and(wrong(), "id", id.clone()) }] });
        let mut expected = told("/list/0/create", true);
        expected.extend(told("/list/1/update", false));
        refused(via, events("batch"), batch, expected).await;
        let kept = via.call(events("get_one"), json!({ "id": id })).await.ok();
        assert_eq!(kept["title"], "Talk");
    })
    .await;
}

#[tokio::test]
async fn a_batch_of_items_each_for_itself_tells_each_its_own() {
    everywhere(builder, async |via, _| {
        let list = json!([{ "create": event("one") }, { "create": with("two", json!({ "title": "" })) }]);
        let done = via.call(events("batch"), json!({ "list": list, "atomic": false })).await.ok();
        assert_eq!((&done[0]["status"], &done[1]["status"]), (&json!(201), &json!(400)), "{done}");
        assert!(done[1].to_string().contains("title must have 1 to 5 characters"), "{done}");
    })
    .await;
}

#[tokio::test]
async fn updates_are_judged_by_what_is_sent() {
    everywhere(builder, async |via, store| {
        let id = stored(via, "one").await;
        // Written before the rules were.
        let oid = bson::oid::ObjectId::parse_str(id.as_str().unwrap()).unwrap();
        let filter = dynamic_api::query::Filter::eq("_id", oid);
        let update = dynamic_api::query::Update::default().set("title", "far too long a title");
        store.store().update_one("events", &filter, &update).await.unwrap();
        let changed = via.call(events("update_one"), json!({ "id": id, "price": 5 })).await.ok();
        assert_eq!(
            (&changed["title"], &changed["price"].as_f64()),
            (&json!("far too long a title"), &Some(5.0))
        );
        let answer = via.call(events("update_one"), json!({ "id": id, "title": "far too long" })).await;
        assert_eq!(found(&answer), [("/title", "length")]);
        let cleared = via.call(events("update_one"), json!({ "id": id, "seats": null, "host": null })).await;
        assert_eq!(cleared.status, 200, "{cleared:?}");
    })
    .await;
}

#[tokio::test]
async fn patches_are_judged_by_what_they_make() {
    everywhere(builder, async |via, _| {
        let id = stored(via, "one").await;
        let host = json!({ "mail": "a@b.c", "site": "http://a.b" });
        let members = json!({ "id": id, "host": host, "tags": ["aa", "bb"] });
        via.call(events("update_one"), members).await.ok();
        let merge = async |patch: Value| {
            via.call(events("update_one"), json!({ "id": id, "mergePatch": patch })).await
        };
        let answer = merge(json!({ "title": "", "price": 100, "host": { "mail": "x" } })).await;
        assert_eq!(found(&answer), [("/title", "length"), ("/price", "range"), ("/host/mail", "email")]);
        assert_eq!(merge(json!({ "host": { "site": null } })).await.status, 200);

        let patch = async |patch: Value| {
            via.call(events("update_one"), json!({ "id": id, "jsonPatch": patch })).await
        };
        let add = |path: &str, value: Value| json!({ "op": "add", "path": path, "value": value });
        let answer = patch(json!([add("/title", json!("")), add("/price", json!(-1))])).await;
        assert_eq!(found(&answer), [("/0/value", "length"), ("/1/value", "range")]);
        assert_eq!(found(&patch(json!([add("/host/mail", json!("x"))])).await), [("/0/value", "email")]);
        assert_eq!(found(&patch(json!([add("/tags/0", json!("x"))])).await), [("/0/value", "length")]);
        assert_eq!(found(&patch(json!([add("/tags/-", json!("x"))])).await), [("/0/path", "length")]);
        assert_eq!(patch(json!([add("/tags/-", json!("cc"))])).await.status, 200);
        // The list is judged as it becomes.
        assert_eq!(found(&patch(json!([add("/tags/-", json!("dd"))])).await).len(), 1);
        let copied =
            json!([{ "op": "copy", "from": "/code", "path": "/title" }, add("/title", json!("toolong"))]);
        assert_eq!(found(&patch(copied).await), [("/1/value", "length")]);
    })
    .await;
}

#[tokio::test]
async fn what_a_body_of_its_own_makes_is_judged_too() {
    everywhere(builder, async |via, _| {
        let short = |kind| Route { sub_path: "short", ..events(kind) };
        let at = "2026-05-01T10:00:00.000Z";
        assert!(via.call(short("create_one"), json!({ "name": "abc", "at": at })).await.status < 300);
        let answer = via.call(short("create_one"), json!({ "name": "ABCDEF", "at": at })).await;
        assert_eq!(found(&answer), [("/code", "pattern"), ("/title", "length")]);
        let id = stored(via, "one").await;
        let rename = Route { sub_path: "rename", ..events("update_one") };
        let answer = via.call(rename, json!({ "id": id, "to": "" })).await;
        assert_eq!(found(&answer), [("/title", "length")]);
        assert_eq!(via.call(rename, json!({ "id": id, "to": "new" })).await.ok()["title"], "new");
    })
    .await;
}
