//! Entities that ask for all that lists, references and further routes can do.

use std::collections::BTreeMap;

use bson::{Document, doc};
use dynamic_api::{
    AggregateQuery, CallContext, CreateBody, DateTime, DeletePresenter, Deleted, DynamicApi,
    DynamicApiBuilder, Error, Id, ListQuery, Patch, Presenter, Ref, Stored, UpdateBody, api_type,
    dynamic_api,
    query::{Filter, Op},
};
use serde::{Deserialize, Serialize};
use test_support::TestStore;

#[dynamic_api(path = "companies", web_socket, routes(get_many, get_one, create_one, delete_one))]
pub struct Company {
    pub name: String,
    #[api(hidden)]
    pub budget: Option<i64>,
}

#[dynamic_api(
    path = "writers",
    web_socket,
    soft_delete,
    trashed,
    routes(
        get_many(populate(company)),
        get_one,
        create_one,
        create_many,
        update_one,
        replace_one,
        delete_one,
        delete_many,
        upsert_one(key = email),
        restore_one,
        restore_many,
        purge_one,
        batch,
        aggregate(query = WithCompany),
        aggregate(sub_path = "all", query = WithCompany, unrestricted),
    )
)]
pub struct Writer {
    pub name: String,
    #[api(unique)]
    pub email: Option<String>,
    pub company: Option<Ref<Company>>,
    #[api(hidden)]
    pub secret: Option<String>,
    #[api(write_only)]
    pub pin: Option<String>,
}

/// Writers by name, each with what a look-up brings in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithCompany {}

impl AggregateQuery for WithCompany {
    fn pipeline(&self) -> Vec<Document> {
        vec![
            doc! { "$sort": { "name": 1 } },
            doc! { "$lookup": { "from": "companies", "localField": "company", "foreignField": "_id", "as": "employers" } },
            doc! { "$lookup": { "from": "writers", "localField": "company", "foreignField": "company", "as": "colleagues" } },
            doc! { "$project": { "_id": 0, "name": 1, "secret": 1, "employers": 1, "colleagues": 1 } },
        ]
    }
}

#[api_type]
#[derive(Clone)]
pub enum State {
    Draft,
    Public,
}

#[api_type]
pub struct Address {
    pub city: String,
    pub zip: Option<i32>,
}

#[api_type]
pub struct Review {
    pub by: Option<Ref<Writer>>,
    pub stars: i32,
}

#[dynamic_api(
    path = "articles",
    web_socket,
    index(price),
    index(-rating),
    text_index(title, tags),
    page(default = 20, max = 500),
    routes(
        get_many(populate(author, editors, author.company, reviews.by)),
        get_one(populate(author, author.company)),
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        duplicate_one,
        delete_one,
    )
)]
pub struct Article {
    pub title: String,
    pub price: f64,
    pub rating: Option<i64>,
    #[api(default)]
    pub tags: Vec<String>,
    pub author: Option<Ref<Writer>>,
    #[api(default)]
    pub editors: Vec<Ref<Writer>>,
    #[api(default)]
    pub reviews: Vec<Review>,
    pub address: Option<Address>,
    #[api(default)]
    pub labels: BTreeMap<String, String>,
    #[api(default = State::Draft)]
    pub state: State,
    pub printed_at: Option<DateTime>,
    #[api(default)]
    pub page: i64,
    #[api(no_filter)]
    pub body: Option<String>,
    #[api(hidden)]
    pub notes: Option<String>,
    #[api(write_only)]
    pub pin: Option<String>,
    #[api(derived = slug_of)]
    pub slug: String,
    #[api(derived(read = length_of))]
    pub length: i64,
    #[api(derived(save = size_at_save, read = size_at_read))]
    pub size: Option<String>,
}

fn slug_of(article: &Article) -> String {
    article.title.to_lowercase().replace(' ', "-")
}

#[allow(clippy::cast_possible_wrap)]
fn length_of(article: &Article) -> i64 {
    article.title.len() as i64
}

fn size_at_save(article: &Article) -> Option<String> {
    Some(if article.title.len() > 10 { "long".to_owned() } else { "short".to_owned() })
}

fn size_at_read(article: &Article) -> Option<String> {
    article.size.as_ref().map(|size| format!("{size}!"))
}

/// Products whose routes have types of their own, in two versions.
#[dynamic_api(
    path = "products",
    web_socket,
    routes(
        get_many,
        get_many(sub_path = "cards", query = Affordable, presenter = Card),
        get_one(presenter = Card),
        create_one,
        create_one(version = "2", body = NewProduct),
        create_many(sub_path = "cents", body = NewProduct),
        update_one,
        update_one(sub_path = "approve", body = Approve),
        update_many(sub_path = "approve", body = Approve),
        replace_one(sub_path = "cents", body = NewProduct),
        delete_one(presenter = Gone),
        delete_many(presenter = Gone),
    )
)]
pub struct Product {
    pub name: String,
    pub price: f64,
    #[api(read_only, default = "new")]
    pub state: String,
    #[api(hidden)]
    pub cost: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affordable {
    budget: f64,
}

impl ListQuery<Product> for Affordable {
    fn filter(&self, _: &CallContext<'_>) -> Result<Filter, Error> {
        if self.budget < 0.0 {
            return Err(Error::violation("/budget", "range", "budget must not be negative"));
        }
        Ok(Filter::field("price", Op::Lte(self.budget.into())))
    }
}

#[derive(Serialize)]
pub struct Card {
    id: Id,
    title: String,
}

impl Presenter<Product> for Card {
    fn present(product: &Stored<Product>, context: &CallContext<'_>) -> Result<Self, Error> {
        if product.name == "unpresentable" {
            return Err(Error::DocumentNotFound);
        }
        let via = format!("{:?}", context.transport());
        Ok(Self { id: product.id(), title: format!("{} via {via}", product.name.to_uppercase()) })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    name: String,
    cents: u32,
}

impl CreateBody<Product> for NewProduct {
    fn into_entity(self, _: &CallContext<'_>) -> Result<Product, Error> {
        if self.cents == 0 {
            return Err(Error::violation("/cents", "range", "cents must be above 0"));
        }
        let price = f64::from(self.cents) / 100.0;
        Ok(Product { name: self.name, price, state: "priced".to_owned(), cost: Some(price / 2.0) })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    reason: String,
}

impl UpdateBody<Product> for Approve {
    fn into_update(self, context: &CallContext<'_>) -> Result<UpdateProduct, Error> {
        let state = format!("approved {} for {}", context.ids().len(), self.reason);
        Ok(UpdateProduct { state: Patch::Set(state), ..UpdateProduct::default() })
    }
}

#[derive(Serialize)]
pub struct Gone {
    gone: u64,
}

impl DeletePresenter<Product> for Gone {
    fn present(deleted: Deleted, _: &CallContext<'_>) -> Result<Self, Error> {
        Ok(Self { gone: deleted.deleted_count })
    }
}

/// What only indexes may find, and what takes any body.
#[dynamic_api(
    path = "parcels",
    web_socket,
    filter(indexed_only),
    lenient,
    unique(shop, number),
    index(-weight),
    routes(get_many, create_one, update_one, upsert_one)
)]
pub struct Parcel {
    pub shop: String,
    pub number: i64,
    pub weight: Option<f64>,
    pub note: Option<String>,
    #[api(read_only, default = 0)]
    pub scans: i64,
}

/// All of them over a store, to be built with more.
pub fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder()
        .store(store.store())
        .resource::<Company>()
        .resource::<Writer>()
        .resource::<Article>()
        .resource::<Product>()
        .resource::<Parcel>()
}
