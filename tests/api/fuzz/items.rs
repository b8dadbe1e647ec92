//! An entity that has a field of every type.

use std::collections::BTreeMap;

use dynamic_api::{
    DateTime, Decimal128, DynamicApi, DynamicApiBuilder, Id, Ref, Uuid, api_type, dynamic_api,
};
use test_support::TestStore;

#[dynamic_api(path = "owners", web_socket, routes(get_many, get_one, create_one))]
pub struct Owner {
    pub name: String,
    #[api(hidden)]
    pub secret: Option<String>,
}

#[api_type]
pub enum Kind {
    Draft,
    Public,
    Gone,
}

#[api_type]
pub struct Geo {
    pub lat: f64,
    pub at: Option<DateTime>,
}

#[api_type]
pub struct Address {
    pub city: String,
    pub zip: Option<i32>,
    pub geo: Option<Geo>,
}

#[api_type]
pub struct Comment {
    pub text: String,
    pub by: Option<Ref<Owner>>,
    pub likes: Option<i64>,
    #[serde(default)]
    pub marks: Vec<String>,
}

#[dynamic_api(
    path = "items",
    web_socket,
    soft_delete,
    trashed,
    index(price),
    index(-stock, kind),
    text_index(title, tags),
    page(default = 6, max = 100),
    routes(
        get_many(populate(owner, friends, comments.by)),
        get_one(populate(owner)),
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        upsert_one(key = code),
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        restore_one,
        restore_many,
        purge_one,
        batch,
    )
)]
pub struct Item {
    pub title: String,
    #[api(unique)]
    pub code: String,
    pub price: f64,
    pub stock: Option<i64>,
    pub small: Option<i32>,
    pub active: Option<bool>,
    #[api(default = Kind::Draft)]
    pub kind: Kind,
    pub sold_at: Option<DateTime>,
    pub amount: Option<Decimal128>,
    pub serial: Option<Uuid>,
    pub owner: Option<Ref<Owner>>,
    #[api(default)]
    pub friends: Vec<Ref<Owner>>,
    pub parent: Option<Id>,
    #[api(default)]
    pub tags: Vec<String>,
    #[api(default)]
    pub sizes: Vec<i64>,
    pub address: Option<Address>,
    #[api(default)]
    pub comments: Vec<Comment>,
    #[api(default)]
    pub labels: BTreeMap<String, i64>,
    #[api(default)]
    pub page: i64,
    #[api(no_filter)]
    pub note: Option<String>,
    #[api(hidden)]
    pub secret: Option<String>,
    #[api(hidden)]
    pub vault: Option<Address>,
    #[api(write_only)]
    pub pin: Option<String>,
    #[api(derived(read = length_of))]
    pub length: i64,
}

#[allow(clippy::cast_possible_wrap)]
fn length_of(item: &Item) -> i64 {
    item.title.len() as i64
}

/// The entities over a store, to be built with more.
pub fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder().store(store.store()).resource::<Owner>().resource::<Item>()
}
