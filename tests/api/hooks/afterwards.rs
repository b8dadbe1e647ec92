//! Hooks after a save: once it is there for good, beside the call, again where they fail, and told where they fail for good.

use std::time::{Duration, Instant};

use dynamic_api::{
    ApiHandle, DynamicApi, DynamicApiBuilder, Error, Saved, Saving, Stored, dynamic_api, query::Filter,
};
use serde_json::json;
use test_support::{NodeClient, TestStore, both_stores, embedded_store};
use tokio::{
    sync::{
        Semaphore,
        mpsc::{UnboundedReceiver, unbounded_channel},
    },
    time::timeout,
};

use super::posts::{Asked, asked, count};
use crate::{
    http::Http,
    server::{PATIENCE, Server, connect, serve},
    via::{Route, Via, route},
};

/// Its title says what becomes of it.
#[dynamic_api(
    path = "letters",
    web_socket,
    before_save = not_too_late,
    after_save(posted, retry = 2, delay = "10ms"),
    routes(
        create_one(after_save = stamped),
        create_many,
        update_one,
        update_many,
        replace_one,
        upsert_one,
        duplicate_one,
        delete_one,
        batch,
    )
)]
pub struct Letter {
    #[api(unique)]
    pub number: i64,
    pub title: String,
}

/// Letters that nobody takes from here.
static HELD: Semaphore = Semaphore::const_new(0);

fn not_too_late(letter: Letter, _: Saving<'_, Letter>) -> Result<Letter, Error> {
    if letter.title == "late" { Err(Error::refused(422, "It is too late")) } else { Ok(letter) }
}

async fn posted(letter: Stored<Letter>, saved: Saved<Letter>) -> Result<(), Error> {
    let was = saved.before().map_or("new", |before| &before.title).to_owned();
    let what = format!("{} {} {was}", saved.kind().name(), letter.title);
    let notes = saved.repo::<Asked>()?;
    let tried = notes.create(Asked { what }).await.map(|_| ());
    match &*letter.title {
        "flaky" if asked_of(&saved, "flaky").await? < 3 => Err(Error::internal("the post is late")),
        "lost" => Err(Error::refused(410, "the post has lost it")),
        "panic" => panic!("the post has burnt down"),
        "held" => {
            HELD.acquire().await.map_err(Error::internal)?.forget();
            tried
        }
        _ => tried,
    }
}

fn stamped(letter: Stored<Letter>, _: Saved<Letter>) -> Result<(), Error> {
    if letter.title == "unstamped" { Err(Error::internal("no stamp")) } else { Ok(()) }
}

async fn asked_of(saved: &Saved<Letter>, title: &str) -> Result<usize, Error> {
    let all = saved.repo::<Asked>()?.find(dynamic_api::Where::all()).await?;
    Ok(all.iter().filter(|asked| asked.what.contains(title)).count())
}

fn letters(kind: &str) -> Route<'_> {
    route(kind, "letters", "letter")
}

fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder().store(store.store()).resource::<Letter>().resource::<Asked>()
}

/// An application as one client and as its program see it.
struct Post {
    via: Via,
    handle: ApiHandle,
    failures: UnboundedReceiver<String>,
}

async fn everywhere(test: impl AsyncFn(Post, &TestStore)) {
    let node = NodeClient::start().await;
    for is_socket in [false, true] {
        for store in both_stores().await {
            let (tell, failures) = unbounded_channel();
            let builder = builder(&store).on_after_save_error(move |failure| {
                let id = failure.id.is_some();
                let text = format!(
                    "{} of {} {id} after {}: {}",
                    failure.hook,
                    failure.entity,
                    failure.attempts,
                    failure.cause()
                );
                tell.send(text).unwrap();
                assert!(!failure.hook.contains("posted"), "a report that panics is nobody's");
            });
            let handle = builder.handle();
            let http = Http(builder.build().await.unwrap());
            let via = match is_socket {
                true => Via::Socket(connect(&node, &serve(http.0.clone()).await).await),
                false => Via::Http(http),
            };
            test(Post { via, handle, failures }, &store).await;
        }
    }
}

#[tokio::test]
async fn it_runs_for_each_document_that_was_saved() {
    everywhere(async |post, store| {
        let via = &post.via;
        let new = |number: i64, title: &str| json!({ "number": number, "title": title });
        let id = via.call(letters("create_one"), new(1, "a")).await.ok()["id"].clone();
        let list = json!({ "list": [new(2, "b"), new(3, "c")] });
        let many = via.call(letters("create_many"), list).await.ok();
        via.call(letters("update_one"), json!({ "id": id, "title": "d" })).await.ok();
        let ids = json!({ "ids": [many[0]["id"], many[1]["id"]], "title": "e" });
        via.call(letters("update_many"), ids).await.ok();
        via.call(letters("replace_one"), json!({ "id": id, "number": 1, "title": "f" })).await.ok();
        via.call(letters("upsert_one"), new(1, "g")).await.ok();
        via.call(letters("duplicate_one"), json!({ "id": id, "number": 4 })).await.ok();
        let item = json!({ "list": [{ "update": { "id": id, "title": "h" } }] });
        via.call(letters("batch"), item).await.ok();
        via.call(letters("delete_one"), json!({ "id": id })).await.ok();
        // What was not saved is nobody's to post.
        via.call(letters("create_one"), new(9, "late")).await.refused(422, "It is too late");
        via.call(letters("create_one"), new(2, "twin")).await.refused(409, "number '2' is already used");
        let failing = json!({ "list": [{ "create": new(9, "i") }, { "create": new(9, "twin") }] });
        assert_eq!(via.call(letters("batch"), failing).await.status, 409);
        timeout(PATIENCE, post.handle.after_saves()).await.unwrap();
        let mut seen = asked(store).await;
        seen.sort();
        let expected = [
            "create_many b new",
            "create_many c new",
            "create_one a new",
            "duplicate_one g new",
            "replace_one f d",
            "update_many e b",
            "update_many e c",
            "update_one d a",
            "update_one h g",
            "upsert_one g f",
        ];
        assert_eq!(seen, expected, "{}", store.name());
    })
    .await;
}

#[tokio::test]
async fn it_is_tried_again_and_told_where_it_fails_for_good() {
    everywhere(async |mut post, store| {
        for (number, title, attempts) in
            [(1, "flaky", 3), (2, "lost", 3), (3, "panic", 3), (4, "unstamped", 1)]
        {
            let new = json!({ "number": number, "title": title });
            post.via.call(letters("create_one"), new).await.ok();
            timeout(PATIENCE, post.handle.after_saves()).await.unwrap();
            let of_title = asked(store).await.iter().filter(|what| what.contains(title)).count();
            assert_eq!(of_title, attempts, "{title} on {}", store.name());
        }
        let mut told = vec![];
        while let Ok(failure) = post.failures.try_recv() {
            told.push(failure);
        }
        let expected = [
            "posted of Letter true after 3: the post has lost it",
            "posted of Letter true after 3: panicked: the post has burnt down",
            "stamped of Letter true after 1: no stamp",
        ];
        assert_eq!(told, expected, "{}", store.name());
        assert_eq!(count(store, "letters").await, 4);
    })
    .await;
}

// One test, since both parts hold back the letters of one route.
#[tokio::test]
async fn the_reply_does_not_wait_for_it_and_the_end_of_the_server_does() {
    let store = embedded_store();
    let mut server = Server::of(builder(&store)).await;
    let node = NodeClient::start().await;
    let socket = connect(&node, &server.url()).await;
    let held = |number: i64| json!({ "number": number, "title": "held" });
    Via::Socket(socket).call(letters("create_one"), held(1)).await.ok();
    server.stop();
    HELD.add_permits(1);
    server.ended().await;
    assert_eq!(HELD.available_permits(), 0, "the server has ended before its hooks");

    // More are under way than can run at once: those that wait are in order behind them, and the calls go on.
    let http = builder(&store);
    let handle = http.handle();
    let via = Via::Http(Http(http.build().await.unwrap()));
    let list: Vec<_> = (2..402).map(held).collect();
    let began = Instant::now();
    via.call(letters("create_many"), json!({ "list": list })).await.ok();
    via.call(letters("create_one"), json!({ "number": 500, "title": "free" })).await.ok();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(store.count("asked", &Filter::eq("what", "create_one free new")).await.unwrap(), 0);
    HELD.add_permits(400);
    timeout(PATIENCE, handle.after_saves()).await.unwrap();
    assert_eq!(count(&store, "asked").await, 402);
}

#[tokio::test]
async fn a_client_that_leaves_takes_nothing_of_its_call_with_it() {
    const CALLS: i64 = 40;
    for store in both_stores().await {
        let api = builder(&store);
        let handle = api.handle();
        let http = Http(api.build().await.unwrap());
        let created = store.store();
        for number in 0..CALLS {
            let (http, title) = (http.clone(), format!("n{number}"));
            let call = tokio::spawn(async move {
                http.post("/letters", json!({ "number": number, "title": title })).await
            });
            // As soon as it is stored, whatever else there is to do.
            let is_stored =
                async || created.count("letters", &Filter::eq("number", number)).await.unwrap() > 0;
            while !is_stored().await {
                tokio::task::yield_now().await;
            }
            call.abort();
        }
        let seen = async || asked(&store).await.len();
        let all = timeout(PATIENCE, async {
            while seen().await < usize::try_from(CALLS).unwrap() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(all.await.is_ok(), "{}: {} of {CALLS}", store.name(), seen().await);
        timeout(PATIENCE, handle.after_saves()).await.unwrap();
    }
}
