use dynamic_api::{AggregateQuery, dynamic_api};

#[derive(serde::Deserialize)]
struct Stats {}

impl AggregateQuery for Stats {
    fn pipeline(&self) -> Vec<dynamic_api::bson::Document> {
        vec![]
    }
}

#[dynamic_api(
    path = "users",
    version = "1",
    routes(
        get_many,
        get_many(event = "all-users"),
        get_many(version = "1"),
        get_many(sub_path = "stats"),
        aggregate(sub_path = "stats", query = Stats),
    )
)]
struct User {
    name: String,
}

fn main() {}
