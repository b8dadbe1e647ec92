//! The entities that the tests call.

use bson::{Document, doc};
use dynamic_api::{
    __rt::{
        Ascending, Entity, EntityMeta, Field, Form, Index, Input, Patch, Route, RouteKind, View, WebSocket,
        operation,
    },
    AggregatePresenter, AggregateQuery, DateTime, Error, Id, Page, Rows,
};
use dynamic_api_runtime::call::{RawAnswer, RawCall};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

/// What the attribute generates of a struct.
macro_rules! entity {
    (
        $name:ident, $create:ident, $update:ident, $view:ident,
        required { $($required:ident: $required_type:ty),* },
        optional { $($optional:ident: $optional_type:ty),* },
        hidden { $($hidden:ident: $hidden_type:ty),* },
        $meta:expr,
        $routes:expr
    ) => {
        #[derive(Serialize, Deserialize)]
        pub struct $name {
            $(pub $required: $required_type,)*
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $optional: Option<$optional_type>,)*
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $hidden: Option<$hidden_type>,)*
        }

        #[derive(Serialize, Deserialize)]
        pub struct $create {
            $(pub $required: $required_type,)*
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $optional: Option<$optional_type>,)*
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $hidden: Option<$hidden_type>,)*
        }

        #[derive(Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $update {
            $(#[serde(skip_serializing_if = "Patch::is_absent")] pub $required: Patch<$required_type>,)*
            $(#[serde(skip_serializing_if = "Patch::is_absent")] pub $optional: Patch<Option<$optional_type>>,)*
            $(#[serde(skip_serializing_if = "Patch::is_absent")] pub $hidden: Patch<Option<$hidden_type>>,)*
        }

        #[derive(Serialize, Deserialize)]
        pub struct $view {
            #[serde(rename(serialize = "id", deserialize = "_id"))]
            pub id: Id,
            $(pub $required: $required_type,)*
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $optional: Option<$optional_type>,)*
            #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
            pub created_at: Option<DateTime>,
            #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
            pub updated_at: Option<DateTime>,
        }

        impl $name {
            const FIELDS: &'static [Field] = &[
                $(Field::new::<$required_type>(stringify!($required)),)*
                $(Field::new::<Option<$optional_type>>(stringify!($optional)),)*
                $(Field::new::<Option<$hidden_type>>(stringify!($hidden)).hidden(),)*
            ];
        }

        impl Input for $create {
            const ENTITY: &'static str = stringify!($name);
            const FIELDS: &'static [Field] = $name::FIELDS;
            const FORM: Form = Form::Whole;
        }

        impl Input for $update {
            const ENTITY: &'static str = stringify!($name);
            const FIELDS: &'static [Field] = $name::FIELDS;
            const FORM: Form = Form::Partial;
        }

        impl View for $view {}

        impl Entity for $name {
            type Create = $create;
            type Update = $update;
            type View = $view;
            const META: &'static EntityMeta = &$meta.fields($name::FIELDS);
            const ROUTES: &'static [Route] = $routes;

            fn from_document(document: &bson::RawDocument) -> bson::error::Result<Self> {
                Self::deserialize(bson::RawDeserializer::new(document.as_bytes())?)
            }

            fn to_document(&self) -> bson::error::Result<bson::RawDocumentBuf> {
                bson::serialize_to_raw_document_buf(self)
            }
        }
    };
}

/// The route of a kind, as the attribute generates it.
macro_rules! route {
    ($entity:ty, GetMany, $event:expr) => {
        Route::new(RouteKind::GetMany, $event, |call| {
            operation::get_many::<$entity, <$entity as Entity>::View>(call.into()).into()
        })
    };
    ($entity:ty, GetOne, $event:expr) => {
        Route::new(RouteKind::GetOne, $event, |call| {
            operation::get_one::<$entity, <$entity as Entity>::View>(call.into()).into()
        })
    };
    ($entity:ty, DeleteOne, $event:expr) => {
        Route::new(RouteKind::DeleteOne, $event, |call| operation::delete_one::<$entity>(call.into()).into())
    };
    ($entity:ty, DeleteMany, $event:expr) => {
        Route::new(RouteKind::DeleteMany, $event, |call| {
            operation::delete_many::<$entity>(call.into()).into()
        })
    };
    ($entity:ty, $kind:ident, $operation:ident, $input:ident, $event:expr) => {
        Route::new(RouteKind::$kind, $event, |call| {
            operation::$operation::<$entity, <$entity as Entity>::$input, <$entity as Entity>::View>(
                call.into(),
            )
            .into()
        })
    };
}

entity! {
    User, CreateUser, UpdateUser, UserView,
    required { name: String, email: String },
    optional { age: i64 },
    hidden { secret: String },
    EntityMeta::new("User", "users", "users")
        .web_socket(WebSocket::On)
        .indexes(&[Index::unique(&[("email", Ascending)])]),
    &[
        route!(User, GetMany, "get-many-user"),
        route!(User, GetOne, "get-one-user"),
        route!(User, CreateOne, create_one, Create, "create-one-user"),
        route!(User, CreateMany, create_many, Create, "create-many-user"),
        route!(User, UpdateOne, update_one, Update, "update-one-user"),
        route!(User, UpdateMany, update_many, Update, "update-many-user"),
        route!(User, ReplaceOne, replace_one, Create, "replace-one-user"),
        route!(User, DuplicateOne, duplicate_one, Update, "duplicate-one-user"),
        route!(User, DuplicateMany, duplicate_many, Update, "duplicate-many-user"),
        route!(User, DeleteOne, "delete-one-user"),
        route!(User, DeleteMany, "delete-many-user"),
        Route::new(RouteKind::Aggregate, "aggregate-user", |call| {
            operation::aggregate::<User, Ages, Rows>(call.into()).into()
        }),
        Route::new(RouteKind::Aggregate, "aggregate-stats-user", |call| {
            operation::aggregate::<User, Ages, Ranked>(call.into()).into()
        })
        .sub_path("stats"),
    ]
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

/// A page of names.
#[derive(Serialize)]
pub struct Ranked(Page<String>);

impl AggregatePresenter<Ages> for Ranked {
    fn present(rows: Vec<Document>, _: &Ages) -> Result<Self, Error> {
        let names = rows.iter().map(|row| row.get_str("name").map(str::to_owned).map_err(Error::internal));
        let names = names.collect::<Result<Vec<_>, _>>()?;
        let count = names.len() as u64;
        Ok(Self(Page::new(names, count, 2)))
    }
}

entity! {
    Note, CreateNote, UpdateNote, NoteView,
    required { title: String, author: Id },
    optional { body: String },
    hidden {},
    EntityMeta::new("Note", "notes", "notes").soft_delete(),
    &[
        route!(Note, GetMany, "get-many-note"),
        route!(Note, GetOne, "get-one-note"),
        route!(Note, CreateOne, create_one, Create, "create-one-note"),
        route!(Note, DeleteOne, "delete-one-note").web_socket(WebSocket::Off),
    ]
}

entity! {
    Gadget, CreateGadget, UpdateGadget, GadgetView,
    required { name: String },
    optional {},
    hidden {},
    EntityMeta::new("Gadget", "shop/gadgets", "gadgets")
        .version("1")
        .web_socket(WebSocket::Namespace("/shop")),
    &[
        route!(Gadget, GetMany, "get-many-gadget"),
        route!(Gadget, GetMany, "get-many-special-gadget").sub_path("special"),
        route!(Gadget, GetOne, "get-one-special-gadget").sub_path("special"),
        route!(Gadget, CreateOne, create_one, Create, "create-one-special-gadget").sub_path("special"),
        route!(Gadget, CreateMany, create_many, Create, "create-many-special-gadget").sub_path("special"),
        route!(Gadget, UpdateOne, update_one, Update, "update-one-special-gadget").sub_path("special"),
        route!(Gadget, UpdateMany, update_many, Update, "update-many-special-gadget").sub_path("special"),
        route!(Gadget, ReplaceOne, replace_one, Create, "replace-one-special-gadget").sub_path("special"),
        route!(Gadget, DuplicateOne, duplicate_one, Update, "duplicate-one-special-gadget").sub_path("special"),
        route!(Gadget, DuplicateMany, duplicate_many, Update, "duplicate-many-special-gadget")
            .sub_path("special"),
        route!(Gadget, DeleteOne, "delete-one-special-gadget").sub_path("special"),
        route!(Gadget, DeleteMany, "delete-many-special-gadget").sub_path("special"),
        route!(Gadget, CreateOne, create_one, Create, "create-one-gadget-v2")
            .version("2")
            .web_socket(WebSocket::Namespace("/admin")),
    ]
}

/// How many calls of [`Trouble`]'s slow route may go on. A test that starts one lets it go on itself.
pub static SLOW_CALLS: Semaphore = Semaphore::const_new(0);
/// How many calls of the slow route have begun and not been waited for.
pub static BEGUN_CALLS: Semaphore = Semaphore::const_new(0);

fn slow(call: RawCall) -> RawAnswer {
    Box::pin(async move {
        BEGUN_CALLS.add_permits(1);
        SLOW_CALLS.acquire().await.unwrap().forget();
        operation::get_many::<Trouble, TroubleView>(call.into()).await
    })
}

fn panics(_: RawCall) -> RawAnswer {
    Box::pin(async { panic!("the secret reason") })
}

fn panics_at_once(_: RawCall) -> RawAnswer {
    panic!("the secret reason")
}

entity! {
    Trouble, CreateTrouble, UpdateTrouble, TroubleView,
    required { name: String },
    optional {},
    hidden {},
    EntityMeta::new("Trouble", "troubles", "troubles").web_socket(WebSocket::On),
    &[
        Route::new(RouteKind::GetMany, "slow", slow),
        Route::new(RouteKind::GetMany, "panics", panics).sub_path("panics"),
        Route::new(RouteKind::GetOne, "panics-at-once", panics_at_once),
    ]
}
