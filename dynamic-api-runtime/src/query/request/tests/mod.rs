//! What queries come to, and what is said of those that make no sense.

#![allow(clippy::unwrap_used)]

mod alike;
mod cursors;
mod lists;
mod random;
mod reads;
mod refusals;

use super::ListRequest;
use crate::{
    call::{Query, RawAnswer, RawCall, Route, RouteKind},
    entity::{EntityMeta, Field, Index},
    error::Error,
    query::Direction::{Ascending, Descending},
    resource::Limits,
    types::{ApiType, DateTime, Decimal128, Id, Schema, Uuid},
};

struct Address;

impl ApiType for Address {
    const SCHEMA: &'static Schema = &Schema::Struct(&[
        Field::new::<String>("city"),
        Field::new::<Option<i64>>("zip"),
        Field::new::<String>("secret").hidden(),
    ]);
}

struct Comment;

impl ApiType for Comment {
    const SCHEMA: &'static Schema =
        &Schema::Struct(&[Field::new::<String>("author"), Field::new::<Option<i32>>("likes")]);
}

struct Category;

impl ApiType for Category {
    const SCHEMA: &'static Schema = &Schema::Enum(&["misc", "book", "a,b"]);
}

type Labels = std::collections::HashMap<String, i64>;

const META: &EntityMeta = &EntityMeta::new("Product", "products", "products")
    .fields(&[
        Field::new::<String>("name"),
        Field::new::<f64>("price"),
        Field::new::<i32>("stock"),
        Field::new::<bool>("active"),
        Field::new::<Category>("category"),
        Field::new::<Option<Id>>("seller"),
        Field::new::<Option<String>>("note"),
        Field::new::<Option<DateTime>>("soldAt"),
        Field::new::<Option<Decimal128>>("cost"),
        Field::new::<Option<Uuid>>("serial"),
        Field::new::<Vec<String>>("tags"),
        Field::new::<Option<Vec<i64>>>("sizes"),
        Field::new::<Vec<Vec<i64>>>("matrix"),
        Field::new::<Address>("address"),
        Field::new::<Option<Address>>("origin"),
        Field::new::<Vec<Comment>>("comments"),
        Field::new::<Labels>("labels"),
        Field::opaque("raw"),
        Field::new::<i64>("page"),
        Field::new::<String>("or"),
        Field::new::<String>("secret").hidden(),
        Field::new::<String>("pin").write_only(),
        Field::new::<f64>("score").no_filter(),
        Field::new::<f64>("total").computed(),
    ])
    .indexes(&[
        Index::unique(&[("name", Ascending)]),
        Index::unique(&[("page", Ascending), ("note", Ascending)]),
        Index::unique(&[("page", Ascending), ("stock", Ascending)]),
        Index::new(&[("category", Ascending), ("price", Descending)]),
        Index::new(&[("secret", Ascending)]),
        Index::text(&[("name", Ascending), ("note", Ascending)]),
    ])
    .soft_delete()
    .trashed();

/// Without anything that is optional in a query.
const PLAIN: &EntityMeta =
    &EntityMeta::new("Plain", "plains", "plains").fields(&[Field::new::<String>("name")]);

const ROUTE: Route = Route::new(RouteKind::GetMany, "get-many-product", unanswered).populate(&[
    "seller",
    "seller.team",
    "comments.author",
]);

const BARE_ROUTE: Route = Route::new(RouteKind::GetMany, "get-many-product", unanswered);

fn unanswered(_: RawCall) -> RawAnswer {
    Box::pin(async { Err(Error::NotAvailable) })
}

fn pairs(query: &str) -> Query {
    Query::Pairs(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

fn json(text: impl Into<String>) -> Query {
    Query::Json(text.into().into())
}

/// `(pointer, message)` of each violation.
type Told = Vec<(String, String)>;

fn told(error: Error) -> Told {
    match error {
        Error::Invalid(violations) => violations.into_iter().map(|one| (one.pointer, one.message)).collect(),
        other => vec![(String::new(), other.to_string())],
    }
}

fn parse(query: &Query) -> Result<ListRequest, Told> {
    ListRequest::parse(query, META, &ROUTE, &Limits::default(), None).map_err(told)
}

/// What is said of a query, by the first violation.
fn refusal(query: &Query) -> (String, String) {
    parse(query).expect_err(&format!("{query:?}")).remove(0)
}
