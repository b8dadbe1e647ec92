//! Rules over several fields, asked of what a write makes of a document.

use serde_json::{Value, json};

use super::{entities::builder, event, events, found, stored, with};
use crate::via::{Route, everywhere};

const EARLY: &str = "2026-05-01T09:00:00.000Z";

fn backwards(code: &str) -> Value {
    with(code, json!({ "ends": EARLY }))
}

#[tokio::test]
async fn new_documents_are_judged_as_a_whole_and_told_with_all_else() {
    everywhere(builder, async |via, _| {
        let answer = via.call(events("create_one"), backwards("one")).await;
        assert_eq!(found(&answer), [("/ends", "order")]);
        let wrong = with("one", json!({ "ends": EARLY, "title": "", "colour": "red" }));
        let answer = via.call(events("create_one"), wrong).await;
        assert_eq!(found(&answer), [("/colour", "unknown"), ("/title", "length"), ("/ends", "order")]);
        let list = json!({ "list": [event("one"), backwards("two"), with("three", json!({ "price": -1 }))] });
        let answer = via.call(events("create_many"), list).await;
        assert_eq!(found(&answer), [("/list/1/ends", "order"), ("/list/2/price", "range")]);
        let answer = via.call(events("batch"), json!({ "list": [{ "create": backwards("two") }] })).await;
        assert_eq!(found(&answer), [("/list/0/create/ends", "order")]);
        let answer = via.call(events("upsert_one"), backwards("new")).await;
        assert_eq!(found(&answer), [("/ends", "order")]);
    })
    .await;
}

#[tokio::test]
async fn changes_are_judged_by_the_document_that_they_make() {
    everywhere(builder, async |via, _| {
        let (one, two) = (stored(via, "one").await, stored(via, "two").await);
        let early = json!({ "id": one, "ends": EARLY });
        assert_eq!(found(&via.call(events("update_one"), early).await), [("/ends", "order")]);
        let both = json!({ "id": one, "ends": EARLY, "starts": EARLY });
        assert_eq!(via.call(events("update_one"), both).await.ok()["ends"], EARLY);
        // One of the two would be as it must not.
        let both = json!({ "ids": [one, two], "ends": EARLY });
        assert_eq!(found(&via.call(events("update_many"), both).await), [("/ends", "order")]);
        let patch = json!({ "id": two, "mergePatch": { "ends": EARLY } });
        assert_eq!(found(&via.call(events("update_one"), patch).await), [("/ends", "order")]);
        let patch = json!([{ "op": "replace", "path": "/ends", "value": EARLY }]);
        let answer = via.call(events("update_one"), json!({ "id": two, "jsonPatch": patch })).await;
        assert_eq!(found(&answer), [("/ends", "order")]);
        let copy = json!({ "id": two, "code": "copy", "ends": EARLY });
        assert_eq!(found(&via.call(events("duplicate_one"), copy).await), [("/ends", "order")]);
        let batch = json!({ "list": [{ "update": { "id": two, "ends": EARLY } }] });
        assert_eq!(found(&via.call(events("batch"), batch).await), [("/list/0/update/ends", "order")]);
        let kept = via.call(events("get_one"), json!({ "id": two })).await.ok();
        assert_eq!(kept["ends"], "2026-05-01T11:00:00.000Z");
    })
    .await;
}

#[tokio::test]
async fn a_replacement_is_judged_with_what_is_kept() {
    everywhere(builder, async |via, _| {
        let short = Route { sub_path: "short", ..events("create_one") };
        let at = "2026-05-01T10:00:00.000Z";
        let id = via.call(short, json!({ "name": "abc", "at": at })).await.ok()["id"].clone();
        // Its first time is kept: no client can send it.
        let early = with("abc", json!({ "id": id, "starts": EARLY }));
        let answer = via.call(events("replace_one"), early.clone()).await;
        assert_eq!(found(&answer), [("/starts", "order"), ("", "early")]);
        let answer = via.call(events("batch"), json!({ "list": [{ "replace": early }] })).await;
        assert_eq!(found(&answer), [("/list/0/replace/starts", "order"), ("/list/0/replace", "early")]);
        let answer = via.call(events("upsert_one"), with("abc", json!({ "starts": EARLY }))).await;
        assert_eq!(found(&answer), [("/starts", "order"), ("", "early")]);
        let answer = via.call(events("upsert_one"), with("other", json!({ "starts": EARLY }))).await;
        assert!(answer.status < 300, "{answer:?}");
        let same = with("abc", json!({ "id": id, "title": "again" }));
        assert_eq!(via.call(events("replace_one"), same).await.ok()["title"], "again");
    })
    .await;
}
