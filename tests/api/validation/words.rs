//! Messages: ours, and the application's.

use dynamic_api::DynamicApiBuilder;
use serde_json::json;
use test_support::TestStore;

use super::{entities::builder, events, with};
use crate::via::everywhere;

fn german(store: &TestStore) -> DynamicApiBuilder {
    builder(store).messages(|violation, _| match violation.code {
        "length" => Some(format!("{} bis {} Zeichen", violation.param("min")?, violation.param("max")?)),
        "range" => Some(format!("unter {}", violation.param("exclusiveMax")?)),
        "required" => Some("fehlt".to_owned()),
        "even" => Some(format!("gerade, nicht {}", violation.param("seats")?)),
        _ => None,
    })
}

#[tokio::test]
async fn an_application_has_words_of_its_own() {
    everywhere(german, async |via, _| {
        let mut wrong = with("one", json!({ "title": "", "price": 100, "seats": 3, "colour": 1 }));
        wrong.as_object_mut().unwrap().shift_remove("ends");
        let answer = via.call(events("create_one"), wrong.clone()).await;
        let expected = json!([
            "colour is no member of Event",
            "fehlt",
            "1 bis 5 Zeichen",
            "unter 100",
            "gerade, nicht 3"
        ]);
        assert_eq!(answer.body["message"], expected);
        let batch = json!({ "list": [{ "create": wrong }], "atomic": false });
        let done = via.call(events("batch"), batch).await.ok();
        assert!(done.to_string().contains("gerade, nicht 3"), "{done}");
    })
    .await;
}

#[tokio::test]
async fn ours_say_what_must_be() {
    everywhere(builder, async |via, _| {
        let wrong = json!({
            "code": "A", "title": "", "price": 100, "seats": 3, "tags": ["aa", "bb", "cc", "dd"],
            "host": { "mail": "x", "site": "y" },
        });
        let answer = via.call(events("update_one"), {
            let mut wrong = wrong;
            wrong["id"] = json!("507f1f77bcf86cd799439011");
            wrong
        });
        let expected = json!([
            "code must have 3 to 20 characters",
            "code must match ^[a-z0-9-]+$",
            "title must have 1 to 5 characters",
            "price must be at least 0 and below 100",
            "seats must be even",
            "tags must have at most 3 items",
            "host.mail must be an e-mail address",
            "a link, please",
        ]);
        assert_eq!(answer.await.body["message"], expected);
    })
    .await;
}
