use dynamic_api::{ListQuery, dynamic_api, query::Filter};

struct NoQuery;

struct NoBody;

struct NoChange;

struct NoPresenter;

/// Of another entity.
#[derive(serde::Deserialize)]
struct Search {}

impl ListQuery<Other> for Search {
    fn filter(&self, _: &dynamic_api::CallContext<'_>) -> Result<Filter, dynamic_api::Error> {
        Ok(Filter::All)
    }
}

#[dynamic_api(path = "others", routes(get_many(query = Search)))]
struct Other {
    name: String,
}

#[dynamic_api(
    path = "users",
    routes(
        get_many(query = NoQuery),
        get_many(sub_path = "other", query = Search),
        get_many(sub_path = "shown", presenter = NoPresenter),
        create_one(body = NoBody),
        update_one(body = NoChange),
        delete_one(presenter = NoPresenter),
    )
)]
struct User {
    name: String,
}

fn main() {}
