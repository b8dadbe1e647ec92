//! Who changed what and when, told with the change and shown to those who may see it.

use dynamic_api::{
    AuthConfig, DynamicApi, DynamicApiBuilder, Password, Ref, Store, dynamic_api,
    query::{Filter, Find},
    store::MongoStore,
};
use serde_json::{Value, json};
use test_support::{Mongod, TestStore, Topology, both_stores};

use crate::{
    commands::Watched,
    http::Http,
    policies::{
        everywhere,
        people::{Person, made},
    },
    via::{Route, Via, route},
};

#[dynamic_api(
    path = "deals",
    soft_delete,
    audit(retention = "90d"),
    cascade(Clause.deal),
    routes(
        get_one,
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        upsert_one,
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        restore_one,
        restore_many,
        purge_one,
        batch,
        audit(ability = has_role("admin"), sub_path = "all"),
        audit(ability = is_owner(seller)),
    )
)]
pub struct Deal {
    #[api(unique)]
    pub title: String,
    #[api(hidden)]
    pub margin: Option<String>,
    #[api(write_only)]
    pub pin: Option<String>,
    #[api(protected(read = has_role("admin")))]
    pub price: Option<i32>,
    #[api(from_user)]
    pub seller: dynamic_api::Id,
}

/// Told as well, where it goes with its deal.
#[dynamic_api(path = "clauses", audit, routes(create_one, audit(ability = has_role("admin"))))]
pub struct Clause {
    #[api(index)]
    pub deal: Ref<Deal>,
}

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Deal>().resource::<Clause>()
}

const fn deals(kind: &str) -> Route<'_> {
    Route { kind, path: "deals", event: "deal", sub_path: "" }
}

const OWN: Route<'_> = deals("audit");
const ALL: Route<'_> = Route { sub_path: "all", ..deals("audit") };

/// What every entry is stored as, in full.
async fn stored(store: &TestStore, collection: &str) -> Vec<bson::Document> {
    let found = store.find(collection, &Find::new(Filter::All)).await.unwrap();
    found.iter().map(|entry| bson::Document::try_from(&**entry).unwrap()).collect()
}

fn kinds(entries: &Value) -> Vec<&str> {
    entries.as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_write_is_told_and_nothing_hidden_in_clear() {
    everywhere(resources, async |people, store| {
        let (owner, admin) = (&people.owner, &people.admin);
        let secrets = json!({ "title": "a", "margin": "much-margin", "pin": "secret-pin" });
        let id = made(owner, deals("create_one"), secrets).await;
        admin.call(deals("update_one"), json!({ "id": id, "price": 777_123 })).await.ok();
        owner.call(deals("update_one"), json!({ "id": id, "pin": "other-pin" })).await.ok();
        owner.call(deals("update_many"), json!({ "ids": [id], "title": "b" })).await.ok();
        owner.call(deals("replace_one"), json!({ "id": id, "title": "c" })).await.ok();
        owner.call(deals("upsert_one"), json!({ "title": "c" })).await.ok();
        owner.call(deals("delete_one"), json!({ "id": id })).await.ok();
        owner.call(deals("restore_one"), json!({ "id": id })).await.ok();
        let batch =
            json!({ "list": [{ "update": { "id": id, "title": "d" } }, { "create": { "title": "e" } }] });
        owner.call(deals("batch"), batch).await.ok();
        owner.call(deals("duplicate_one"), json!({ "id": id, "title": "f" })).await.ok();

        let told = admin.call(ALL, json!({ "id": id })).await.ok();
        let expected = [
            "batch",
            "restore_one",
            "delete_one",
            "upsert_one",
            "replace_one",
            "update_many",
            "update_one",
            "update_one",
            "create_one",
        ];
        assert_eq!(kinds(&told), expected, "{}", store.name());
        let (created, priced, pinned) = (&told[8], &told[7], &told[6]);
        assert_eq!((&created["before"], &created["after"]["title"]), (&json!(null), &json!("a")));
        assert_eq!((&created["document"], &created["after"]["id"]), (&json!(id), &json!(id)));
        assert_eq!(created["user"], json!(people.owner_id.to_string()));
        assert!(created["session"].is_string() && created["at"].is_string(), "{created}");
        let transport = if matches!(owner, Via::Socket(_)) { "socket" } else { "http" };
        assert_eq!(
            (&created["transport"], &created["event"]),
            (&json!(transport), &json!("create-one-deal"))
        );
        assert!(created["after"].get("__v").is_none() && created["after"].get("isDeleted").is_none());
        // What is not to be seen tells whether it changed, and no more.
        assert_eq!(pinned["before"]["margin"], pinned["after"]["margin"]);
        assert_ne!(pinned["before"]["pin"], pinned["after"]["pin"]);
        assert_ne!(priced["after"]["pin"], pinned["before"]["pin"]);
        let all = format!("{:?} {told}", stored(store, "deals_audit").await);
        for secret in ["much-margin", "secret-pin", "other-pin", "777123"] {
            assert!(!all.contains(secret), "{}: {secret}", store.name());
        }
        assert!(told[2]["after"]["deletedAt"].is_string() && told[2]["before"].get("deletedAt").is_none());

        let page = admin.call(ALL, json!({ "id": id, "limit": 2, "page": 2 })).await.ok();
        assert_eq!(page, json!([told[2], told[3]]));
        assert_eq!(admin.call(ALL, json!({ "id": id, "limit": 0 })).await.pointers(), ["/limit"]);
        assert_eq!(admin.call(ALL, json!({ "id": id, "title": "a" })).await.pointers(), ["/title"]);
    })
    .await;
}

#[tokio::test]
async fn an_audit_is_for_those_whom_its_ability_lets_through() {
    everywhere(resources, async |people, _| {
        let id = made(&people.owner, deals("create_one"), json!({ "title": "a" })).await;
        let of = || json!({ "id": id });
        people.anonymous.call(ALL, of()).await.refused(401, "Unauthorized");
        for stranger in [&people.owner, &people.other] {
            stranger.call(ALL, of()).await.refused(403, "Forbidden resource");
        }
        assert_eq!(kinds(&people.owner.call(OWN, of()).await.ok()), ["create_one"]);
        people.other.call(OWN, of()).await.refused(403, "Forbidden resource");
        // Of a document that is no more nobody is the owner.
        people.owner.call(deals("delete_one"), of()).await.ok();
        assert_eq!(people.owner.call(OWN, of()).await.ok().as_array().unwrap().len(), 2);
        people.owner.call(deals("purge_one"), of()).await.ok();
        people.owner.call(OWN, of()).await.refused(404, "Document not found");
        let all = people.admin.call(ALL, of()).await.ok();
        assert_eq!(kinds(&all), ["purge_one", "delete_one", "create_one"]);
        assert_eq!(all[0]["after"], json!(null));
        people.admin.call(ALL, json!({ "id": "nonsense" })).await.refused(404, "Deal not found");
    })
    .await;
}

#[tokio::test]
async fn what_fails_is_not_told_and_what_goes_along_is() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let id = made(owner, deals("create_one"), json!({ "title": "a" })).await;
        let many = json!({ "list": [{ "title": "b" }, { "title": "a" }] });
        owner.call(deals("create_many"), many).await.refused(409, "title 'a' is already used");
        let batch = json!({ "list": [{ "create": { "title": "c" } }, { "create": { "title": "a" } }] });
        assert_eq!(owner.call(deals("batch"), batch).await.status, 409);
        assert_eq!(stored(store, "deals_audit").await.len(), 1, "{}", store.name());

        let clauses = |kind| Route { kind, path: "clauses", event: "clause", sub_path: "" };
        let clause = made(owner, clauses("create_one"), json!({ "deal": id })).await;
        owner.call(deals("delete_many"), json!({ "ids": [id] })).await.ok();
        let told = people.admin.call(clauses("audit"), json!({ "id": clause })).await.ok();
        assert_eq!(kinds(&told), ["delete_many", "create_one"]);
        assert_eq!((&told[0]["called"], &told[0]["after"]), (&json!("Deal"), &json!(null)));
        assert_eq!(told[0]["before"]["deal"], json!(id));
    })
    .await;
}

/// A user whose account is told of.
#[dynamic_api(path = "users", audit, routes(get_one, audit(auth_ability = anybody)))]
pub struct User {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
    #[api(register)]
    pub name: Option<String>,
}

fn anybody(_: &dynamic_api::UserPrincipal) -> bool {
    true
}

#[tokio::test]
async fn accounts_are_told_of() {
    for store in both_stores().await {
        let auth = AuthConfig::development();
        let builder = DynamicApi::builder().store(store.store()).resource::<User>().auth::<User>(auth);
        let http = Http(builder.build().await.unwrap());
        let body = json!({ "email": "a@b.c", "password": "correct horse battery", "name": "a" });
        let pair = http.post("/auth/register", body).await.json(201);
        let token = pair["accessToken"].as_str().unwrap().to_owned();
        let authorized = |method: &str, path: &str, body: Value| {
            http::Request::builder()
                .method(method)
                .uri(path)
                .header("content-type", "application/json")
                .header("authorization", format!("Bearer {token}"))
                .body(if body.is_null() { axum::body::Body::empty() } else { body.to_string().into() })
                .unwrap()
        };
        http.send(authorized("PATCH", "/auth/account", json!({ "name": "b" }))).await.json(200);
        let account = http.send(authorized("GET", "/auth/account", Value::Null)).await.json(200);
        let path = format!("/users/{}/audit", account["id"].as_str().unwrap());
        let reply = http.send(authorized("GET", &path, Value::Null)).await.json(200);
        assert_eq!(kinds(&reply), ["update_account", "register"], "{}", store.name());
        assert_eq!((&reply[0]["before"]["name"], &reply[0]["after"]["name"]), (&json!("a"), &json!("b")));
        let all = format!("{:?}", stored(&store, "users_audit").await);
        assert!(!all.contains("argon2") && all.contains("hmac-sha256:"), "{all}");
    }
}

#[dynamic_api(path = "logs", audit, routes(create_one, update_one, get_one))]
pub struct Log {
    pub text: String,
}

#[tokio::test]
async fn an_audited_update_takes_four_round_trips() {
    let watched = Watched::new().await;
    let api = DynamicApi::builder().store(watched.test.store()).resource::<Log>();
    let via = Via::Http(Http(api.build().await.unwrap()));
    let logs = |kind| route(kind, "logs", "log");
    let id = made(&via, logs("create_one"), json!({ "text": "a" })).await;
    watched.taken();
    via.call(logs("update_one"), json!({ "id": id, "text": "b" })).await.ok();
    assert_eq!(watched.taken(), ["find", "findAndModify", "insert", "commitTransaction"]);
    via.call(logs("get_one"), json!({ "id": id })).await.ok();
    assert_eq!(watched.taken(), ["find"]);
}

#[tokio::test]
async fn without_transactions_it_does_not_start() {
    let server = tokio::task::spawn_blocking(|| Mongod::start(Topology::Standalone)).await.unwrap();
    let store: Store = MongoStore::connect(&server.uri()).await.unwrap().into();
    let api = resources(DynamicApi::builder().store(store)).resource::<Person>();
    let told = api.auth::<Person>(AuthConfig::development()).build().await.unwrap_err().to_string();
    assert!(told.contains("Deal is audited, which takes transactions"), "{told}");
    assert!(told.contains("Clause is audited, which takes transactions"), "{told}");
    drop(server);
}
