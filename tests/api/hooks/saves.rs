//! Hooks before a save: on every road to the store, with what they are to see, and with the last word.

use dynamic_api::query::{Filter, Update};
use serde_json::json;

use super::posts::{asked, count, only, post, posts, resources, stored};
use crate::{
    policies::{everywhere, people::made},
    via::route,
};

#[tokio::test]
async fn every_kind_of_save_stores_what_its_hooks_make() {
    everywhere(resources, async |people, store| {
        let (owner, name) = (&people.owner, store.name());
        let by = |kind: &str| format!("{kind} by {}", people.owner_id);
        let created = owner.call(posts("create_one"), json!({ "code": "a", "title": "a b" })).await.ok();
        assert_eq!((&created["slug"], &created["edits"]), (&json!("a-b"), &json!(0)), "{name}");
        assert_eq!(created.get("stamp"), None);
        assert_eq!(stored(store, "a").await.get_str("stamp").unwrap(), by("create_one"));
        let id = &created["id"];

        let list = json!({ "list": [{ "code": "b", "title": "b" }, { "code": "c", "title": "c" }] });
        let many = owner.call(posts("create_many"), list).await.ok();
        assert_eq!(many[1]["slug"], json!(null), "the hook of another route: {name}");
        assert_eq!(stored(store, "c").await.get_str("stamp").unwrap(), by("create_many"));

        let updated = owner.call(posts("update_one"), json!({ "id": id, "title": "no slug" })).await.ok();
        assert_eq!((updated.get("slug"), &updated["edits"]), (None, &json!(1)), "{name}");
        assert_eq!(stored(store, "a").await.get_str("stamp").unwrap(), by("update_one"));

        // What a caller neither sees nor sets, hooks do.
        assert_eq!((updated.get("rank"), stored(store, "a").await.get_i64("rank").unwrap()), (None, 2));
        let seen = people.admin.call(posts("get_one"), json!({ "id": id })).await.ok();
        assert_eq!(seen["rank"], json!(2), "{name}");

        let ids = [id.clone(), many[0]["id"].clone()];
        let both = owner.call(posts("update_many"), json!({ "ids": ids, "title": "both" })).await.ok();
        assert_eq!((&both[0]["edits"], &both[1]["edits"]), (&json!(2), &json!(1)), "{name}");

        let whole = json!({ "id": id, "code": "a", "title": "replaced" });
        let replaced = owner.call(posts("replace_one"), whole).await.ok();
        assert_eq!((&replaced["edits"], &replaced["length"]), (&json!(3), &json!(8)), "{name}");
        assert_eq!(stored(store, "a").await.get_str("stamp").unwrap(), by("replace_one"));

        let there = owner.call(posts("upsert_one"), json!({ "code": "a", "title": "there" })).await.ok();
        let new = owner.call(posts("upsert_one"), json!({ "code": "d", "title": "new" })).await.ok();
        assert_eq!((&there["edits"], &new["edits"]), (&json!(4), &json!(0)), "{name}");

        let copy = owner.call(posts("duplicate_one"), json!({ "id": id, "code": "e" })).await.ok();
        assert_eq!(copy["edits"], json!(0), "{name}");
        assert_eq!(stored(store, "e").await.get_str("stamp").unwrap(), by("duplicate_one"));
        let copies = json!({ "ids": [copy["id"]], "code": "f" });
        assert_eq!(owner.call(posts("duplicate_many"), copies).await.ok()[0]["edits"], json!(0));

        owner.call(posts("delete_one"), json!({ "id": id })).await.ok();
        assert_eq!(stored(store, "a").await.get_i64("edits").unwrap(), 4, "a deletion is no save");
        let restored = owner.call(posts("restore_one"), json!({ "id": id })).await.ok();
        assert_eq!(restored["edits"], json!(5), "{name}");
        owner.call(posts("delete_many"), json!({ "ids": [id] })).await.ok();
        let restored = owner.call(posts("restore_many"), json!({ "ids": [id] })).await.ok();
        assert_eq!(restored[0]["edits"], json!(6), "{name}");

        let list = json!({ "list": [
            { "create": { "code": "g", "title": "g h" } },
            { "update": { "id": id, "title": "i j" } },
            { "replace": { "id": copy["id"], "code": "e", "title": "k l" } },
        ] });
        owner.call(posts("batch"), list).await.ok();
        // The hooks of the routes of what the items do come with the entity's.
        let (created, updated) = (stored(store, "g").await, stored(store, "a").await);
        assert_eq!(created.get_str("slug").unwrap(), "g-h", "{name}");
        assert_eq!(created.get_str("stamp").unwrap(), by("create_one"));
        assert_eq!(updated.get_str("slug").unwrap(), "i-j");
        assert_eq!(updated.get_i64("edits").unwrap(), 7);
        assert_eq!(stored(store, "e").await.get_str("stamp").unwrap(), by("replace_one"));
    })
    .await;
}

#[tokio::test]
async fn an_error_is_the_reply_and_undoes_everything() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let (first, second) = (post(owner, "a", "a").await, post(owner, "b", "b").await);
        let before = asked(store).await;
        for (title, status, message) in [
            ("unfit", 422, "This title does not fit"),
            ("gone", 409, "This title is gone"),
            ("forbidden", 403, "Forbidden resource"),
            ("panic", 500, "Internal server error"),
        ] {
            let bad = |code: &str| json!({ "code": code, "title": title });
            for (kind, input) in [
                ("create_one", bad("c")),
                ("create_many", json!({ "list": [{ "code": "c", "title": "c" }, bad("d")] })),
                ("update_one", json!({ "id": first, "title": title })),
                ("update_many", json!({ "ids": [first, second], "title": title })),
                ("replace_one", json!({ "id": first, "code": "a", "title": title })),
                ("upsert_one", bad("a")),
                ("duplicate_one", json!({ "id": first, "code": "c", "title": title })),
                (
                    "batch",
                    json!({ "list": [{ "create": { "code": "c", "title": "c" } }, { "create": bad("d") }] }),
                ),
            ] {
                let refused = owner.call(posts(kind), input).await;
                refused.refused(status, message);
                assert!(!refused.body.to_string().contains("secret"), "{refused:?}");
            }
        }
        assert_eq!(count(store, "posts").await, 2, "{}", store.name());
        assert_eq!(stored(store, "a").await.get_i64("edits").unwrap(), 0);
        // What the hooks wrote for it is undone as well.
        assert_eq!(asked(store).await, before);
        // Others go on, and so do the items that are each for themselves.
        let each = json!({ "atomic": false, "list": [
            { "create": { "code": "c", "title": "panic" } }, { "create": { "code": "d", "title": "d" } },
        ] });
        owner.call(posts("batch"), each).await.ok();
        assert_eq!((count(store, "posts").await, asked(store).await.len()), (3, before.len() + 1));
    })
    .await;
}

#[tokio::test]
async fn what_holds_for_a_document_holds_for_what_a_hook_makes_of_it() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let id = post(owner, "taken", "a").await;
        for (kind, input) in [
            ("create_one", json!({ "code": "b", "title": "loud" })),
            ("update_one", json!({ "id": id, "title": "loud" })),
            ("replace_one", json!({ "id": id, "code": "taken", "title": "loud" })),
        ] {
            let loud = owner.call(posts(kind), input).await;
            assert_eq!(loud.pointers(), ["/title"], "{kind} on {}", store.name());
        }
        let twin = owner.call(posts("create_one"), json!({ "code": "b", "title": "twin" })).await;
        twin.refused(409, "code 'taken' is already used");

        let long = "longer and longer".len();
        let created = owner.call(posts("create_one"), json!({ "code": "b", "title": "long" })).await.ok();
        assert_eq!(created["length"], json!(long), "{}", store.name());
        let updated = owner.call(posts("update_one"), json!({ "id": id, "title": "long" })).await.ok();
        assert_eq!(updated["length"], json!(long));
        let ids = json!({ "ids": [id, created["id"]], "title": "long" });
        assert_eq!(owner.call(posts("update_many"), ids).await.ok()[1]["length"], json!(long));
        let whole = json!({ "id": id, "code": "taken", "title": "long" });
        assert_eq!(owner.call(posts("replace_one"), whole).await.ok()["length"], json!(long));

        // What comes from the caller does, whatever a hook sets in a new document.
        let mine = owner.call(posts("create_one"), json!({ "code": "c", "title": "elsewhere" })).await.ok();
        assert_eq!(mine["author"], json!(people.owner_id));
    })
    .await;
}

#[tokio::test]
async fn clients_set_nothing_that_hooks_set_and_hooks_lose_nothing_that_is_stored() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        for (name, value) in [
            ("slug", json!("x")),
            ("edits", json!(9)),
            ("stamp", json!("x")),
            ("title", json!({ "$set": 1 })),
        ] {
            let input = json!({ "code": "a", "title": "a", name: value });
            let refused = owner.call(posts("create_one"), input).await;
            assert_eq!(refused.status, 400, "{name}: {refused:?}");
        }
        assert_eq!((count(store, "posts").await, count(store, "asked").await), (0, 0), "{}", store.name());

        let input = json!({ "code": "a", "title": "a", "place": { "city": "b" } });
        let id = owner.call(posts("create_one"), input).await.ok()["id"].clone();
        let unknown = Update::default().set("unknown", 1).set("place.unknown", 2);
        store.update_many("posts", &Filter::All, &unknown).await.unwrap();
        let updated = owner.call(posts("update_one"), json!({ "id": id, "title": "c" })).await.ok();
        assert_eq!(updated["place"], json!({ "city": "b", "country": "b of true" }));
        let row = stored(store, "a").await;
        let place = bson::doc! { "city": "b", "country": "b of true", "unknown": 2 };
        assert_eq!(row.get_i32("unknown").unwrap(), 1, "{}", store.name());
        assert_eq!(row.get_document("place").unwrap(), &place, "{}", store.name());

        // A patch of a part of what a hook changes as well.
        let patch = json!({ "id": id, "mergePatch": { "place": { "city": "d" } } });
        let patched = owner.call(posts("update_one"), patch).await.ok();
        assert_eq!(patched["place"], json!({ "city": "d", "country": "d of true" }), "{}", store.name());
        let operations = [
            json!({ "op": "test", "path": "/place/city", "value": "d" }),
            json!({ "op": "copy", "from": "/place/city", "path": "/title" }),
        ];
        let patch = json!({ "ids": [id], "jsonPatch": operations });
        let patched = owner.call(posts("update_many"), patch).await.ok();
        assert_eq!((&patched[0]["title"], &patched[0]["edits"]), (&json!("d"), &json!(3)));

        let shops = |kind| route(kind, "shops", "shop");
        let id = made(owner, shops("create_one"), json!({ "place": { "city": "e" } })).await;
        let unknown = Update::default().set("place.unknown", 3);
        store.update_many("shops", &Filter::All, &unknown).await.unwrap();
        let part = json!({ "id": id, "mergePatch": { "place": { "city": "f" } } });
        owner.call(shops("update_one"), part).await.ok();
        let row = only(store, "shops", Filter::All).await;
        let place = bson::doc! { "city": "f", "country": "e", "unknown": 3 };
        assert_eq!(row.get_document("place").unwrap(), &place, "{}", store.name());
    })
    .await;
}

#[tokio::test]
async fn changes_that_meet_lose_nothing_and_ask_again() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        let id = post(owner, "a", "a").await;
        let calls = (0..6).map(|i| {
            let input = json!({ "id": id, "title": format!("title {i}") });
            owner.call(posts("update_one"), input)
        });
        for answer in futures_util::future::join_all(calls).await {
            answer.ok();
        }
        assert_eq!(stored(store, "a").await.get_i64("edits").unwrap(), 6, "{}", store.name());
        // What a hook wrote in an attempt that lost is undone with it.
        assert_eq!(asked(store).await.len(), 7, "{}", store.name());
    })
    .await;
}
