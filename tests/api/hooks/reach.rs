//! Hooks and the policies of who calls: what a hook makes of a document stays within the caller's reach.

use dynamic_api::{DynamicApiBuilder, Error, Id, Saving, UserPrincipal, Where, dynamic_api};
use serde_json::json;

use super::posts::{Asked, asked, count};
use crate::{
    policies::everywhere,
    via::{Route, route},
};

/// Everybody has papers of their own, unless a hook gives them away.
#[dynamic_api(
    path = "papers",
    scope = own,
    before_save = given,
    routes(get_one, create_one(ability = is_owner(signed)), update_one(ability = is_owner(signed)), update_many, replace_one, delete_one, batch)
)]
pub struct Paper {
    pub title: String,
    #[api(read_only)]
    pub owner: Option<Id>,
    #[api(read_only)]
    pub signed: Option<Id>,
}

fn own(user: &UserPrincipal) -> Where<Paper> {
    Where::eq(PaperFields::OWNER, Some(user.id()))
}

async fn given(mut paper: Paper, saving: Saving<'_, Paper>) -> Result<Paper, Error> {
    saving.repo::<Asked>()?.create(Asked { what: paper.title.clone() }).await?;
    let caller = saving.user().map(|user| user.id());
    if saving.before().is_none() {
        (paper.owner, paper.signed) = (caller, caller);
    }
    match &*paper.title {
        "away" => paper.owner = Some(Id::new()),
        "unsigned" => paper.signed = None,
        _ => {}
    }
    Ok(paper)
}

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Paper>().resource::<Asked>()
}

fn papers(kind: &str) -> Route<'_> {
    route(kind, "papers", "paper")
}

#[tokio::test]
async fn nothing_leaves_the_reach_of_its_caller_by_a_hook() {
    everywhere(resources, async |people, store| {
        let owner = &people.owner;
        // What makes it the caller's is the hook's doing: the ability is asked of the outcome.
        let id = owner.call(papers("create_one"), json!({ "title": "a" })).await.ok()["id"].clone();
        assert_eq!(asked(store).await, ["a"], "{}", store.name());
        for (kind, input) in [
            ("create_one", json!({ "title": "away" })),
            ("create_one", json!({ "title": "unsigned" })),
            ("update_one", json!({ "id": id, "title": "away" })),
            ("update_many", json!({ "ids": [id], "title": "away" })),
            ("replace_one", json!({ "id": id, "title": "away" })),
            ("batch", json!({ "list": [{ "create": { "title": "away" } }] })),
        ] {
            owner.call(papers(kind), input.clone()).await.refused(403, "Forbidden resource");
            assert_eq!(asked(store).await, ["a"], "{kind} {input} on {}", store.name());
        }
        let paper = owner.call(papers("get_one"), json!({ "id": id })).await.ok();
        assert_eq!((&paper["title"], count(store, "papers").await), (&json!("a"), 1));

        // Of one that is there it is asked before: who may not change it is told so, and no hook is asked.
        owner.call(papers("update_one"), json!({ "id": id, "title": "unsigned" })).await.ok();
        let refused = owner.call(papers("update_one"), json!({ "id": id, "title": "b" })).await;
        refused.refused(403, "Forbidden resource");
        let unseen = people.other.call(papers("update_one"), json!({ "id": id, "title": "b" })).await;
        unseen.refused(404, "Document not found");
        assert_eq!(asked(store).await, ["a", "unsigned"], "{}", store.name());
    })
    .await;
}
