//! Routes that take and show types of the user's own.
#![deny(warnings, clippy::all, clippy::pedantic)]

use dynamic_api::{
    AggregateQuery, CallContext, CreateBody, DeletePresenter, Deleted, Entity, Error, Id, ListQuery, Patch,
    Presenter, Stored, UpdateBody,
    bson::Document,
    dynamic_api,
    query::{Filter, Op},
};

#[dynamic_api(
    path = "parts",
    soft_delete,
    unique(shop, number),
    routes(
        get_many(query = Search, presenter = Card),
        get_many(sub_path = "all", query = Search),
        get_many(sub_path = "cards", presenter = Card),
        get_one(presenter = Card),
        create_one(body = NewPart, presenter = Card),
        create_many(body = NewPart),
        update_one(body = Approval, presenter = Card),
        update_many(body = Approval),
        replace_one(body = NewPart),
        upsert_one(body = NewPart, presenter = Card, key(number, shop)),
        upsert_one(sub_path = "by-code", key = code),
        duplicate_one(presenter = Card),
        duplicate_many(presenter = Card),
        delete_one(presenter = Gone),
        delete_many(presenter = Gone),
        restore_one(presenter = Card),
        restore_many(presenter = Card),
        purge_one(presenter = Gone),
        batch(presenter = Card),
        aggregate(query = Stats, unrestricted),
    )
)]
struct Part {
    shop: Id,
    number: u32,
    #[api(unique)]
    code: String,
    #[api(read_only, default)]
    approved: bool,
}

#[derive(serde::Deserialize)]
struct Search {
    code: String,
}

impl ListQuery<Part> for Search {
    fn filter(&self, _: &CallContext<'_>) -> Result<Filter, Error> {
        Ok(Filter::field("code", Op::Eq(self.code.clone().into())))
    }
}

#[derive(serde::Deserialize)]
struct NewPart {
    shop: Id,
    number: u32,
}

impl CreateBody<Part> for NewPart {
    fn into_entity(self, _: &CallContext<'_>) -> Result<Part, Error> {
        let Self { shop, number } = self;
        Ok(Part { shop, number, code: format!("{shop}-{number}"), approved: false })
    }
}

#[derive(serde::Deserialize)]
struct Approval {}

impl UpdateBody<Part> for Approval {
    fn into_update(self, _: &CallContext<'_>) -> Result<UpdatePart, Error> {
        Ok(UpdatePart { approved: Patch::Set(true), ..UpdatePart::default() })
    }
}

#[derive(serde::Serialize)]
struct Card {
    code: String,
}

impl Presenter<Part> for Card {
    fn present(part: &Stored<Part>, _: &CallContext<'_>) -> Result<Self, Error> {
        Ok(Self { code: part.code.clone() })
    }
}

#[derive(serde::Serialize)]
struct Gone {
    gone: u64,
}

impl DeletePresenter<Part> for Gone {
    fn present(deleted: Deleted, _: &CallContext<'_>) -> Result<Self, Error> {
        Ok(Self { gone: deleted.deleted_count })
    }
}

#[derive(serde::Deserialize)]
struct Stats {}

impl AggregateQuery for Stats {
    fn pipeline(&self) -> Vec<Document> {
        vec![]
    }
}

#[test]
fn accepted() {
    let routes = Part::ROUTES;
    let presented = routes.iter().filter(|route| route.presented).count();
    assert_eq!(presented, 14);
    let keys: Vec<_> = routes.iter().map(|route| route.key).filter(|key| !key.is_empty()).collect();
    assert_eq!(keys, [&["shop", "number"][..], &["code"]]);
    assert_eq!(routes.iter().filter(|route| route.unrestricted).count(), 1);
}
