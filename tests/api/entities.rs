//! The entities that the tests call.

use bson::{Document, RawDocument, RawDocumentBuf, doc};
use dynamic_api::{
    __rt::{CreateInput, EntityMeta, Route, RouteKind, UpdateInput, View, WebSocket, operation},
    AggregatePresenter, AggregateQuery, Entity, Error, Id, Page, dynamic_api,
};
use dynamic_api_runtime::call::{RawAnswer, RawCall};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

#[dynamic_api(
    path = "users",
    web_socket,
    routes(
        get_many,
        get_one,
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        aggregate(query = Ages),
        aggregate(sub_path = "stats", query = Ages, presenter = Names),
        aggregate(sub_path = "pages", query = NamePages, presenter = Page<Row>),
    )
)]
pub struct User {
    pub name: String,
    #[api(unique)]
    pub email: String,
    pub age: Option<i64>,
    #[api(hidden)]
    pub secret: Option<String>,
}

/// Users of at least an age, by name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ages {
    #[serde(default)]
    min: i64,
}

impl AggregateQuery for Ages {
    fn pipeline(&self) -> Vec<Document> {
        vec![
            doc! { "$match": { "age": { "$gte": self.min } } },
            doc! { "$sort": { "name": 1 } },
            doc! { "$project": { "_id": 0, "name": 1, "age": 1 } },
        ]
    }
}

/// Two users to a page, by name.
#[derive(Deserialize)]
pub struct NamePages {
    page: i64,
}

/// A row of [`NamePages`].
#[derive(Serialize, Deserialize)]
pub struct Row {
    name: String,
    #[serde(default)]
    secret: Option<String>,
}

impl AggregateQuery for NamePages {
    fn pipeline(&self) -> Vec<Document> {
        let list = vec![
            doc! { "$sort": { "name": 1 } },
            doc! { "$skip": (self.page - 1) * 2 },
            doc! { "$limit": 2 },
        ];
        vec![doc! { "$facet": { "list": list, "count": [{ "$count": "count" }] } }]
    }

    fn page_size(&self) -> Option<u64> {
        Some(2)
    }
}

/// A page of names.
#[derive(Serialize)]
pub struct Names(Page<String>);

impl AggregatePresenter<Ages> for Names {
    fn present(rows: Vec<Document>, _: &Ages) -> Result<Self, Error> {
        let names = rows.iter().map(|row| row.get_str("name").map(str::to_owned).map_err(Error::internal));
        let names = names.collect::<Result<Vec<_>, _>>()?;
        let count = names.len() as u64;
        Ok(Self(Page::new(names, count, 2)))
    }
}

#[dynamic_api(path = "notes", soft_delete, routes(get_many, get_one, create_one, delete_one(no_web_socket)))]
pub struct Note {
    pub title: String,
    pub body: Option<String>,
    pub author: Id,
}

#[dynamic_api(
    path = "shop/gadgets",
    version = "1",
    web_socket(namespace = "/shop"),
    routes(
        get_many,
        get_many(sub_path = "special"),
        get_one(sub_path = "special"),
        create_one(sub_path = "special"),
        create_many(sub_path = "special"),
        update_one(sub_path = "special"),
        update_many(sub_path = "special"),
        replace_one(sub_path = "special"),
        duplicate_one(sub_path = "special"),
        duplicate_many(sub_path = "special"),
        delete_one(sub_path = "special"),
        delete_many(sub_path = "special"),
        create_one(version = "2", event = "create-one-gadget-v2", web_socket(namespace = "/admin")),
    )
)]
pub struct Gadget {
    pub name: String,
}

/// How many calls of [`Trouble`]'s slow route may go on. A test that starts one lets it go on itself.
pub static SLOW_CALLS: Semaphore = Semaphore::const_new(0);
/// How many calls of the slow route have begun and not been waited for.
pub static BEGUN_CALLS: Semaphore = Semaphore::const_new(0);

/// An entity whose handlers no attribute would generate.
pub struct Trouble;

fn slow(call: RawCall) -> RawAnswer {
    Box::pin(async move {
        BEGUN_CALLS.add_permits(1);
        SLOW_CALLS.acquire().await.unwrap().forget();
        operation::get_many::<Trouble, (), GadgetView>(call.into()).await
    })
}

fn panics(_: RawCall) -> RawAnswer {
    Box::pin(async { panic!("the secret reason") })
}

fn panics_at_once(_: RawCall) -> RawAnswer {
    panic!("the secret reason")
}

impl CreateInput<Trouble> for CreateGadget {}

impl UpdateInput<Trouble> for UpdateGadget {
    fn into_update(self) -> Self {
        self
    }
}

impl View<Trouble> for GadgetView {}

impl Entity for Trouble {
    type Create = CreateGadget;
    type Update = UpdateGadget;
    type View = GadgetView;
    type Fields = ();
    const META: &'static EntityMeta =
        &EntityMeta::new("Trouble", "troubles", "troubles").web_socket(WebSocket::On);
    const ROUTES: &'static [Route] = &[
        Route::new(RouteKind::GetMany, "slow", slow),
        Route::new(RouteKind::GetMany, "panics", panics).sub_path("panics"),
        Route::new(RouteKind::GetOne, "panics-at-once", panics_at_once),
    ];

    fn from_document(_: &RawDocument) -> bson::error::Result<Self> {
        Ok(Self)
    }

    fn to_document(&self) -> bson::error::Result<RawDocumentBuf> {
        Ok(RawDocumentBuf::new())
    }
}
