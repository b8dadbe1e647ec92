//! Unique values without regard to case.

use dynamic_api::{DynamicApi, DynamicApiBuilder, dynamic_api};
use serde_json::{Value, json};
use test_support::TestStore;

use crate::via::{Route, everywhere, route};

#[dynamic_api(path = "teams", web_socket, soft_delete, filter(indexed_only))]
pub struct Team {
    #[api(unique_ci)]
    pub name: String,
    #[api(unique_ci)]
    pub short: Option<String>,
}

fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder().store(store.store()).resource::<Team>()
}

fn teams(kind: &str) -> Route<'_> {
    route(kind, "teams", "team")
}

#[tokio::test]
async fn names_that_differ_in_case_alone_are_one() {
    everywhere(builder, async |via, _| {
        let create = async |body: Value| via.call(teams("create_one"), body).await;
        let red = create(json!({ "name": "Équipe Rouge" })).await.ok();
        create(json!({ "name": "Equipe rouge" })).await.ok();
        create(json!({ "name": "other", "short": "AB" })).await.ok();
        create(json!({ "name": "another" })).await.ok();
        create(json!({ "name": "ÉQUIPE rouge" })).await.refused(409, "name 'ÉQUIPE rouge' is already used");
        create(json!({ "name": "b", "short": "ab" })).await.refused(409, "short 'ab' is already used");
        let list = json!({ "list": [{ "name": "Blue" }, { "name": "BLUE" }] });
        assert_eq!(via.call(teams("create_many"), list).await.status, 409);
        let renamed = json!({ "id": red["id"], "name": "OTHER" });
        let answer = via.call(teams("update_one"), renamed).await;
        assert_eq!(answer.status, 409, "{answer:?}");
        assert!(answer.body["message"].as_str().unwrap().starts_with("name "), "{answer:?}");
        // Its own name in other letters, and that of a deleted one.
        let own = json!({ "id": red["id"], "name": "équipe ROUGE" });
        assert_eq!(via.call(teams("update_one"), own).await.ok()["name"], "équipe ROUGE");
        via.call(teams("delete_one"), json!({ "id": red["id"] })).await.ok();
        create(json!({ "name": "équipe rouge" })).await.ok();
        // It is no index that a filter could use.
        assert_eq!(via.call(teams("get_many"), json!({ "name": "other" })).await.status, 400);
    })
    .await;
}
