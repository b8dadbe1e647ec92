//! What these tests write: posts with hooks, whose titles say what the hooks do with them.

use dynamic_api::{
    Denial, DynamicApiBuilder, Error, Id, Invalid, Saving, api_type, dynamic_api,
    query::{Filter, Find},
};
use serde_json::{Value, json};
use test_support::TestStore;

use crate::via::{Route, Via, route};

/// Each hook writes what it is asked here, in the transaction of the write.
#[dynamic_api(path = "asked", routes(get_one))]
pub struct Asked {
    pub what: String,
}

#[api_type]
#[derive(Clone)]
pub struct Place {
    pub city: String,
    pub country: Option<String>,
}

#[dynamic_api(
    path = "posts",
    soft_delete,
    before_save = stamped,
    validate = no_shouting,
    routes(
        get_one,
        create_one(before_save = slugged),
        create_many,
        update_one(before_save = slugged),
        update_many,
        replace_one,
        upsert_one,
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        restore_one,
        restore_many,
        batch,
    )
)]
pub struct Post {
    #[api(unique)]
    pub code: String,
    pub title: String,
    #[api(read_only)]
    pub slug: Option<String>,
    #[api(read_only, default = 0)]
    pub edits: i64,
    #[api(hidden, read_only, default)]
    pub stamp: String,
    #[api(derived(save = length))]
    pub length: i64,
    #[api(from_user = id)]
    pub author: Option<Id>,
    pub place: Option<Place>,
    #[api(protected(read = has_role("admin"), write = has_role("admin")))]
    pub rank: Option<i64>,
}

fn length(post: &Post) -> i64 {
    post.title.chars().count() as i64
}

fn no_shouting(post: &Post) -> Result<(), Invalid> {
    if post.title.ends_with('!') { Err(Invalid::at("title", "loud", "must not shout")) } else { Ok(()) }
}

/// Of every save.
async fn stamped(mut post: Post, saving: Saving<'_, Post>) -> Result<Post, Error> {
    let what = format!("{} {}", saving.kind().name(), post.title);
    saving.repo::<Asked>()?.create(Asked { what }).await?;
    match &*post.title {
        "unfit" => return Err(Error::refused(422, "This title does not fit")),
        "gone" => return Err(Error::refused(409, "This title is gone")),
        "forbidden" => return Err(Error::Forbidden(Denial::Resource)),
        "panic" => panic!("the secret of the hook"),
        "loud" => post.title = "louder!".to_owned(),
        "long" => post.title = "longer and longer".to_owned(),
        "elsewhere" => post.author = Some(Id::new()),
        "twin" => post.code = "taken".to_owned(),
        _ => {}
    }
    let who = saving.user().map_or_else(|| "nobody".to_owned(), |user| user.id().to_string());
    post.stamp = format!("{} by {who}", saving.kind().name());
    // Whoever calls, a hook sees all of the document.
    post.rank = Some(saving.before().map_or(1, |before| before.rank.unwrap_or(-100) + 1));
    post.edits = saving.before().map_or(0, |before| before.edits + 1);
    if let Some(place) = &mut post.place {
        place.country = Some(format!("{} of {}", place.city, saving.before().is_some()));
    }
    Ok(post)
}

/// Of some routes, behind the one of every save.
fn slugged(mut post: Post, saving: Saving<'_, Post>) -> Result<Post, Error> {
    assert_eq!(post.edits, saving.before().map_or(0, |before| before.edits + 1));
    post.slug = (post.title != "no slug").then(|| post.title.replace(' ', "-"));
    Ok(post)
}

/// It is always somewhere, so that a patch reaches into its place.
#[dynamic_api(path = "shops", before_save = placed, routes(create_one, update_one))]
pub struct Shop {
    pub place: Place,
}

fn placed(mut shop: Shop, saving: Saving<'_, Shop>) -> Result<Shop, Error> {
    shop.place.country = saving.before().map(|before| before.place.city.clone());
    Ok(shop)
}

pub fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Post>().resource::<Shop>().resource::<Asked>()
}

pub fn posts(kind: &str) -> Route<'_> {
    route(kind, "posts", "post")
}

pub async fn count(store: &TestStore, collection: &str) -> u64 {
    store.count(collection, &Filter::All).await.unwrap()
}

/// What hooks were asked and is stored, in order.
pub async fn asked(store: &TestStore) -> Vec<String> {
    let rows = store.find("asked", &Find::new(Filter::All)).await.unwrap();
    rows.iter().map(|row| row.get_str("what").unwrap().to_owned()).collect()
}

/// A post as it is stored.
pub async fn stored(store: &TestStore, code: &str) -> bson::Document {
    only(store, "posts", Filter::eq("code", code)).await
}

/// The first document of a filter, as it is stored.
pub async fn only(store: &TestStore, collection: &str, filter: Filter) -> bson::Document {
    let found = store.find(collection, &Find::new(filter)).await.unwrap();
    bson::Document::try_from(&*found[0]).unwrap()
}

pub async fn post(via: &Via, code: &str, title: &str) -> Value {
    via.call(posts("create_one"), json!({ "code": code, "title": title })).await.ok()["id"].clone()
}
