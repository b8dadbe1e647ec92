//! What is referred to is there when it is written.

use bson::oid::ObjectId;
use dynamic_api::{DynamicApi, DynamicApiBuilder, Id, Ref, api_type, dynamic_api, query::Filter};
use serde_json::{Value, json};
use test_support::TestStore;

use super::found;
use crate::via::{Route, Via, everywhere, route};

#[dynamic_api(path = "rooms", web_socket, soft_delete, routes(create_one, delete_one, restore_one))]
pub struct Room {
    pub name: String,
    #[api(default)]
    pub closed: bool,
}

fn open() -> Filter {
    Filter::eq("closed", false)
}

#[api_type]
#[derive(Clone)]
pub struct Slot {
    #[api(exists(Room))]
    pub room: Ref<Room>,
}

#[dynamic_api(
    path = "talks",
    web_socket,
    routes(create_one, create_many, update_one, update_many, replace_one, duplicate_one, batch, get_one)
)]
pub struct Talk {
    pub title: String,
    #[api(exists(Room, filter = open))]
    pub room: Option<Ref<Room>>,
    #[api(default, exists(Room))]
    pub others: Vec<Id>,
    #[api(default)]
    pub slots: Vec<Slot>,
}

fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder().store(store.store()).resource::<Room>().resource::<Talk>()
}

fn talks(kind: &str) -> Route<'_> {
    route(kind, "talks", "talk")
}

async fn room(via: &Via, closed: bool) -> Value {
    let room = json!({ "name": "a", "closed": closed });
    via.call(route("create_one", "rooms", "room"), room).await.ok()["id"].clone()
}

/// An id of nothing.
fn none() -> Value {
    ObjectId::new().to_hex().into()
}

#[tokio::test]
async fn what_a_write_refers_to_must_be_there() {
    everywhere(builder, async |via, _| {
        let (open, closed) = (room(via, false).await, room(via, true).await);
        let talk = json!({ "title": "a", "room": open, "others": [closed, open], "slots": [{ "room": closed }] });
        let id = via.call(talks("create_one"), talk).await.ok()["id"].clone();

        let wrong = json!({
            "title": "b", "room": closed, "others": [open, none(), none()], "slots": [{ "room": open }, { "room": none() }],
        });
        let expected = ["/room", "/others/1", "/others/2", "/slots/1/room"];
        let at = |front: &str| expected.map(|pointer| format!("{front}{pointer}"));
        for (kind, target) in [
            ("create_one", json!({})),
            ("update_one", json!({ "id": id })),
            ("replace_one", json!({ "id": id })),
            ("duplicate_one", json!({ "id": id })),
            ("update_many", json!({ "ids": [id] })),
        ] {
            let mut input = wrong.clone();
            input.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
            let answer = via.call(talks(kind), input).await;
            assert_eq!(answer.pointers(), at(""), "{kind}");
            assert!(found(&answer).iter().all(|(_, code)| *code == "exists"));
        }
        let list = json!({ "list": [{ "title": "a", "room": open }, wrong] });
        assert_eq!(via.call(talks("create_many"), list).await.pointers(), at("/list/1"));
        let batch = json!({ "list": [{ "create": { "title": "a" } }, { "create": wrong }] });
        assert_eq!(via.call(talks("batch"), batch.clone()).await.pointers(), at("/list/1/create"));
        let mut each = batch;
        each["atomic"] = json!(false);
        let done = via.call(talks("batch"), each).await.ok();
        assert_eq!((&done[0]["status"], &done[1]["status"]), (&json!(201), &json!(400)), "{done}");
        let kept = via.call(talks("get_one"), json!({ "id": id })).await.ok();
        assert_eq!((&kept["title"], &kept["room"]), (&json!("a"), &open));
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_is_not_there_and_what_is_not_sent_is_not_asked() {
    everywhere(builder, async |via, _| {
        let room = room(via, false).await;
        let id =
            via.call(talks("create_one"), json!({ "title": "a", "room": room })).await.ok()["id"].clone();
        via.call(route("delete_one", "rooms", "room"), json!({ "id": room })).await.ok();
        let answer = via.call(talks("create_one"), json!({ "title": "b", "room": room })).await;
        assert_eq!(found(&answer), [("/room", "exists")]);
        assert_eq!(answer.body["message"][0], "room must be the id of a Room that is there");
        // The talk keeps a room that went since.
        let changed = json!({ "id": id, "title": "c", "others": [] });
        assert_eq!(via.call(talks("update_one"), changed).await.ok()["room"], room);
        let cleared = via.call(talks("update_one"), json!({ "id": id, "room": null })).await.ok();
        assert_eq!(cleared.get("room"), None);
        via.call(route("restore_one", "rooms", "room"), json!({ "id": room })).await.ok();
        via.call(talks("update_one"), json!({ "id": id, "room": room })).await.ok();
    })
    .await;
}

#[tokio::test]
async fn patches_refer_to_what_is_there() {
    everywhere(builder, async |via, _| {
        let room = room(via, false).await;
        let id =
            via.call(talks("create_one"), json!({ "title": "a", "others": [room] })).await.ok()["id"].clone();
        let patched = async |name: &str, patch: Value| {
            via.call(talks("update_one"), json!({ "id": id, name: patch })).await
        };
        let answer = patched("mergePatch", json!({ "room": none() })).await;
        assert_eq!(found(&answer), [("/room", "exists")]);
        let add = |path: &str, value: Value| json!([{ "op": "add", "path": path, "value": value }]);
        assert_eq!(found(&patched("jsonPatch", add("/others/-", none())).await), [("/others/-", "exists")]);
        // Computed on the document.
        assert_eq!(found(&patched("jsonPatch", add("/others/0", none())).await), [("/others/0", "exists")]);
        assert_eq!(patched("jsonPatch", add("/others/0", room.clone())).await.status, 200);
    })
    .await;
}
