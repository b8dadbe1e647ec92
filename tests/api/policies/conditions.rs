//! The condition is part of the write: what changes while an ability makes up its mind is not written over.

use std::time::Duration;

use dynamic_api::{
    DynamicApiBuilder, Id, Stored, UserPrincipal, dynamic_api,
    query::{Filter, Find, Update},
};
use serde_json::{Value, json};
use test_support::TestStore;
use tokio::sync::Semaphore;

use super::{
    everywhere,
    people::{People, made},
};
use crate::via::Route;

/// Its ability waits for the test.
#[dynamic_api(path = "deeds", ability(writes = is_author_in_the_end), soft_delete)]
pub struct Deed {
    pub text: String,
    #[api(from_user)]
    pub author: Id,
    #[api(default = false)]
    pub waits: bool,
}

static ASKED: Semaphore = Semaphore::const_new(0);
static ANSWER: Semaphore = Semaphore::const_new(0);

async fn is_author_in_the_end(deed: &Stored<Deed>, user: &UserPrincipal) -> bool {
    if deed.waits {
        ASKED.add_permits(1);
        let answer = tokio::time::timeout(Duration::from_secs(10), ANSWER.acquire()).await;
        answer.unwrap().unwrap().forget();
    }
    deed.author == user.id()
}

/// What a call of a deed sends.
type Input = fn(Id) -> Value;

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Deed>()
}

const fn deeds(kind: &str) -> Route<'_> {
    Route { kind, path: "deeds", event: "deed", sub_path: "" }
}

/// Stores a deed that waits, beside the API.
async fn waiting(people: &People, store: &TestStore) -> Id {
    let id: Id = made(&people.owner, deeds("create_one"), json!({ "text": "a" })).await.parse().unwrap();
    let update = Update::default().set("waits", true);
    store.update_one("deeds", &Filter::eq("_id", id), &update).await.unwrap().unwrap();
    id
}

/// Gives the deed to another, as another program would, while the ability is asked; afterwards it does not wait any more.
async fn given_away(people: &People, store: &TestStore, id: Id) {
    ASKED.acquire().await.unwrap().forget();
    let update = Update::default().set("author", people.other_id).set("waits", false);
    store.update_one("deeds", &Filter::eq("_id", id), &update).await.unwrap().unwrap();
    ANSWER.add_permits(1);
}

#[tokio::test]
async fn a_document_that_changed_hands_meanwhile_is_not_written() {
    everywhere(resources, async |people, store| {
        let calls: [(&str, Input); 6] = [
            ("update_one", |id| json!({ "id": id, "text": "mine" })),
            ("update_one", |id| json!({ "id": id, "mergePatch": { "text": "mine" } })),
            ("update_many", |id| json!({ "ids": [id], "text": "mine" })),
            ("replace_one", |id| json!({ "id": id, "text": "mine" })),
            ("delete_one", |id| json!({ "id": id })),
            ("delete_many", |id| json!({ "ids": [id] })),
        ];
        for (kind, input) in calls {
            let id = waiting(people, store).await;
            let (answer, ()) =
                tokio::join!(people.owner.call(deeds(kind), input(id)), given_away(people, store, id));
            answer.refused(403, "Forbidden resource");
            let left = store.find("deeds", &Find::new(Filter::eq("_id", id))).await.unwrap();
            let left = left.first().unwrap();
            assert_eq!(left.get_str("text").unwrap(), "a", "{kind}");
            assert_eq!(Id::from(left.get_object_id("author").unwrap()), people.other_id);
            assert!(left.get("deletedAt").unwrap().is_none_or(|value| value.as_null().is_some()), "{kind}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_changed_meanwhile_and_is_allowed_still_is_kept() {
    everywhere(resources, async |people, store| {
        let id = waiting(people, store).await;
        let beside = async {
            ASKED.acquire().await.unwrap().forget();
            let update = Update::default().set("text", "b").set("waits", false);
            store.update_one("deeds", &Filter::eq("_id", id), &update).await.unwrap().unwrap();
            ANSWER.add_permits(1);
        };
        let patch = json!({ "id": id, "waits": false });
        let (answer, ()) = tokio::join!(people.owner.call(deeds("update_one"), patch), beside);
        assert_eq!(answer.ok()["text"], "b");
    })
    .await;
}
