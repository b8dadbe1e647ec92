//! Custom routes of entities: handlers of the program's own on the road of all routes, the same over both transports and on both
//! stores.

use dynamic_api::{
    AuthConfig, CallContext, CustomCall, DynamicApi, DynamicApiBuilder, EmbeddedStore, Error, Id, Json,
    LogDelivery, Presenter, RouteKind, Stored, Transport, UserPrincipal, Where, dynamic_api,
    query::{Filter, Find},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use test_support::TestStore;

use crate::{
    policies::people::{Person, everywhere, made},
    via::{Route, custom, route},
};

/// Its author publishes it, and nobody else; what is not published, only its author previews.
#[dynamic_api(
    path = "stories",
    soft_delete,
    routes(
        create_one,
        get_one(public),
        delete_one,
        custom(method = post, path = ":id/publish", handler = publish, body = Publish, ability = is_owner(author)),
        custom(
            method = get,
            path = ":id/preview",
            handler = preview,
            query = Preview,
            presenter = Card,
            public,
            scope = published_or_own,
        ),
        custom(method = post, path = "archive", handler = archive, ids, ability = is_owner(author)),
        custom(method = get, path = "counts", handler = counts, public, description = "How many stories there are."),
        custom(method = get, path = "find", handler = find, query = Wanted, public, event = "story-finder"),
        custom(method = put, path = "imports", handler = import, body = Import, ability = has_role("admin")),
        custom(method = delete, path = ":id/marks", handler = forget, protected),
        custom(method = patch, path = ":id", handler = panics, public),
        custom(method = post, path = ":id/rename", handler = rename, body = Rename, ability = is_owner(author)),
        custom(method = post, path = "close", handler = close, ids, body = Rename, ability = is_owner(author)),
        custom(method = get, path = ":id/title", handler = title, public),
    )
)]
pub struct Story {
    pub title: String,
    #[api(from_user)]
    pub author: Id,
    #[api(read_only, default = false)]
    pub published: bool,
    #[api(hidden)]
    pub notes: Option<String>,
    #[api(protected(read = has_role("admin")))]
    pub score: Option<i64>,
}

/// What was done with a story.
#[dynamic_api(path = "marks", routes(get_many(public)))]
pub struct Mark {
    pub story: Id,
    pub by: Id,
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    text: String,
    #[serde(default)]
    fail: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    letters: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    titles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    title: String,
    /// Whom it is given to while the handler takes its time.
    meanwhile: Option<Id>,
}

#[derive(Serialize)]
pub struct Card {
    start: String,
    mine: bool,
}

impl Presenter<Story> for Card {
    fn present(story: &Stored<Story>, context: &CallContext<'_>) -> Result<Self, Error> {
        let user = context.principal().user().map(UserPrincipal::id);
        Ok(Self { start: story.title.clone(), mine: user == Some(story.author) })
    }
}

fn published_or_own(user: Option<&UserPrincipal>) -> Where<Story> {
    let published = Where::eq(StoryFields::PUBLISHED, true);
    match user {
        Some(user) => published.or(Where::eq(StoryFields::AUTHOR, user.id())),
        None => published,
    }
}

/// Publishes a story and marks that it did, both or neither.
async fn publish(call: CustomCall<Stored<Story>, Publish>) -> Result<Stored<Story>, Error> {
    let (id, text) = (call.target.id(), &call.input.text);
    let by = call.user().ok_or(Error::Unauthorized)?.id();
    let fail = call.input.fail;
    call.transaction(|tx| {
        let text = text.clone();
        Box::pin(async move {
            let changes = UpdateStory { published: true.into(), ..Default::default() };
            let story = tx.repo::<Story>()?.update_one(id, changes).await?.ok_or(Error::DocumentNotFound)?;
            tx.repo::<Mark>()?.create(Mark { story: id, by, text }).await?;
            if fail { Err(Error::violation("/fail", "asked", "it was to fail")) } else { Ok(story) }
        })
    })
    .await
}

async fn preview(call: CustomCall<Stored<Story>, Preview>) -> Result<Option<Stored<Story>>, Error> {
    Ok((call.input.letters > 0).then_some(call.target))
}

async fn archive(call: CustomCall<Vec<Stored<Story>>>) -> Result<Vec<Stored<Story>>, Error> {
    let stories = call.repo::<Story>()?;
    for story in &call.target {
        stories.delete_one(story.id()).await?;
    }
    Ok(call.target)
}

async fn counts(call: CustomCall<()>) -> Result<Json<Value>, Error> {
    let stories = call.repo::<Story>()?.count(Where::all()).await?;
    Ok(Json(json!({ "stories": stories, "socket": call.transport() == Transport::SocketIo })))
}

async fn find(call: CustomCall<(), Wanted>) -> Result<Option<Stored<Story>>, Error> {
    call.repo::<Story>()?.find_one(Where::eq(StoryFields::TITLE, call.input.title.clone())).await
}

async fn import(call: CustomCall<(), Import>) -> Result<Vec<Stored<Story>>, Error> {
    let author = call.user().ok_or(Error::Unauthorized)?.id();
    let story = |title: &String| Story {
        title: title.clone(),
        author,
        published: true,
        notes: Some("imported".to_owned()),
        score: Some(7),
    };
    call.repo::<Story>()?.create_many(call.input.titles.iter().map(story)).await
}

async fn forget(call: CustomCall<Stored<Story>>) -> Result<(), Error> {
    call.repo::<Mark>()?.delete_many(Where::eq(MarkFields::STORY, call.target.id())).await?;
    Ok(())
}

/// Gives a story to somebody else, as another program does: no client could.
async fn give<T>(call: &CustomCall<T, Rename>, story: Id) -> Result<(), Error> {
    if let Some(author) = call.input.meanwhile {
        let changes = UpdateStory { author: author.into(), ..Default::default() };
        call.repo::<Story>()?.update_one(story, changes).await?;
    }
    Ok(())
}

async fn rename(call: CustomCall<Stored<Story>, Rename>) -> Result<Stored<Story>, Error> {
    give(&call, call.target.id()).await?;
    let changes = UpdateStory { title: call.input.title.clone().into(), ..Default::default() };
    let renamed = call.repo::<Story>()?.update_one(call.unchanged(), changes).await?;
    renamed.ok_or(Error::DocumentNotFound)
}

/// Renames all of them, or none.
async fn close(call: CustomCall<Vec<Stored<Story>>, Rename>) -> Result<(), Error> {
    give(&call, call.target[1].id()).await?;
    let (still, targets, title) = (call.unchanged(), call.target.len() as u64, call.input.title.clone());
    call.transaction(|tx| {
        let (still, title) = (still.clone(), title.clone());
        Box::pin(async move {
            let changes = UpdateStory { title: title.into(), published: true.into(), ..Default::default() };
            let changed = tx.repo::<Story>()?.update_many(still, changes).await?;
            if changed < targets { Err(Error::DocumentNotFound) } else { Ok(()) }
        })
    })
    .await
}

/// A handler that has nothing to wait for.
fn title(call: CustomCall<Stored<Story>>) -> Result<Json<String>, Error> {
    Ok(Json(call.target.title.clone()))
}

async fn panics(_: CustomCall<Stored<Story>>) -> Result<(), Error> {
    panic!("of its own")
}

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Story>().resource::<Mark>()
}

const CREATE: fn() -> Route<'static> = || route("create_one", "stories", "story");

fn publishing() -> Route<'static> {
    custom("custom POST", "stories", ":id/publish", "publish-story")
}

fn previewing() -> Route<'static> {
    custom("custom GET", "stories", ":id/preview", "preview-story")
}

fn archiving() -> Route<'static> {
    custom("custom POST", "stories", "archive", "archive-story")
}

fn importing() -> Route<'static> {
    custom("custom PUT", "stories", "imports", "import-story")
}

/// Whether a story is published, and how many marks there are.
async fn state(store: &TestStore, id: &str) -> (bool, usize) {
    let id: Id = id.parse().unwrap();
    let found = store.find("stories", &Find::new(Filter::eq("_id", id))).await.unwrap();
    let marks = store.find("marks", &Find::new(Filter::All)).await.unwrap();
    (found[0].get_bool("published").unwrap(), marks.len())
}

#[tokio::test]
async fn a_handler_gets_its_target_and_its_body_and_is_shown_by_the_view() {
    everywhere(resources, async |people, store| {
        let id = made(&people.owner, CREATE(), json!({ "title": "Sea" })).await;
        let shown = people.owner.call(publishing(), json!({ "id": id, "text": "out now" })).await.ok();
        assert_eq!((&shown["id"], &shown["published"]), (&json!(id), &json!(true)));
        assert!(shown.get("notes").is_none() && shown.get("score").is_none(), "{shown}");
        assert_eq!(state(store, &id).await, (true, 1));
        let marks = people.anonymous.call(route("get_many", "marks", "mark"), json!({})).await.ok();
        assert_eq!((&marks[0]["text"], &marks[0]["by"]), (&json!("out now"), &json!(people.owner_id)));
        let forgetting = custom("custom DELETE", "stories", ":id/marks", "forget-story");
        assert_eq!(people.anonymous.call(forgetting, json!({ "id": id })).await.status, 401);
        assert_eq!(people.other.call(forgetting, json!({ "id": id })).await.ok(), Value::Null);
        assert_eq!(state(store, &id).await, (true, 0));
    })
    .await;
}

#[tokio::test]
async fn what_a_failing_transaction_wrote_is_undone() {
    everywhere(resources, async |people, store| {
        if !store.is_transactional() {
            return;
        }
        let id = made(&people.owner, CREATE(), json!({ "title": "Sea" })).await;
        let failed = people.owner.call(publishing(), json!({ "id": id, "text": "x", "fail": true })).await;
        assert_eq!(failed.pointers(), ["/fail"]);
        assert_eq!(state(store, &id).await, (false, 0));
    })
    .await;
}

#[tokio::test]
async fn scope_and_ability_hold_for_the_target() {
    everywhere(resources, async |people, store| {
        let id = made(&people.owner, CREATE(), json!({ "title": "Sea" })).await;
        let body = json!({ "id": id, "text": "mine now" });
        assert_eq!(people.anonymous.call(publishing(), body.clone()).await.status, 401);
        for via in [&people.other, &people.admin, &people.foreign] {
            assert_eq!(via.call(publishing(), body.clone()).await.status, 403);
        }
        assert_eq!(state(store, &id).await, (false, 0));
        let letters = json!({ "id": id, "letters": 2 });
        for via in [&people.anonymous, &people.other, &people.admin] {
            assert_eq!(via.call(previewing(), letters.clone()).await.status, 404);
        }
        let shown = people.owner.call(previewing(), letters.clone()).await.ok();
        assert_eq!(shown, json!({ "start": "Sea", "mine": true }));
        let nothing = people.owner.call(previewing(), json!({ "id": id, "letters": 0 })).await;
        assert_eq!((nothing.status, nothing.body), (200, Value::Null));
        people.owner.call(publishing(), json!({ "id": id, "text": "out" })).await.ok();
        let shown = people.anonymous.call(previewing(), letters.clone()).await.ok();
        assert_eq!(shown, json!({ "start": "Sea", "mine": false }));
        people.owner.call(route("delete_one", "stories", "story"), json!({ "id": id })).await.ok();
        assert_eq!(people.owner.call(previewing(), letters).await.status, 404);
        assert_eq!(people.owner.call(publishing(), json!({ "id": id, "text": "again" })).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn of_several_targets_one_that_is_refused_refuses_all() {
    everywhere(resources, async |people, _| {
        let mut ids = vec![];
        for title in ["one", "two", "three"] {
            ids.push(made(&people.owner, CREATE(), json!({ "title": title })).await);
        }
        let theirs = made(&people.other, CREATE(), json!({ "title": "theirs" })).await;
        let counting = custom("custom GET", "stories", "counts", "counts-story");
        let refused = [
            (json!([ids[0], theirs]), 403),
            (json!([ids[0], Id::new()]), 404),
            (json!([ids[0], "none"]), 404),
            (json!([ids[0], { "$ne": null }]), 404),
            (json!([]), 400),
        ];
        for (ids, status) in refused {
            let answer = people.owner.call(archiving(), json!({ "ids": ids })).await;
            assert_eq!(answer.status, status, "{ids}: {answer:?}");
        }
        assert_eq!(people.owner.call(archiving(), json!({})).await.status, 400);
        assert_eq!(people.anonymous.call(counting, json!({})).await.ok()["stories"], 4);
        let asked = json!([ids[2], ids[0], ids[2]]);
        let archived = people.owner.call(archiving(), json!({ "ids": asked })).await.ok();
        let titles: Vec<&Value> = archived.as_array().unwrap().iter().map(|story| &story["title"]).collect();
        assert_eq!(titles, ["three", "one"]);
        assert_eq!(people.anonymous.call(counting, json!({})).await.ok()["stories"], 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_given_away_while_a_handler_waited_is_not_written() {
    everywhere(resources, async |people, store| {
        let renaming = custom("custom POST", "stories", ":id/rename", "rename-story");
        let closing = custom("custom POST", "stories", "close", "close-story");
        let (a, b) = (
            made(&people.owner, CREATE(), json!({ "title": "a" })).await,
            made(&people.owner, CREATE(), json!({ "title": "b" })).await,
        );
        let stories = async || {
            let rows = store.find("stories", &Find::new(Filter::All)).await.unwrap();
            let told = |row: &bson::RawDocumentBuf| {
                (row.get_str("title").unwrap().to_owned(), Id::from(row.get_object_id("author").unwrap()))
            };
            rows.iter().map(told).collect::<Vec<_>>()
        };
        let given = json!({ "ids": [a, b], "title": "closed", "meanwhile": people.other_id });
        people.owner.call(closing, given).await.refused(404, "Document not found");
        let titles = [("a".to_owned(), people.owner_id), ("b".to_owned(), people.other_id)];
        assert_eq!(stories().await, titles, "{}", store.name());
        let given = json!({ "id": a, "title": "mine", "meanwhile": people.other_id });
        people.owner.call(renaming, given).await.refused(404, "Document not found");
        let titles = titles.map(|(title, _)| (title, people.other_id));
        assert_eq!(stories().await, titles, "{}", store.name());

        people
            .owner
            .call(renaming, json!({ "id": a, "title": "x" }))
            .await
            .refused(403, "Forbidden resource");
        let renamed = people.other.call(renaming, json!({ "id": a, "title": "x" })).await.ok();
        assert_eq!(renamed["title"], "x", "{}", store.name());
        people.other.call(closing, json!({ "ids": [b, a], "title": "closed" })).await.ok();
        assert_eq!(
            stories().await,
            [1, 2].map(|_| ("closed".to_owned(), people.other_id)),
            "{}",
            store.name()
        );
        let titled = custom("custom GET", "stories", ":id/title", "title-story");
        assert_eq!(people.anonymous.call(titled, json!({ "id": b })).await.ok(), "closed");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_input_runs_nothing() {
    everywhere(resources, async |people, store| {
        let id = made(&people.owner, CREATE(), json!({ "title": "Sea" })).await;
        let theirs = made(&people.other, CREATE(), json!({ "title": "theirs" })).await;
        let with = |name: &str, value: Value| {
            let mut body = json!({ "id": id, "text": "x" });
            body[name] = value;
            body
        };
        let bodies = [
            (with("txt", json!(1)), "/txt"),
            (with("text", json!({ "$gt": "" })), "/text"),
            (with("$set", json!({ "author": theirs })), "/$set"),
            (with("author.id", json!(1)), "/author.id"),
            (with("ids", json!([theirs])), "/ids"),
            (with("_id", json!(theirs)), "/_id"),
            (with("fail", json!("yes")), "/fail"),
            (json!({ "id": id, "fail": false }), "/text"),
        ];
        for (body, pointer) in bodies {
            let answer = people.owner.call(publishing(), body.clone()).await;
            assert_eq!(answer.pointers(), [pointer], "{body}");
        }
        for target in [json!("none"), json!({ "$ne": null }), json!([id]), json!(7)] {
            let answer = people.owner.call(publishing(), json!({ "id": target, "text": "x" })).await;
            assert_eq!(answer.status, 404, "{target}");
        }
        for (query, pointer) in [
            (json!({ "id": id, "letters": "many" }), "/letters"),
            (json!({ "id": id, "letters": 1, "ids": theirs }), "/ids"),
            (json!({ "id": id, "letters": 1, "$where": "1" }), "/$where"),
            (json!({ "id": id }), "/letters"),
        ] {
            let answer = people.owner.call(previewing(), query.clone()).await;
            assert_eq!(answer.pointers(), [pointer], "{query}");
        }
        assert_eq!(state(store, &id).await, (false, 0));
        assert_eq!(state(store, &theirs).await, (false, 0));
    })
    .await;
}

#[tokio::test]
async fn routes_without_a_target_ask_their_caller_alone() {
    everywhere(resources, async |people, _| {
        let titles = json!({ "titles": ["Sea", "Land"] });
        assert_eq!(people.anonymous.call(importing(), titles.clone()).await.status, 401);
        assert_eq!(people.owner.call(importing(), titles.clone()).await.status, 403);
        let made = people.admin.call(importing(), titles).await.ok();
        assert_eq!((&made[1]["title"], &made[1]["score"]), (&json!("Land"), &json!(7)));
        assert!(made[1].get("notes").is_none());
        let finding = custom("custom GET", "stories", "find", "story-finder");
        let found = people.owner.call(finding, json!({ "title": "Land" })).await.ok();
        assert_eq!(found["title"], "Land");
        assert!(found.get("score").is_none() && found.get("notes").is_none(), "{found}");
        assert_eq!(people.owner.call(finding, json!({ "title": "Sky" })).await.ok(), Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_the_failure_of_its_call_alone() {
    everywhere(resources, async |people, _| {
        let id = made(&people.owner, CREATE(), json!({ "title": "Sea" })).await;
        let panicking = custom("custom PATCH", "stories", ":id", "panics-story");
        for _ in 0..2 {
            people.anonymous.call(panicking, json!({ "id": id })).await.refused(500, "Internal server error");
        }
        let counting = custom("custom GET", "stories", "counts", "counts-story");
        assert_eq!(people.anonymous.call(counting, json!({})).await.ok()["stories"], 1);
    })
    .await;
}

#[tokio::test]
async fn custom_routes_are_in_the_route_table() {
    let auth = AuthConfig::development().deliver(LogDelivery);
    let builder = DynamicApi::builder().store(EmbeddedStore::in_memory().unwrap()).web_socket_for_all();
    let builder = resources(builder).resource::<Person>().auth::<Person>(auth);
    let handle = builder.handle();
    let _router = builder.build().await.unwrap();
    let routes: Vec<String> = handle
        .routes()
        .iter()
        .filter(|route| matches!(route.kind, RouteKind::Custom(_)))
        .map(|route| format!("{} {} {}", route.method, route.paths.join(" "), route.event.unwrap_or("-")))
        .collect();
    assert_eq!(
        routes,
        [
            "POST /stories/{id}/publish publish-story",
            "GET /stories/{id}/preview preview-story",
            "POST /stories/archive archive-story",
            "GET /stories/counts counts-story",
            "GET /stories/find story-finder",
            "PUT /stories/imports import-story",
            "DELETE /stories/{id}/marks forget-story",
            "PATCH /stories/{id} panics-story",
            "POST /stories/{id}/rename rename-story",
            "POST /stories/close close-story",
            "GET /stories/{id}/title title-story",
        ]
    );
    assert_eq!(StoryEvents::PUBLISH, "publish-story");
}
