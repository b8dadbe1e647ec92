//! Documents that are deleted softly: out of reach, brought back, removed for good.

use serde_json::{Value, json};

use crate::{
    http::NOBODY,
    library::builder,
    via::{Route, Via, everywhere, route},
};

const LIST: Route<'static> = Route { kind: "get_many", path: "writers", event: "writer", sub_path: "" };

fn of(kind: &str) -> Route<'_> {
    route(kind, "writers", "writer")
}

async fn writer(via: &Via, name: &str) -> Value {
    let body = json!({ "name": name, "email": format!("{name}@x.y") });
    via.call(of("create_one"), body).await.ok()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_deleted_document_is_out_of_reach_unless_asked_for() {
    everywhere(builder, async |via, store| {
        let (ada, bob) = (writer(via, "ada").await, writer(via, "bob").await);
        let id = &ada["id"];
        assert_eq!(via.call(of("delete_one"), json!({ "id": id })).await.ok(), json!({ "deletedCount": 1 }));
        assert_eq!(via.call(of("delete_one"), json!({ "id": id })).await.ok(), json!({ "deletedCount": 0 }));
        for (kind, body) in [
            ("get_one", json!({ "id": id })),
            ("update_one", json!({ "id": id, "name": "x" })),
            ("replace_one", json!({ "id": id, "name": "x" })),
        ] {
            via.call(of(kind), body).await.refused(404, "Document not found");
        }
        assert_eq!(names(&via.call(LIST, json!({})).await.ok()), ["bob"]);
        assert_eq!(names(&via.call(LIST, json!({ "name": "ada" })).await.ok()), Vec::<&str>::new());

        let all = via.call(LIST, json!({ "trashed": "with", "sort": "name", "count": true })).await;
        assert_eq!(
            (names(&all.body), &all.meta["total"]),
            (vec!["ada", "bob"], &json!(2)),
            "{}",
            store.name()
        );
        let (gone, living) = (&all.body[0], &all.body[1]);
        assert!(gone["deletedAt"].is_string() && living.get("deletedAt").is_none(), "{all:?}");
        assert!(gone.get("isDeleted").is_none());
        assert_eq!(names(&via.call(LIST, json!({ "trashed": "only" })).await.ok()), ["ada"]);
        let one = via.call(of("get_one"), json!({ "id": id, "trashed": "with" })).await.ok();
        assert_eq!(one["name"], "ada");
        let living = json!({ "id": bob["id"], "trashed": "only" });
        via.call(of("get_one"), living).await.refused(404, "Document not found");
    })
    .await;
}

#[tokio::test]
async fn what_was_deleted_comes_back_as_it_was() {
    everywhere(builder, async |via, _| {
        let ada = writer(via, "ada").await;
        via.call(of("delete_one"), json!({ "id": ada["id"] })).await.ok();
        let back = via.call(of("restore_one"), json!({ "id": ada["id"] })).await.ok();
        assert_eq!((&back["name"], back.get("deletedAt")), (&json!("ada"), None));
        assert_eq!((&back["createdAt"], &back["email"]), (&ada["createdAt"], &ada["email"]));
        assert_eq!(names(&via.call(LIST, json!({})).await.ok()), ["ada"]);
        for id in [&ada["id"], &json!(NOBODY)] {
            via.call(of("restore_one"), json!({ "id": id })).await.refused(404, "Document not found");
        }
        via.call(of("restore_one"), json!({ "id": "nonsense" })).await.refused(404, "Writer not found");
    })
    .await;
}

#[tokio::test]
async fn unique_holds_among_the_living() {
    everywhere(builder, async |via, _| {
        let first = writer(via, "ada").await;
        via.call(of("delete_one"), json!({ "id": first["id"] })).await.ok();
        let second = writer(via, "ada").await;
        let taken = via.call(of("restore_one"), json!({ "id": first["id"] })).await;
        taken.refused(409, "email 'ada@x.y' is already used");
        via.call(of("delete_one"), json!({ "id": second["id"] })).await.ok();
        via.call(of("restore_one"), json!({ "id": first["id"] })).await.ok();
    })
    .await;
}

#[tokio::test]
async fn many_come_back_together_or_not_at_all() {
    everywhere(builder, async |via, store| {
        let mut ids = vec![];
        for name in ["a", "b", "c"] {
            ids.push(writer(via, name).await["id"].clone());
        }
        via.call(of("delete_many"), json!({ "ids": ids })).await.ok();
        let with_nobody = json!({ "ids": [ids[0], NOBODY] });
        via.call(of("restore_many"), with_nobody).await.refused(404, "Document not found");
        assert_eq!(via.call(LIST, json!({})).await.ok(), json!([]), "{}", store.name());
        // One whose place was taken keeps the others where they are.
        writer(via, "b").await;
        let taken = via.call(of("restore_many"), json!({ "ids": ids })).await;
        taken.refused(409, "email 'b@x.y' is already used");
        assert_eq!(names(&via.call(LIST, json!({})).await.ok()), ["b"]);
        let back = via.call(of("restore_many"), json!({ "ids": [ids[2], ids[0]] })).await.ok();
        assert_eq!(names(&back), ["c", "a"]);
    })
    .await;
}

#[tokio::test]
async fn only_what_is_deleted_is_purged() {
    everywhere(builder, async |via, _| {
        let ada = writer(via, "ada").await;
        let purge = json!({ "id": ada["id"] });
        assert_eq!(via.call(of("purge_one"), purge.clone()).await.ok(), json!({ "deletedCount": 0 }));
        via.call(of("delete_one"), purge.clone()).await.ok();
        assert_eq!(via.call(of("purge_one"), purge.clone()).await.ok(), json!({ "deletedCount": 1 }));
        assert_eq!(via.call(LIST, json!({ "trashed": "with" })).await.ok(), json!([]));
        via.call(of("restore_one"), purge).await.refused(404, "Document not found");
        let malformed = via.call(of("purge_one"), json!({ "id": { "$ne": null } })).await;
        assert_eq!(malformed.ok(), json!({ "deletedCount": 0 }));
    })
    .await;
}
