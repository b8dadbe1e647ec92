//! Every option that an entity and its routes have.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]

use dynamic_api::{
    AggregatePresenter, AggregateQuery, Entity, Error, Page,
    bson::{Document, doc},
    dynamic_api,
};

#[dynamic_api(
    path = "shop/products",
    collection = "products",
    api_tag = "Items",
    version = "1",
    description = "What is for sale.",
    protected,
    web_socket(namespace = "/shop"),
    soft_delete,
    index(category, -price),
    index(createdAt),
    unique(name, category),
    routes(
        get_many(public, event = "list-products", description = "The catalogue."),
        get_many(sub_path = "admin", no_web_socket),
        get_many(version = "2"),
        get_one(public, web_socket),
        create_one(web_socket(namespace = "/staff")),
        aggregate(sub_path = "stats", query = Stats, presenter = Count),
        aggregate(sub_path = "pages", query = Stats, presenter = Page<u64>),
        aggregate(query = Stats),
    )
)]
struct Product {
    name: String,
    category: String,
    price: f64,
}

#[derive(serde::Deserialize)]
struct Stats {
    min: f64,
}

impl AggregateQuery for Stats {
    fn pipeline(&self) -> Vec<Document> {
        vec![doc! { "$match": { "price": { "$gte": self.min } } }]
    }
}

#[derive(serde::Serialize)]
struct Count(usize);

impl AggregatePresenter<Stats> for Count {
    fn present(rows: Vec<Document>, _: &Stats) -> Result<Self, Error> {
        Ok(Self(rows.len()))
    }
}

#[test]
fn accepted() {
    assert_eq!(ProductEvents::GET_MANY, "list-products");
    assert_eq!(ProductEvents::GET_MANY_ADMIN, "get-many-admin-items");
    assert_eq!(ProductEvents::GET_MANY_V2, "get-many-items-v2");
    assert_eq!(ProductEvents::AGGREGATE_STATS, "aggregate-stats-items");
    assert_eq!(Product::META.indexes.len(), 3);
    assert_eq!(Product::ROUTES.len(), 8);
}
