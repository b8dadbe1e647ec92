use dynamic_api::{AggregateQuery, bson::Document, dynamic_api};

struct NoQuery;

#[derive(serde::Deserialize)]
struct Stats {}

impl AggregateQuery for Stats {
    fn pipeline(&self) -> Vec<Document> {
        vec![]
    }
}

struct NoPresenter;

#[dynamic_api(
    path = "users",
    routes(
        aggregate(query = NoQuery),
        aggregate(sub_path = "stats", query = Stats, presenter = NoPresenter),
    )
)]
struct User {
    name: String,
}

fn main() {}
