//! What hooks cost in commands to a real mongod, and what they are on one without transactions.

use dynamic_api::{DynamicApi, Error, MongoStore, Saving, dynamic_api};
use futures_util::future::join_all;
use serde_json::json;
use test_support::{Mongod, TestStore, Topology};

use super::{
    books::{self, books},
    posts::{Asked, asked, count},
};
use crate::{
    commands::Watched,
    http::Http,
    policies::people::made,
    via::{Via, route},
};

#[tokio::test]
async fn a_write_with_hooks_is_read_before_it_is_made_and_all_of_it_is_one_transaction() {
    let watched = Watched::new().await;
    let builder = books::resources(DynamicApi::builder().store(watched.test.store()));
    let handle = builder.handle();
    let via = Via::Http(Http(builder.build().await.unwrap()));
    let book = made(&via, books("create_one"), json!({ "title": "a" })).await;
    // Its hooks are about deletions.
    assert_eq!(watched.taken().last().unwrap(), "insert");
    let chapter = json!({ "book": book, "text": "a" });
    via.call(route("create_one", "chapters", "chapter"), chapter).await.ok();
    handle.after_saves().await;
    // Behind the commit the hook writes what it was asked.
    assert_eq!(watched.taken(), ["insert", "commitTransaction", "insert"]);
    via.call(books("get_one"), json!({ "id": book })).await.ok();
    assert_eq!(watched.taken(), ["find"]);
    let api = DynamicApi::builder().store(watched.test.store()).resource::<Slip>().resource::<Asked>();
    let via = Via::Http(Http(api.build().await.unwrap()));
    let slips = |kind| route(kind, "slips", "slip");
    let id = made(&via, slips("create_one"), json!({ "title": "a" })).await;
    watched.taken();
    via.call(slips("update_one"), json!({ "id": id, "title": "b" })).await.ok();
    // The insert is the hook's own.
    assert_eq!(watched.taken(), ["find", "insert", "findAndModify", "commitTransaction"]);
}

/// Its title says what its hook does.
#[dynamic_api(path = "slips", before_save = counted, routes(create_one, create_many, update_one))]
pub struct Slip {
    pub title: String,
    #[api(read_only, default = 0)]
    pub edits: i64,
}

async fn counted(mut slip: Slip, saving: Saving<'_, Slip>) -> Result<Slip, Error> {
    saving.repo::<Asked>()?.create(Asked { what: slip.title.clone() }).await?;
    slip.edits = saving.before().map_or(0, |before| before.edits + 1);
    match &*slip.title {
        "unfit" => Err(Error::refused(422, "It does not fit")),
        "panic" => panic!("the secret of the hook"),
        _ => Ok(slip),
    }
}

#[tokio::test]
async fn without_transactions_what_hooks_wrote_is_undone_by_a_log() {
    let server = tokio::task::spawn_blocking(|| Mongod::start(Topology::Standalone)).await.unwrap();
    let store = TestStore::of_mongo(&MongoStore::connect(&server.uri()).await.unwrap());
    let api = DynamicApi::builder().store(store.store()).resource::<Slip>().resource::<Asked>();
    let via = Via::Http(Http(api.build().await.unwrap()));
    let slips = |kind| route(kind, "slips", "slip");
    for (title, status, message) in
        [("unfit", 422, "It does not fit"), ("panic", 500, "Internal server error")]
    {
        let list = json!({ "list": [{ "title": "a" }, { "title": title }] });
        via.call(slips("create_many"), list).await.refused(status, message);
        assert_eq!((count(&store, "slips").await, count(&store, "asked").await), (0, 0), "{title}");
    }
    let id = made(&via, slips("create_one"), json!({ "title": "a" })).await;
    let calls = (0..5).map(|i| via.call(slips("update_one"), json!({ "id": id, "title": i.to_string() })));
    for answer in join_all(calls).await {
        answer.ok();
    }
    let slip = via.call(slips("update_one"), json!({ "id": id, "title": "b" })).await.ok();
    assert_eq!((&slip["edits"], asked(&store).await.len()), (&json!(6), 7));
}
