//! Abilities: on exactly the documents that a call targets, before anything is written.

use dynamic_api::{
    CallContext, DynamicApiBuilder, Error, Id, Stored, UserPrincipal, Where, dynamic_api,
    query::{Filter, Find},
};
use serde_json::json;

use super::{everywhere, people::made};
use crate::via::Route;

/// Everybody reads it, its author and those whom the author shares it with write it, and so do admins.
#[dynamic_api(
    path = "papers",
    public,
    soft_delete,
    ability(writes = any_of(is_owner(author), is_member(editors), has_role("admin"))),
    routes(
        get_many,
        get_one,
        create_one(protected),
        create_many(protected),
        update_one,
        update_many,
        replace_one,
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        restore_one,
        purge_one,
        batch,
        get_many(sub_path = "mine", protected, ability = is_owner(author), ability_mode(filter)),
        get_one(sub_path = "mine", protected, ability = is_owner(author), ability_mode(filter)),
        update_one(sub_path = "mine", ability = is_owner(author), ability_mode(filter)),
        delete_many(sub_path = "mine", ability = is_owner(author), ability_mode(filter)),
    )
)]
pub struct Paper {
    pub title: String,
    #[api(from_user)]
    pub author: Id,
    #[api(default)]
    pub editors: Vec<Id>,
}

/// Its abilities are code, of all forms.
#[dynamic_api(
    path = "locks",
    routes(
        create_one,
        get_many(scope = whatever, ability = is_not_secret),
        get_one(public, ability = is_open),
        update_one(ability = has_key),
        delete_one(ability = has_key_of_call),
        delete_many(ability = not(any_of(has_role("admin"), is_locked))),
        replace_one(ability = fails),
        duplicate_one(auth_ability = is_admin),
        update_many(auth_ability = is_admin_later, ability = has_key),
    )
)]
pub struct Lock {
    pub key: String,
    #[api(default = false)]
    pub secret: bool,
}

fn whatever(_: Option<&UserPrincipal>) -> Where<Lock> {
    Where::all()
}

fn is_not_secret(lock: &Stored<Lock>, _: &UserPrincipal) -> bool {
    !lock.secret
}

fn is_open(lock: &Stored<Lock>, user: Option<&UserPrincipal>) -> bool {
    lock.key.is_empty() || user.is_some()
}

async fn has_key(lock: &Stored<Lock>, user: &UserPrincipal) -> bool {
    tokio::task::yield_now().await;
    user.claim::<String>("organisation").as_deref() == Some(&*lock.key)
}

async fn has_key_of_call(lock: &Stored<Lock>, call: CallContext<'_>) -> Result<bool, Error> {
    match call.principal().user() {
        Some(user) => Ok(has_key(lock, user).await),
        None => Err(Error::NotAvailable),
    }
}

fn is_locked(lock: &Stored<Lock>, _: Option<&UserPrincipal>) -> bool {
    !lock.key.is_empty()
}

async fn fails(_: &Stored<Lock>, _: CallContext<'_>) -> Result<bool, Error> {
    Err(Error::NotAvailable)
}

fn is_admin(user: &UserPrincipal) -> bool {
    user.claim::<String>("role").as_deref() == Some("admin")
}

async fn is_admin_later(call: CallContext<'_>) -> bool {
    tokio::task::yield_now().await;
    call.principal().user().is_some_and(is_admin)
}

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Paper>().resource::<Lock>()
}

pub const fn papers(kind: &str) -> Route<'_> {
    Route { kind, path: "papers", event: "paper", sub_path: "" }
}

const fn mine(kind: &str) -> Route<'_> {
    Route { kind, path: "papers", event: "paper", sub_path: "mine" }
}

const fn locks(kind: &str) -> Route<'_> {
    Route { kind, path: "locks", event: "lock", sub_path: "" }
}

#[tokio::test]
async fn a_refusal_is_a_403_and_changes_nothing() {
    everywhere(resources, async |people, store| {
        let id = made(&people.owner, papers("create_one"), json!({ "title": "a" })).await;
        let own = made(&people.other, papers("create_one"), json!({ "title": "b" })).await;
        let gone = made(&people.owner, papers("create_one"), json!({ "title": "c" })).await;
        people.owner.call(papers("delete_one"), json!({ "id": gone })).await.ok();
        let before = store.find("papers", &Find::new(Filter::All)).await.unwrap();
        for stranger in people.strangers() {
            for (kind, input) in [
                ("update_one", json!({ "id": id, "title": "mine" })),
                ("update_one", json!({ "id": id, "mergePatch": { "title": "mine" } })),
                (
                    "update_one",
                    json!({ "id": id, "jsonPatch": [{ "op": "replace", "path": "/title", "value": "x" }] }),
                ),
                ("update_many", json!({ "ids": [own, id], "title": "mine" })),
                ("replace_one", json!({ "id": id, "title": "mine" })),
                ("duplicate_one", json!({ "id": id })),
                ("duplicate_many", json!({ "ids": [own, id] })),
                ("delete_one", json!({ "id": id })),
                ("delete_many", json!({ "ids": [own, id] })),
                ("restore_one", json!({ "id": gone })),
                ("purge_one", json!({ "id": gone })),
            ] {
                stranger.call(papers(kind), input).await.refused(403, "Forbidden resource");
            }
            assert_eq!(stranger.call(papers("get_one"), json!({ "id": id })).await.ok()["title"], "a");
        }
        assert_eq!(store.find("papers", &Find::new(Filter::All)).await.unwrap(), before);

        people.owner.call(papers("update_one"), json!({ "id": id, "editors": [people.other_id] })).await.ok();
        people.other.call(papers("update_many"), json!({ "ids": [own, id], "title": "ours" })).await.ok();
        people.admin.call(papers("delete_many"), json!({ "ids": [own, id] })).await.ok();
        let left = people.anonymous.call(papers("get_many"), json!({})).await.ok();
        assert_eq!(left, json!([]));
    })
    .await;
}

#[tokio::test]
async fn what_comes_from_the_user_is_nobodys_to_send() {
    everywhere(resources, async |people, _| {
        let id = made(&people.owner, papers("create_one"), json!({ "title": "a" })).await;
        let author = people.owner.call(papers("get_one"), json!({ "id": id })).await.ok()["author"].clone();
        assert_eq!(author, people.owner_id.to_string());
        for (kind, input) in [
            ("create_one", json!({ "title": "b", "author": people.other_id })),
            ("update_one", json!({ "id": id, "author": people.other_id })),
            ("update_one", json!({ "id": id, "mergePatch": { "author": people.other_id } })),
        ] {
            let refused = people.owner.call(papers(kind), input).await;
            assert_eq!(refused.pointers(), ["/author"]);
        }
        people.owner.call(papers("replace_one"), json!({ "id": id, "title": "c" })).await.ok();
        people.owner.call(papers("update_one"), json!({ "id": id, "editors": [people.other_id] })).await.ok();
        let copy = people.other.call(papers("duplicate_one"), json!({ "id": id })).await.ok();
        assert_eq!((&copy["author"], &copy["title"]), (&people.other_id.to_string().into(), &"c".into()));
        people
            .anonymous
            .call(papers("create_one"), json!({ "title": "x" }))
            .await
            .refused(401, "Unauthorized");
    })
    .await;
}

#[tokio::test]
async fn what_a_filter_refuses_is_missing() {
    everywhere(resources, async |people, _| {
        let id = made(&people.owner, papers("create_one"), json!({ "title": "a" })).await;
        for index in 0..3 {
            made(&people.other, papers("create_one"), json!({ "title": format!("{index}") })).await;
            made(&people.owner, papers("create_one"), json!({ "title": format!("{index}") })).await;
        }
        let query = json!({ "count": "true", "limit": 2, "sort": "title" });
        let page = people.other.call(mine("get_many"), query).await;
        assert_eq!((page.body.as_array().unwrap().len(), &page.meta["total"]), (2, &json!(3)));
        people.other.call(mine("get_one"), json!({ "id": id })).await.refused(404, "Document not found");
        people
            .other
            .call(mine("update_one"), json!({ "id": id, "title": "x" }))
            .await
            .refused(404, "Document not found");
        let none = people.other.call(mine("delete_many"), json!({ "ids": [id] })).await.ok();
        assert_eq!(none, json!({ "deletedCount": 0 }));
        assert_eq!(people.owner.call(mine("get_one"), json!({ "id": id })).await.ok()["title"], "a");
        people.anonymous.call(mine("get_many"), json!({})).await.refused(401, "Unauthorized");
    })
    .await;
}

#[tokio::test]
async fn code_is_asked_in_every_form() {
    everywhere(resources, async |people, _| {
        let owner = &people.owner;
        let north = made(owner, locks("create_one"), json!({ "key": "north" })).await;
        let free = made(owner, locks("create_one"), json!({ "key": "" })).await;
        people
            .anonymous
            .call(locks("get_one"), json!({ "id": north }))
            .await
            .refused(403, "Forbidden resource");
        people.anonymous.call(locks("get_one"), json!({ "id": free })).await.ok();
        owner.call(locks("get_one"), json!({ "id": north })).await.ok();

        owner.call(locks("update_one"), json!({ "id": north, "secret": false })).await.ok();
        for refused in [&people.foreign, owner] {
            let id = if std::ptr::eq(refused, owner) { &free } else { &north };
            for kind in ["update_one", "delete_one"] {
                let input = if kind == "update_one" {
                    json!({ "id": id, "secret": true })
                } else {
                    json!({ "id": id })
                };
                refused.call(locks(kind), input).await.refused(403, "Forbidden resource");
            }
        }
        owner
            .call(locks("replace_one"), json!({ "id": free, "key": "x" }))
            .await
            .refused(503, "This feature is not available");

        for kind in ["duplicate_one", "update_many"] {
            let input = json!({ "id": "nonsense", "ids": ["nonsense"], "secret": true });
            let input = match kind {
                "duplicate_one" => json!({ "id": input["id"] }),
                _ => json!({ "ids": input["ids"], "secret": true }),
            };
            owner.call(locks(kind), input).await.refused(403, "Access denied");
        }
        people.admin.call(locks("duplicate_one"), json!({ "id": free })).await.ok();

        owner.call(locks("get_many"), json!({})).await.ok();
        let secret = made(owner, locks("create_one"), json!({ "key": "north", "secret": true })).await;
        owner.call(locks("get_many"), json!({})).await.refused(403, "Forbidden resource");
        owner.call(locks("get_many"), json!({ "secret": false })).await.ok();

        owner
            .call(locks("delete_many"), json!({ "ids": [free, secret] }))
            .await
            .refused(403, "Forbidden resource");
        people
            .admin
            .call(locks("delete_many"), json!({ "ids": [free] }))
            .await
            .refused(403, "Forbidden resource");
        assert_eq!(
            owner.call(locks("delete_many"), json!({ "ids": [free] })).await.ok(),
            json!({ "deletedCount": 1 })
        );
        owner.call(locks("delete_one"), json!({ "id": secret })).await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_items_of_a_batch_are_held_to_what_routes_of_their_kind_are() {
    everywhere(resources, async |people, store| {
        let id = made(&people.owner, papers("create_one"), json!({ "title": "a" })).await;
        let before = store.find("papers", &Find::new(Filter::All)).await.unwrap();
        for item in [
            json!({ "update": { "id": id, "title": "mine" } }),
            json!({ "replace": { "id": id, "title": "mine" } }),
            json!({ "delete": { "id": id } }),
        ] {
            let list = json!([{ "create": { "title": "x" } }, item]);
            let refused = people.other.call(papers("batch"), json!({ "list": list })).await;
            assert_eq!(
                (refused.status, &refused.body["message"]),
                (403, &"Forbidden resource".into()),
                "{refused:?}"
            );
        }
        assert_eq!(store.find("papers", &Find::new(Filter::All)).await.unwrap(), before);
    })
    .await;
}

/// Anybody may send a batch of them; what of it, the other routes say.
#[dynamic_api(
    path = "pins",
    public,
    routes(
        batch,
        create_one,
        update_one(protected),
        delete_one(auth_ability = is_admin),
        replace_one(ability = has_role("admin")),
    )
)]
pub struct Pin {
    pub title: String,
}

#[tokio::test]
async fn a_batch_opens_no_other_door() {
    everywhere(
        |builder| builder.resource::<Pin>(),
        async |people, store| {
            let pins = Route { kind: "batch", path: "pins", event: "pin", sub_path: "" };
            let list = json!({ "list": [{ "create": { "title": "a" } }] });
            let made = people.anonymous.call(pins, list).await.ok();
            let id = &made[0]["data"]["id"];
            let before = store.find("pins", &Find::new(Filter::All)).await.unwrap();
            for (item, caller, status, message) in [
                (json!({ "update": { "id": id, "title": "b" } }), &people.anonymous, 401, "Unauthorized"),
                (json!({ "delete": { "id": id } }), &people.other, 403, "Access denied"),
                (json!({ "replace": { "id": id, "title": "b" } }), &people.other, 403, "Forbidden resource"),
            ] {
                for atomic in [true, false] {
                    let list = json!({ "atomic": atomic, "list": [{ "create": { "title": "x" } }, item] });
                    let answer = caller.call(pins, list).await;
                    if atomic || message != "Forbidden resource" {
                        answer.refused(status, message);
                    } else {
                        assert_eq!(answer.ok()[1]["error"]["message"], message);
                        store.delete_many("pins", &Filter::eq("title", "x")).await.unwrap();
                    }
                    assert_eq!(store.find("pins", &Find::new(Filter::All)).await.unwrap(), before);
                }
            }
            let allowed = json!([{ "update": { "id": id, "title": "b" } }, { "delete": { "id": id } }]);
            people.admin.call(pins, json!({ "list": allowed })).await.ok();
        },
    )
    .await;
}
