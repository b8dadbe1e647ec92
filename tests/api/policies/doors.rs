//! Other doors to what a policy keeps: references, look-ups, searches, totals, batches, and deletions of users. None is wider.

use bson::{Document, doc};
use dynamic_api::{
    AggregateQuery, CallContext, DynamicApiBuilder, Error, Id, Ref, Stored, UserPrincipal, Where,
    dynamic_api,
    query::{Filter, Find, Update},
};
use serde_json::{Value, json};
use test_support::TestStore;

use super::{People, everywhere, people::made};
use crate::via::{Route, Via};

const fn of<'a>(kind: &'a str, path: &'a str, event: &'a str) -> Route<'a> {
    Route { kind, path, event, sub_path: "" }
}

/// The users once more, as some of their organisation may delete them.
#[dynamic_api(
    path = "members",
    collection = "people",
    scope = colleagues,
    unique(email),
    routes(get_one, delete_one, delete_many, batch)
)]
pub struct Member {
    pub email: String,
    pub organisation: String,
}

fn colleagues(user: &UserPrincipal) -> Where<Member> {
    Where::eq(MemberFields::ORGANISATION, user.claim::<String>("organisation").unwrap_or_default())
}

async fn sessions(store: &TestStore, user: Id) -> usize {
    let find = Find::new(Filter::eq("user", user));
    store.find("people_sessions", &find).await.unwrap().len()
}

#[tokio::test]
async fn the_sessions_of_users_end_with_the_users_and_not_with_the_question() {
    everywhere(
        |builder| builder.resource::<Member>(),
        async |people, store| {
            let members = |kind| of(kind, "members", "member");
            let (foreign, id) = (&people.foreign, people.owner_id);
            let before = [sessions(store, id).await, sessions(store, people.other_id).await];
            assert!(before.iter().all(|count| *count > 0), "{}: {before:?}", store.name());
            let none = json!({ "deletedCount": 0 });
            assert_eq!(foreign.call(members("delete_one"), json!({ "id": id })).await.ok(), none);
            assert_eq!(foreign.call(members("delete_many"), json!({ "ids": [id] })).await.ok(), none);
            let nonsense = json!({ "ids": [people.other_id, "nonsense"] });
            assert_eq!(people.owner.call(members("delete_many"), nonsense).await.ok(), none);
            for atomic in [true, false] {
                let list = json!({ "atomic": atomic, "list": [{ "delete": { "id": id } }] });
                foreign.call(members("batch"), list).await.ok();
            }
            let undone = json!({ "list": [{ "delete": { "id": id } }, { "update": { "id": Id::new(), "email": "x" } }] });
            people.other.call(members("batch"), undone).await.refused(404, "Document not found");
            let after = [sessions(store, id).await, sessions(store, people.other_id).await];
            assert_eq!(after, before, "{}", store.name());

            people.other.call(members("delete_one"), json!({ "id": id })).await.ok();
            people.other.call(members("delete_many"), json!({ "ids": [people.admin_id] })).await.ok();
            let list = json!({ "list": [{ "delete": { "id": people.other_id } }] });
            people.other.call(members("batch"), list).await.ok();
            for user in [id, people.admin_id, people.other_id] {
                assert_eq!(sessions(store, user).await, 0, "{}", store.name());
            }
            assert!(sessions(store, people.foreign_id).await > 0, "{}", store.name());
        },
    )
    .await;
}

/// Those who are known read it.
#[dynamic_api(path = "letters", routes(create_one, get_one))]
pub struct Letter {
    pub text: String,
}

/// No route reads it at all.
#[dynamic_api(path = "seals", routes(create_one))]
pub struct Seal {
    pub wax: String,
}

/// It errs whoever is asked about.
#[dynamic_api(path = "alarms", routes(get_one(auth_ability = out_of_order)))]
pub struct Alarm {
    pub tone: String,
}

fn out_of_order(_: CallContext<'_>) -> Result<bool, Error> {
    Err(Error::NotAvailable)
}

/// Anybody reads it, and what it refers to by two doors.
#[dynamic_api(
    path = "links",
    routes(create_one, get_one(public, populate(to, seal)), get_many(public, populate(to, seal)), aggregate(query = Joined, public))
)]
pub struct Link {
    pub to: Ref<Letter>,
    pub seal: Ref<Seal>,
}

#[derive(serde::Deserialize)]
pub struct Joined {}

impl AggregateQuery for Joined {
    fn pipeline(&self) -> Vec<Document> {
        vec![
            doc! { "$lookup": { "from": "letters", "pipeline": [], "as": "letters" } },
            doc! { "$lookup": { "from": "seals", "pipeline": [], "as": "seals" } },
            doc! { "$project": { "letters.text": 1, "seals.wax": 1 } },
        ]
    }
}

#[tokio::test]
async fn what_is_for_users_is_reached_from_no_public_route() {
    fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
        builder.resource::<Letter>().resource::<Seal>().resource::<Link>().resource::<Alarm>()
    }
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let letter = made(owner, of("create_one", "letters", "letter"), json!({ "text": "t" })).await;
        let seal = made(owner, of("create_one", "seals", "seal"), json!({ "wax": "w" })).await;
        let links = |kind| of(kind, "links", "link");
        let link = made(owner, links("create_one"), json!({ "to": letter, "seal": seal })).await;
        let one = json!({ "id": link, "populate": "to,seal" });
        let list = json!({ "populate": "to,seal" });
        let texts = async |via: &Via| {
            let one = via.call(links("get_one"), one.clone()).await.ok();
            let list = via.call(links("get_many"), list.clone()).await.ok();
            let joined = via.call(links("aggregate"), json!({})).await.ok()[0].clone();
            assert_eq!(list[0], one);
            (
                one["to"]["text"].clone(),
                one["seal"]["wax"].clone(),
                joined["letters"].clone(),
                joined["seals"].clone(),
            )
        };
        let shown = (json!("t"), json!("w"), json!([{ "text": "t" }]), json!([{ "wax": "w" }]));
        assert_eq!(texts(owner).await, shown, "{}", store.name());
        let nothing = (Value::Null, Value::Null, json!([]), json!([]));
        assert_eq!(texts(&people.anonymous).await, nothing, "{}", store.name());
    })
    .await;
}

mod first {
    use dynamic_api::dynamic_api;

    #[dynamic_api(path = "items", version = "1", public, routes(create_one, get_many))]
    pub struct Item {
        pub name: String,
        #[api(protected(read = has_role("admin")))]
        pub salary: Option<i32>,
    }
}

mod second {
    use dynamic_api::dynamic_api;

    #[dynamic_api(
        path = "items",
        collection = "other_items",
        version = "2",
        no_web_socket,
        public,
        routes(create_one, get_many)
    )]
    pub struct Item {
        pub title: String,
        #[api(protected(read = has_role("admin")))]
        pub wage: Option<i32>,
    }
}

#[tokio::test]
async fn two_entities_of_one_name_are_not_taken_for_each_other() {
    fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
        builder.resource::<first::Item>().resource::<second::Item>()
    }
    for store in test_support::both_stores().await {
        let people = super::people::over_http(resources, &store).await;
        for (path, body) in [("v1/items", json!({ "name": "one" })), ("v2/items", json!({ "title": "two" }))]
        {
            people.anonymous.call(of("create_one", path, ""), body.clone()).await.ok();
            let mut row = people.anonymous.call(of("get_many", path, ""), json!({})).await.ok()[0].clone();
            row.as_object_mut().unwrap().retain(|name, _| body.get(name).is_some());
            assert_eq!(row, body, "{}", store.name());
        }
    }
}

/// A list of one's own, which a refusal would tell the length of.
#[dynamic_api(path = "diaries", ability = is_owner(author), routes(create_one, get_one, get_many))]
pub struct Diary {
    #[api(index)]
    pub text: String,
    #[api(from_user)]
    pub author: Id,
}

#[tokio::test]
async fn a_list_counts_what_it_shows() {
    everywhere(
        |builder| builder.resource::<Diary>(),
        async |people, store| {
            let diaries = |kind| of(kind, "diaries", "diary");
            for index in 0..5 {
                let author = if index < 3 { &people.owner } else { &people.other };
                made(author, diaries("create_one"), json!({ "text": format!("day {index}") })).await;
            }
            let query = json!({ "count": true, "limit": 2, "sort": "text" });
            let page = people.other.call(diaries("get_many"), query).await;
            assert_eq!((page.body[0]["text"].as_str(), &page.meta["total"]), (Some("day 3"), &json!(2)));
            let guess = json!({ "count": true, "text": { "startsWith": "day 0" } });
            let page = people.other.call(diaries("get_many"), guess).await;
            assert_eq!((&page.body, &page.meta["total"]), (&json!([]), &json!(0)), "{}", store.name());
            let none = people.foreign.call(diaries("get_many"), json!({ "count": true })).await;
            assert_eq!((&none.body, &none.meta["total"]), (&json!([]), &json!(0)), "{}", store.name());
        },
    )
    .await;
}

/// Words in it are searched for, by those who may read them.
#[dynamic_api(path = "files", public, text_index(name, memo), routes(create_one, aggregate(query = Words)))]
pub struct File {
    pub name: String,
    #[api(protected(read = has_role("admin")))]
    pub memo: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    words: String,
}

impl AggregateQuery for Words {
    fn pipeline(&self) -> Vec<Document> {
        vec![doc! { "$match": { "$text": { "$search": &self.words } } }, doc! { "$project": { "name": 1 } }]
    }
}

#[tokio::test]
async fn a_pipeline_searches_no_words_that_the_caller_may_not_read() {
    everywhere(
        |builder| builder.resource::<File>(),
        async |people, store| {
            let files = |kind| of(kind, "files", "file");
            people.admin.call(files("create_one"), json!({ "name": "n", "memo": "classified" })).await.ok();
            for words in ["classified", "other"] {
                let refused = people.other.call(files("aggregate"), json!({ "words": words })).await;
                assert_eq!(refused.status, 500, "{}: {refused:?}", store.name());
            }
            // The embedded store has no text search within pipelines.
            if store.name() == "MongoDB" {
                let found =
                    people.admin.call(files("aggregate"), json!({ "words": "classified" })).await.ok();
                assert_eq!(found[0]["name"], "n");
            }
        },
    )
    .await;
}

/// What belongs to an organisation keeps what it refers to from being deleted.
#[dynamic_api(
    path = "parents",
    tenant = organisation,
    cascade(Child.parent = restrict),
    routes(create_one, get_one(ability = is_shown), delete_one)
)]
pub struct Parent {
    #[api(default = false)]
    pub closed: bool,
    pub organisation: String,
}

fn is_shown(parent: &Stored<Parent>, _: &UserPrincipal) -> bool {
    !parent.closed
}

#[dynamic_api(path = "children", tenant = organisation, routes(create_one, update_one))]
pub struct Child {
    #[api(exists(Parent))]
    pub parent: Ref<Parent>,
    pub organisation: String,
}

#[tokio::test]
async fn what_is_out_of_reach_can_not_be_referred_to() {
    fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
        builder.resource::<Parent>().resource::<Child>()
    }
    everywhere(resources, async |people, store| {
        let parents = |kind| of(kind, "parents", "parent");
        let children = |kind| of(kind, "children", "child");
        let parent = made(&people.owner, parents("create_one"), json!({ "closed": false })).await;
        let closed = made(&people.owner, parents("create_one"), json!({ "closed": true })).await;
        let foreign = made(&people.foreign, parents("create_one"), json!({ "closed": false })).await;
        let child = made(&people.foreign, children("create_one"), json!({ "parent": foreign })).await;
        let answers = async |id: &str| {
            let made = people.foreign.call(children("create_one"), json!({ "parent": id })).await;
            let changed =
                people.foreign.call(children("update_one"), json!({ "id": child, "parent": id })).await;
            assert_eq!(made.body["errors"], changed.body["errors"], "{}", store.name());
            (made.status, made.body["errors"].clone())
        };
        let absent = answers(&Id::new().to_string()).await;
        assert_eq!(absent.0, 400);
        assert_eq!(answers(&parent).await, absent, "{}", store.name());
        let refused = people.owner.call(children("create_one"), json!({ "parent": closed })).await;
        assert_eq!((refused.status, &refused.body["errors"]), (400, &absent.1));
        let deleted = people.owner.call(parents("delete_one"), json!({ "id": parent })).await.ok();
        assert_eq!(deleted, json!({ "deletedCount": 1 }), "{}", store.name());
    })
    .await;
}

/// Its batch is open to everybody; what of it, the routes say, and those that say nothing are for users.
#[dynamic_api(path = "bats", routes(create_one, update_one(public), batch(public)))]
pub struct Bat {
    pub name: String,
}

#[tokio::test]
async fn a_public_batch_opens_no_route_that_is_for_users() {
    everywhere(
        |builder| builder.resource::<Bat>(),
        async |people, store| {
            let bats = |kind| of(kind, "bats", "bat");
            let id = made(&people.owner, bats("create_one"), json!({ "name": "a" })).await;
            let before = store.find("bats", &Find::new(Filter::All)).await.unwrap();
            for item in [
                json!({ "create": { "name": "x" } }),
                json!({ "replace": { "id": id, "name": "x" } }),
                json!({ "delete": { "id": id } }),
            ] {
                for atomic in [true, false] {
                    let list =
                        json!({ "atomic": atomic, "list": [{ "update": { "id": id, "name": "b" } }, item] });
                    people.anonymous.call(bats("batch"), list).await.refused(401, "Unauthorized");
                }
            }
            assert_eq!(store.find("bats", &Find::new(Filter::All)).await.unwrap(), before);
            let list = json!({ "list": [{ "update": { "id": id, "name": "b" } }] });
            people.anonymous.call(bats("batch"), list).await.ok();
        },
    )
    .await;
}

/// Code that takes a user says nothing of callers who are none.
#[dynamic_api(
    path = "bans",
    public,
    routes(
        create_one(ability = not(is_banned)),
        get_one(ability = not(is_banned)),
        get_one(sub_path = "open", ability = any_of(not(is_banned), is_open)),
        get_one(sub_path = "shut", ability = not(any_of(is_banned, is_open))),
    )
)]
pub struct Ban {
    #[api(default = false)]
    pub open: bool,
    #[api(default, protected(read = not(is_nobody)))]
    pub note: String,
}

async fn is_banned(_: &Stored<Ban>, user: &UserPrincipal) -> bool {
    user.claim::<String>("role").as_deref() == Some("admin")
}

fn is_open(ban: &Stored<Ban>, _: Option<&UserPrincipal>) -> bool {
    ban.open
}

fn is_nobody(user: &UserPrincipal) -> bool {
    user.claim::<String>("role").is_none()
}

#[tokio::test]
async fn who_can_not_be_asked_about_is_refused_behind_a_not() {
    everywhere(
        |builder| builder.resource::<Ban>(),
        async |people: &People, _| {
            let bans = |kind, sub_path| Route { kind, path: "bans", event: "ban", sub_path };
            let shut = made(&people.owner, bans("create_one", ""), json!({ "note": "n" })).await;
            let open = made(&people.owner, bans("create_one", ""), json!({ "open": true })).await;
            people
                .anonymous
                .call(bans("create_one", ""), json!({ "open": false }))
                .await
                .refused(403, "Forbidden resource");
            let read = async |via: &Via, sub_path, id: &str| {
                via.call(bans("get_one", sub_path), json!({ "id": id })).await.status
            };
            for (sub_path, id, of_nobody, of_owner, of_admin) in [
                ("", &shut, 403, 200, 403),
                ("", &open, 403, 200, 403),
                ("open", &shut, 403, 200, 403),
                ("open", &open, 200, 200, 200),
                ("shut", &shut, 403, 200, 403),
                ("shut", &open, 403, 403, 403),
            ] {
                let statuses = [&people.anonymous, &people.owner, &people.admin];
                let mut found = vec![];
                for via in statuses {
                    found.push(read(via, sub_path, id).await);
                }
                assert_eq!(found, [of_nobody, of_owner, of_admin], "{sub_path} {id}");
            }
            let open = json!({ "id": open });
            let seen = people.anonymous.call(bans("get_one", "open"), open.clone()).await.ok();
            assert_eq!(seen.get("note"), None);
            let seen = people.owner.call(bans("get_one", "open"), open).await.ok();
            assert!(seen.get("note").is_some());
        },
    )
    .await;
}

/// Its list has a scope that says less than its ability.
#[dynamic_api(
    path = "logs",
    scope = unarchived,
    ability = all_of(is_owner(author), is_kept),
    ability_mode(filter),
    routes(create_one, get_one, get_many)
)]
pub struct Log {
    pub text: String,
    #[api(from_user)]
    pub author: Id,
    #[api(default = false)]
    pub archived: bool,
}

fn unarchived(_: &UserPrincipal) -> Where<Log> {
    Where::eq(LogFields::ARCHIVED, false)
}

fn is_kept(log: &Stored<Log>, _: &UserPrincipal) -> bool {
    !log.text.is_empty()
}

#[tokio::test]
async fn a_list_shows_no_row_that_code_refuses() {
    everywhere(
        |builder| builder.resource::<Log>(),
        async |people, store| {
            let logs = |kind| of(kind, "logs", "log");
            for text in ["a", "b"] {
                made(&people.owner, logs("create_one"), json!({ "text": text })).await;
            }
            store
                .update_one("logs", &Filter::eq("text", "b"), &Update::default().set("text", ""))
                .await
                .unwrap();
            let list = async |via: &Via| {
                let list = via.call(logs("get_many"), json!({ "count": true })).await;
                let texts: Vec<Value> =
                    list.body.as_array().unwrap().iter().map(|row| row["text"].clone()).collect();
                (texts, list.meta["total"].clone())
            };
            assert_eq!(list(&people.owner).await, (vec![json!("a")], json!(2)), "{}", store.name());
            assert_eq!(list(&people.other).await, (vec![], json!(0)), "{}", store.name());
        },
    )
    .await;
}

/// Everybody reads what is published, and what was done since with it.
#[dynamic_api(
    path = "reports",
    scope = published_or_own,
    audit,
    routes(create_one, update_one, audit(ability = is_authenticated()))
)]
pub struct Report {
    pub text: String,
    #[api(from_user)]
    pub author: Id,
    #[api(default = false)]
    pub published: bool,
}

fn published_or_own(user: &UserPrincipal) -> Where<Report> {
    Where::eq(ReportFields::PUBLISHED, true).or(Where::eq(ReportFields::AUTHOR, user.id()))
}

#[tokio::test]
async fn an_audit_tells_nothing_of_what_was_out_of_scope() {
    everywhere(
        |builder| builder.resource::<Report>(),
        async |people, store| {
            let reports = |kind| of(kind, "reports", "report");
            let id = made(&people.owner, reports("create_one"), json!({ "text": "secret" })).await;
            for change in [json!({ "text": "open" }), json!({ "published": true }), json!({ "text": "more" })]
            {
                let mut change = change;
                change["id"] = json!(id);
                people.owner.call(reports("update_one"), change).await.ok();
            }
            let told = async |via: &Via| via.call(reports("audit"), json!({ "id": id })).await.ok();
            assert_eq!(told(&people.owner).await.as_array().unwrap().len(), 4, "{}", store.name());
            let to_others = told(&people.other).await;
            let texts = |entry: &Value| (entry["before"]["text"].clone(), entry["after"]["text"].clone());
            let texts: Vec<_> = to_others.as_array().unwrap().iter().map(texts).collect();
            assert_eq!(texts, [(json!("open"), json!("more"))], "{}", store.name());
        },
    )
    .await;
}

/// Two entities of one collection, of which one shows what the other hides.
#[dynamic_api(path = "wages", collection = "wages", audit, routes(create_one, update_one))]
pub struct Wage {
    pub title: String,
    pub salary: Option<i64>,
}

#[dynamic_api(path = "jobs", collection = "wages", audit, routes(get_one, audit(ability = is_authenticated())))]
pub struct Job {
    pub title: String,
    #[api(hidden)]
    pub salary: Option<i64>,
}

#[tokio::test]
async fn an_audit_of_a_shared_collection_shows_what_none_hides() {
    everywhere(
        |builder| builder.resource::<Wage>().resource::<Job>(),
        async |people, store| {
            let wage = json!({ "title": "t", "salary": 4242 });
            let id = made(&people.owner, of("create_one", "wages", "wage"), wage).await;
            let told = people.other.call(of("audit", "jobs", "job"), json!({ "id": id })).await.ok();
            assert_eq!(told[0]["after"]["title"], "t", "{}", store.name());
            assert!(told[0]["after"]["salary"].is_string(), "{}: {told}", store.name());
        },
    )
    .await;
}

/// What comes back with another document, and can't.
#[dynamic_api(path = "boxes", soft_delete, cascade(Item.parent), routes(create_one, delete_one, restore_one))]
pub struct Box {
    pub name: String,
}

#[dynamic_api(path = "items", soft_delete, ability = is_owner(author), routes(create_one))]
pub struct Item {
    #[api(unique)]
    pub code: String,
    pub parent: Option<Ref<Box>>,
    #[api(from_user)]
    pub author: Id,
}

#[tokio::test]
async fn what_keeps_a_document_from_coming_back_is_told_without_its_values() {
    everywhere(
        |builder| builder.resource::<Box>().resource::<Item>(),
        async |people, store| {
            let (boxes, items) = (|kind| of(kind, "boxes", "box"), |kind| of(kind, "items", "item"));
            let id = made(&people.other, boxes("create_one"), json!({ "name": "b" })).await;
            made(&people.owner, items("create_one"), json!({ "code": "S3CRET", "parent": id })).await;
            people.other.call(boxes("delete_one"), json!({ "id": id })).await.ok();
            made(&people.owner, items("create_one"), json!({ "code": "S3CRET" })).await;
            let refused = people.other.call(boxes("restore_one"), json!({ "id": id })).await;
            assert_eq!(refused.status, 409, "{}: {refused:?}", store.name());
            assert!(!refused.body.to_string().contains("S3CRET"), "{}: {refused:?}", store.name());
        },
    )
    .await;
}
