//! Documents that go with those they refer to, keep them, or let go of them.

use dynamic_api::{DynamicApi, DynamicApiBuilder, Id, Limits, Ref, dynamic_api, query::Filter};
use serde_json::{Value, json};
use test_support::{TestStore, both_stores};

use crate::via::{Route, Via, everywhere, route};

/// What others hang on.
#[dynamic_api(
    path = "posts",
    web_socket,
    soft_delete,
    cascade(Comment.post, Like.post = set_null, Reader.post),
    routes(create_one, get_one, delete_one, delete_many, restore_one, restore_many, purge_one, batch)
)]
pub struct Post {
    pub title: String,
}

#[dynamic_api(path = "comments", web_socket, soft_delete, cascade(Answer.comment), names(fields = Columns))]
pub struct Comment {
    #[api(index)]
    pub post: Ref<Post>,
    #[api(unique)]
    #[serde(rename = "words")]
    pub text: String,
}

/// It can't be marked as deleted.
#[dynamic_api(path = "answers", web_socket)]
pub struct Answer {
    #[api(index)]
    pub comment: Ref<Comment>,
}

#[dynamic_api(path = "likes", web_socket)]
pub struct Like {
    #[api(index)]
    pub post: Option<Ref<Post>>,
    #[api(derived(save = has_post))]
    pub has_post: bool,
}

fn has_post(like: &Like) -> bool {
    like.post.is_some()
}

#[dynamic_api(path = "readers", web_socket, soft_delete)]
pub struct Reader {
    #[serde(rename = "about")]
    #[api(index)]
    pub post: Option<Id>,
}

/// Of which orders keep it.
#[dynamic_api(path = "customers", web_socket, cascade(Order.customer = restrict, self::Visit.customer))]
pub struct Customer {
    pub name: String,
}

#[dynamic_api(path = "orders", web_socket)]
pub struct Order {
    #[api(index)]
    pub customer: Ref<Customer>,
}

#[dynamic_api(path = "visits", web_socket)]
pub struct Visit {
    #[api(index)]
    pub customer: Ref<Customer>,
}

/// Each is below another, in circles as well.
#[dynamic_api(path = "folders", web_socket, cascade(Folder.parent, Folder.root = restrict))]
pub struct Folder {
    #[api(index)]
    pub parent: Option<Ref<Folder>>,
    #[api(index)]
    pub root: Option<Ref<Folder>>,
}

pub fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder()
        .store(store.store())
        .limits(Limits::default().cascade(50))
        .resource::<Post>()
        .resource::<Comment>()
        .resource::<Answer>()
        .resource::<Like>()
        .resource::<Reader>()
        .resource::<Customer>()
        .resource::<Order>()
        .resource::<Visit>()
        .resource::<Folder>()
}

fn posts(kind: &str) -> Route<'_> {
    route(kind, "posts", "post")
}

async fn make(via: &Via, path: &str, event: &str, body: Value) -> Value {
    via.call(route("create_one", path, event), body).await.ok()["id"].clone()
}

async fn count(store: &TestStore, collection: &str, filter: Filter) -> u64 {
    store.count(collection, &filter).await.unwrap()
}

fn living() -> Filter {
    Filter::eq("deletedAt", bson::Bson::Null)
}

/// A post with a comment that is answered, a like and a reader.
async fn post(via: &Via, title: &str) -> Value {
    let post = make(via, "posts", "post", json!({ "title": title })).await;
    let comment = make(via, "comments", "comment", json!({ "post": post, "words": title })).await;
    make(via, "answers", "answer", json!({ "comment": comment })).await;
    make(via, "likes", "like", json!({ "post": post })).await;
    make(via, "readers", "reader", json!({ "about": post })).await;
    post
}

#[tokio::test]
async fn what_refers_goes_and_comes_back() {
    everywhere(builder, async |via, store| {
        let (first, second) = (post(via, "a").await, post(via, "b").await);
        // One that was deleted before stays so.
        let gone = make(via, "comments", "comment", json!({ "post": first, "words": "c" })).await;
        via.call(route("delete_one", "comments", "comment"), json!({ "id": gone })).await.ok();

        let deleted = via.call(posts("delete_one"), json!({ "id": first })).await;
        assert_eq!(deleted.ok(), json!({ "deletedCount": 1 }), "{}", store.name());
        assert_eq!(count(store, "comments", living()).await, 1);
        assert_eq!(count(store, "comments", Filter::All).await, 3);
        assert_eq!(count(store, "answers", Filter::All).await, 1);
        assert_eq!(count(store, "readers", living()).await, 1);
        assert_eq!(count(store, "likes", Filter::eq("hasPost", true)).await, 1);
        let freed = Filter::eq("hasPost", false).and(Filter::eq("post", bson::Bson::Null));
        assert_eq!(count(store, "likes", freed.clone()).await, 1);

        via.call(posts("restore_one"), json!({ "id": first })).await.ok();
        assert_eq!(count(store, "comments", living()).await, 2);
        assert_eq!(count(store, "readers", living()).await, 2);
        // What was removed for good, or let go, does not come back.
        assert_eq!(count(store, "answers", Filter::All).await, 1);
        assert_eq!(count(store, "likes", freed).await, 1);

        via.call(posts("delete_many"), json!({ "ids": [first, second] })).await.ok();
        assert_eq!(count(store, "comments", living()).await, 0);
        via.call(posts("restore_many"), json!({ "ids": [second] })).await.ok();
        assert_eq!(count(store, "comments", living()).await, 1);
        let purged = via.call(posts("purge_one"), json!({ "id": first })).await;
        assert_eq!(purged.ok(), json!({ "deletedCount": 1 }));
        assert_eq!(count(store, "comments", Filter::All).await, 1);
        assert_eq!(count(store, "readers", Filter::All).await, 1);

        let batch = json!({ "list": [{ "create": { "title": "d" } }, { "delete": { "id": second } }] });
        via.call(posts("batch"), batch).await.ok();
        assert_eq!(count(store, "comments", living()).await, 0);
    })
    .await;
}

#[tokio::test]
async fn nothing_comes_back_where_one_can_not() {
    everywhere(builder, async |via, store| {
        let (first, other) = (post(via, "a").await, post(via, "b").await);
        via.call(posts("delete_one"), json!({ "id": first })).await.ok();
        // Another took the place of its comment.
        make(via, "comments", "comment", json!({ "post": other, "words": "a" })).await;
        let taken = via.call(posts("restore_one"), json!({ "id": first })).await;
        taken.refused(409, "words is already used");
        via.call(posts("get_one"), json!({ "id": first })).await.refused(404, "Document not found");
        assert_eq!(count(store, "readers", living()).await, 1, "{}", store.name());
    })
    .await;
}

#[tokio::test]
async fn who_still_refers_keeps_it() {
    everywhere(builder, async |via, store| {
        let customers = |kind| route(kind, "customers", "customer");
        let customer = make(via, "customers", "customer", json!({ "name": "a" })).await;
        let other = make(via, "customers", "customer", json!({ "name": "b" })).await;
        let order = make(via, "orders", "order", json!({ "customer": customer })).await;
        make(via, "visits", "visit", json!({ "customer": customer })).await;
        for (kind, input) in
            [("delete_one", json!({ "id": customer })), ("delete_many", json!({ "ids": [other, customer] }))]
        {
            let kept = via.call(customers(kind), input).await;
            kept.refused(409, "Order still refers to what is to be deleted");
        }
        assert_eq!(count(store, "customers", Filter::All).await, 2, "{}", store.name());
        assert_eq!(count(store, "visits", Filter::All).await, 1);
        via.call(route("delete_one", "orders", "order"), json!({ "id": order })).await.ok();
        via.call(customers("delete_many"), json!({ "ids": [other, customer] })).await.ok();
        assert_eq!(count(store, "customers", Filter::All).await, 0);
        assert_eq!(count(store, "visits", Filter::All).await, 0);
    })
    .await;
}

#[tokio::test]
async fn circles_end_and_what_is_too_much_is_refused() {
    everywhere(builder, async |via, store| {
        let folders = |kind| route(kind, "folders", "folder");
        let first = make(via, "folders", "folder", json!({ "parent": null })).await;
        let mut last = first.clone();
        for _ in 0..50 {
            // Each keeps the first, and goes with it.
            last = make(via, "folders", "folder", json!({ "parent": last, "root": first })).await;
        }
        let circle = json!({ "id": first, "parent": last, "root": first });
        via.call(folders("update_one"), circle).await.ok();
        let over = make(via, "folders", "folder", json!({ "parent": last })).await;
        let refused = via.call(folders("delete_one"), json!({ "id": first })).await;
        refused.refused(409, "What would be deleted with this is more than one call deletes (50 documents): delete some of it first");
        assert_eq!(count(store, "folders", Filter::All).await, 52, "{}", store.name());
        via.call(folders("delete_one"), json!({ "id": over })).await.ok();
        via.call(folders("delete_one"), json!({ "id": first })).await.ok();
        assert_eq!(count(store, "folders", Filter::All).await, 0, "{}", store.name());
    })
    .await;
}

#[tokio::test]
async fn an_entity_that_is_not_there_is_told() {
    for store in both_stores().await {
        let alone = DynamicApi::builder().store(store.store()).resource::<Customer>();
        let told = alone.build().await.unwrap_err().to_string();
        assert!(told.contains("Customer cascades to Order.customer, and Order is no resource"), "{told}");
        assert!(told.contains("Visit is no resource"), "{told}");
    }
}
