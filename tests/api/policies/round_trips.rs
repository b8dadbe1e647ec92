//! What policies cost in commands to a real mongod: a scope none, an ability one read.

use serde_json::json;

use super::{
    abilities::{self, Paper},
    people::{made, over_http},
    scopes::Draft,
};
use crate::{commands::Watched, via::Route};

const fn drafts(kind: &str) -> Route<'_> {
    Route { kind, path: "drafts", event: "draft", sub_path: "" }
}

#[tokio::test]
async fn a_scope_takes_no_command_and_an_ability_one_read() {
    let store = Watched::new().await;
    let people = over_http(|builder| builder.resource::<Paper>().resource::<Draft>(), &store.test).await;
    let draft = json!({ "title": "a", "slug": "a", "author": people.owner_id });
    let draft = made(&people.owner, drafts("create_one"), draft).await;
    let paper = made(&people.owner, abilities::papers("create_one"), json!({ "title": "a" })).await;
    store.taken();
    let whole = json!({ "id": draft, "title": "c", "slug": "a", "author": people.owner_id });
    for (route, caller, input, expected) in [
        (drafts("get_one"), &people.owner, json!({ "id": draft }), &["find"][..]),
        (drafts("get_many"), &people.owner, json!({ "limit": 20 }), &["find"]),
        (drafts("update_one"), &people.owner, json!({ "id": draft, "title": "b" }), &["findAndModify"]),
        // It could leave the scope, by its author.
        (drafts("replace_one"), &people.owner, whole, &["find", "findAndModify"]),
        (drafts("delete_one"), &people.other, json!({ "id": draft }), &["findAndModify"]),
        (abilities::papers("get_one"), &people.other, json!({ "id": paper }), &["find"]),
        (
            abilities::papers("update_one"),
            &people.owner,
            json!({ "id": paper, "title": "b" }),
            &["find", "findAndModify"],
        ),
        (abilities::papers("delete_one"), &people.owner, json!({ "id": paper }), &["find", "findAndModify"]),
        // Whom an ability allows everything is asked nothing, and neither is whom it allows nothing.
        (
            abilities::papers("update_one"),
            &people.admin,
            json!({ "id": paper, "title": "b" }),
            &["findAndModify"],
        ),
        (abilities::papers("update_one"), &people.anonymous, json!({ "id": paper, "title": "b" }), &[]),
    ] {
        caller.call(route, input.clone()).await;
        assert_eq!(store.taken(), expected, "{} of {}: {input}", route.kind, route.path);
    }
}
