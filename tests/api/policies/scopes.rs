//! What a scope leaves out does not exist, on every route.

use bson::{Document, doc};
use dynamic_api::{
    AggregateQuery, DynamicApiBuilder, Id, Ref, Stored, UserPrincipal, dynamic_api,
    query::{Filter, Where},
};
use serde_json::{Value, json};

use super::{People, everywhere, people::made};
use crate::via::{Route, Via, route};

/// What only its author has.
#[dynamic_api(
    path = "drafts",
    soft_delete,
    trashed,
    text_index(title),
    unique(author, slug),
    scope = own,
    routes(
        get_many,
        get_one,
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        restore_one,
        restore_many,
        purge_one,
        batch,
        aggregate(query = All),
        upsert_one(key(author, slug)),
        get_many(sub_path = "open", public, scope = open),
    )
)]
pub struct Draft {
    pub title: String,
    pub slug: String,
    #[api(default = false)]
    pub open: bool,
    pub author: Option<Id>,
}

fn own(user: &UserPrincipal) -> Where<Draft> {
    Where::eq(DraftFields::AUTHOR, user.id())
}

fn open(_: Option<&UserPrincipal>) -> Where<Draft> {
    Where::eq(DraftFields::OPEN, true)
}

#[derive(serde::Deserialize)]
struct All {}

impl AggregateQuery for All {
    fn pipeline(&self) -> Vec<Document> {
        let others = doc! { "from": "drafts", "pipeline": [], "as": "all" };
        vec![
            doc! { "$group": { "_id": null, "count": { "$sum": 1 } } },
            doc! { "$lookup": others },
            doc! { "$project": { "count": 1, "all.slug": 1 } },
        ]
    }
}

fn with_drafts(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Draft>()
}

const fn drafts(kind: &str) -> Route<'_> {
    Route { kind, path: "drafts", event: "draft", sub_path: "" }
}

fn draft(people: &People, slug: &str) -> Value {
    json!({ "title": slug, "slug": slug, "author": people.owner_id })
}

#[tokio::test]
async fn what_is_out_of_scope_does_not_exist() {
    everywhere(with_drafts, async |people, store| {
        let (owner, other) = (&people.owner, &people.other);
        let id = made(owner, drafts("create_one"), draft(people, "a")).await;
        let gone = made(owner, drafts("create_one"), draft(people, "b")).await;
        owner.call(drafts("delete_one"), json!({ "id": gone })).await.ok();
        let before = store.find("drafts", &dynamic_api::query::Find::new(Filter::All)).await.unwrap();

        people.anonymous.call(drafts("get_one"), json!({ "id": id })).await.refused(401, "Unauthorized");
        for (kind, input) in [
            ("get_one", json!({ "id": id })),
            ("update_one", json!({ "id": id, "title": "mine" })),
            ("update_many", json!({ "ids": [id], "title": "mine" })),
            ("replace_one", json!({ "id": id, "title": "mine", "slug": "a", "author": people.other_id })),
            ("duplicate_one", json!({ "id": id, "author": people.other_id })),
            ("duplicate_many", json!({ "ids": [id], "author": people.other_id })),
            ("restore_one", json!({ "id": gone })),
            ("restore_many", json!({ "ids": [gone] })),
        ] {
            other.call(drafts(kind), input).await.refused(404, "Document not found");
        }
        for (kind, input) in [
            ("delete_one", json!({ "id": id })),
            ("delete_many", json!({ "ids": [id, gone] })),
            ("purge_one", json!({ "id": gone })),
        ] {
            assert_eq!(other.call(drafts(kind), input).await.ok(), json!({ "deletedCount": 0 }), "{kind}");
        }
        for query in [
            json!({}),
            json!({ "trashed": "with" }),
            json!({ "search": "a" }),
            json!({ "author": people.owner_id }),
            json!({ "or": [{ "slug": "a" }, { "slug": { "ne": "a" } }] }),
        ] {
            let query = json!({ "count": "true" }).as_object().unwrap().iter().fold(
                query,
                |mut query, (name, value)| {
                    query[name] = value.clone();
                    query
                },
            );
            let listed = other.call(drafts("get_many"), query.clone()).await;
            assert_eq!((&listed.body, &listed.meta["total"]), (&json!([]), &json!(0)), "{query}");
        }
        assert_eq!(other.call(drafts("aggregate"), json!({})).await.ok(), json!([]));
        let own = owner.call(drafts("aggregate"), json!({})).await.ok();
        assert_eq!(own, json!([{ "_id": null, "count": 1, "all": [{ "slug": "a" }] }]));

        let after = store.find("drafts", &dynamic_api::query::Find::new(Filter::All)).await.unwrap();
        assert_eq!(before, after);
        assert_eq!(owner.call(drafts("get_one"), json!({ "id": id })).await.ok()["title"], "a");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_to_where_its_writer_could_not_reach_it() {
    everywhere(with_drafts, async |people, store| {
        let (owner, other) = (&people.owner, &people.other);
        let id = made(owner, drafts("create_one"), draft(people, "a")).await;
        let theirs = json!({ "title": "x", "slug": "x", "author": people.other_id });
        let (patch, ops) = (
            json!({ "author": people.other_id }),
            json!([{ "op": "add", "path": "/author", "value": people.other_id }]),
        );
        for (kind, input) in [
            ("create_one", theirs.clone()),
            ("create_many", json!({ "list": [draft(people, "ok"), theirs] })),
            ("update_one", json!({ "id": id, "author": people.other_id })),
            ("update_one", json!({ "id": id, "author": null })),
            ("update_one", json!({ "id": id, "mergePatch": patch })),
            ("update_one", json!({ "id": id, "jsonPatch": ops })),
            ("update_many", json!({ "ids": [id], "author": people.other_id })),
            ("replace_one", json!({ "id": id, "title": "a", "slug": "a", "author": people.other_id })),
            ("duplicate_one", json!({ "id": id, "slug": "c", "author": people.other_id })),
            ("upsert_one", json!({ "title": "z", "slug": "z", "author": people.other_id })),
        ] {
            owner.call(drafts(kind), input).await.refused(403, "Forbidden resource");
        }
        for item in [
            json!({ "create": { "title": "x", "slug": "x", "author": people.other_id } }),
            json!({ "update": { "id": id, "author": people.other_id } }),
        ] {
            let refused = owner.call(drafts("batch"), json!({ "list": [item.clone()] })).await;
            assert!(refused.status == 403 || refused.status == 400, "{refused:?}");
        }
        let all = store.find("drafts", &dynamic_api::query::Find::new(Filter::All)).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(
            owner.call(drafts("get_one"), json!({ "id": id })).await.ok()["author"],
            people.owner_id.to_string()
        );

        // The key of what another has is taken, and that is all that is told.
        let taken = other
            .call(drafts("upsert_one"), json!({ "title": "z", "slug": "a", "author": people.owner_id }))
            .await;
        taken.refused(403, "Forbidden resource");
        owner
            .call(drafts("upsert_one"), json!({ "title": "new", "slug": "a", "author": people.owner_id }))
            .await
            .ok();
        assert_eq!(owner.call(drafts("get_one"), json!({ "id": id })).await.ok()["title"], "new");
    })
    .await;
}

#[tokio::test]
async fn the_scope_of_a_route_stands_beside_that_of_its_entity() {
    everywhere(with_drafts, async |people, _| {
        let open = Route { sub_path: "open", ..route("get_many", "drafts", "draft") };
        for (slug, is_open) in [("a", true), ("b", false)] {
            let mut body = draft(people, slug);
            body["open"] = is_open.into();
            made(&people.owner, drafts("create_one"), body).await;
        }
        let listed = people.owner.call(open, json!({ "count": "true", "sort": "slug" })).await;
        assert_eq!((&listed.body[0]["slug"], &listed.meta["total"]), (&json!("a"), &json!(1)));
        // The scope of the entity is for users, so that a caller without a token has nothing.
        assert_eq!(people.anonymous.call(open, json!({})).await.ok(), json!([]));
        assert_eq!(people.other.call(open, json!({})).await.ok(), json!([]));
    })
    .await;
}

/// Whatever leads to a memo from elsewhere, shows what its `get_one` does.
#[dynamic_api(
    path = "memos",
    routes(create_one, get_one(ability = is_for_owner_eyes, scope = not_torn), get_many(sub_path = "all"))
)]
pub struct Memo {
    pub text: String,
    #[api(from_user)]
    pub author: Id,
    #[api(default = false)]
    pub torn: bool,
}

fn not_torn(_: &UserPrincipal) -> Where<Memo> {
    Where::eq(MemoFields::TORN, false)
}

async fn is_for_owner_eyes(memo: &Stored<Memo>, user: &UserPrincipal) -> bool {
    memo.author == user.id()
}

/// Leads to memos, and to those that only admins read.
#[dynamic_api(
    path = "boards",
    routes(create_one, get_one(public, populate(memo, torn, secret)), aggregate(query = Joined, public))
)]
pub struct Board {
    pub memo: Option<Ref<Memo>>,
    pub torn: Option<Ref<Memo>>,
    pub secret: Option<Ref<Secret>>,
}

#[dynamic_api(path = "secrets", ability(reads = has_role("admin")), routes(create_one, get_one, get_many))]
pub struct Secret {
    pub text: String,
}

#[derive(serde::Deserialize)]
struct Joined {}

impl AggregateQuery for Joined {
    fn pipeline(&self) -> Vec<Document> {
        let of = |from: &str| doc! { "$lookup": { "from": from, "pipeline": [], "as": from } };
        vec![
            of("memos"),
            of("secrets"),
            doc! { "$project": { "_id": 0, "memos.text": 1, "secrets.text": 1 } },
        ]
    }
}

#[tokio::test]
async fn another_door_to_a_document_is_no_wider() {
    let resources =
        |builder: DynamicApiBuilder| builder.resource::<Memo>().resource::<Board>().resource::<Secret>();
    everywhere(resources, async |people, _| {
        let memos = route("create_one", "memos", "memo");
        let memo = made(&people.owner, memos, json!({ "text": "mine" })).await;
        let torn = made(&people.owner, memos, json!({ "text": "torn", "torn": true })).await;
        let secret =
            made(&people.other, route("create_one", "secrets", "secret"), json!({ "text": "s" })).await;
        let board = json!({ "memo": memo, "torn": torn, "secret": secret });
        let board = made(&people.other, route("create_one", "boards", "board"), board).await;
        let shown = async |via: &Via| {
            let input = json!({ "id": board, "populate": "memo,torn,secret" });
            let board = via.call(route("get_one", "boards", "board"), input).await.ok();
            ["memo", "torn", "secret"].map(|name| board[name]["text"].as_str().unwrap_or("-").to_owned())
        };
        assert_eq!(shown(&people.owner).await, ["mine", "-", "-"]);
        assert_eq!(shown(&people.other).await, ["-", "-", "-"]);
        assert_eq!(shown(&people.admin).await, ["-", "-", "s"]);
        assert_eq!(shown(&people.anonymous).await, ["-", "-", "-"]);
        // Code can't be asked within a pipeline, so that nothing is found there.
        for (via, secrets) in [(&people.owner, json!([])), (&people.admin, json!([{ "text": "s" }]))] {
            let joined = via.call(route("aggregate", "boards", "board"), json!({})).await.ok();
            assert_eq!(joined, json!([{ "memos": [], "secrets": secrets }]));
        }
    })
    .await;
}
