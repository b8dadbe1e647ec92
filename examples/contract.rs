//! What `#[dynamic_api]` is to generate (hand-written contract).
#![allow(missing_docs, dead_code)]

// ---- input ----
// #[dynamic_api(path = "products", api_tag = "Items", web_socket, soft_delete, index(category, -price),
//     routes(get_many(public, event = "list-products"), get_one, create_one, create_many, update_one, update_many, replace_one,
//            duplicate_one, duplicate_many, delete_one, delete_many, get_many(sub_path = "admin"),
//            aggregate(sub_path = "stats", query = StatsQuery, presenter = StatsPage)))]
/// A product in the catalogue.
pub struct Product {
    // #[api(unique)]
    pub name: String,
    pub price: f64,
    // #[api(default = "misc")]
    pub category: String,
    // #[api(read_only, default = "new")]
    pub state: String,
    // #[api(hidden)]
    pub cost: Option<f64>,
    pub unit_size: Option<i32>,
}

#[derive(serde::Deserialize)]
struct StatsQuery {
    #[serde(default)]
    min: f64,
}
impl dynamic_api::AggregateQuery for StatsQuery {
    fn pipeline(&self) -> Vec<bson::Document> {
        vec![bson::doc! { "$match": { "price": { "$gte": self.min } } }]
    }
}
type StatsPage = dynamic_api::Rows;

// ---- output ----

/// What a client sends to create or replace a [`Product`].
#[derive(Clone, Debug, ::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreateProduct {
    pub name: String,
    pub price: f64,
    #[serde(default = "__product_default_category")] // in the real thing: "CreateProduct::default_category"
    pub category: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    #[serde(rename = "unitSize", default, skip_serializing_if = "Option::is_none")]
    pub unit_size: Option<i32>,
}
fn __product_default_category() -> String {
    "misc".into()
}
fn __product_default_state() -> String {
    "new".into()
}

/// What a client sends to update a [`Product`]: members left out stay as they are, `null` clears an optional one.
#[derive(
    Clone, Debug, Default, ::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize,
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdateProduct {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub name: ::dynamic_api::__rt::Patch<String>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub price: ::dynamic_api::__rt::Patch<f64>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub category: ::dynamic_api::__rt::Patch<String>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub cost: ::dynamic_api::__rt::Patch<Option<f64>>,
    #[serde(rename = "unitSize", skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub unit_size: ::dynamic_api::__rt::Patch<Option<i32>>,
}

/// A [`Product`] as clients see it.
#[derive(Clone, Debug, ::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct ProductView {
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub name: String,
    pub price: f64,
    #[serde(default = "__product_default_category")]
    pub category: String,
    #[serde(default = "__product_default_state")]
    pub state: String,
    #[serde(rename = "unitSize", default, skip_serializing_if = "Option::is_none")]
    pub unit_size: Option<i32>,
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
    // only with soft_delete:
    #[serde(rename = "deletedAt", default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<::dynamic_api::__rt::DateTime>,
}

/// The Socket.IO events of [`Product`].
pub struct ProductEvents;

impl ProductEvents {
    pub const GET_MANY: &'static str = "list-products";
    pub const GET_ONE: &'static str = "get-one-items";
    pub const CREATE_ONE: &'static str = "create-one-items";
    pub const DELETE_ONE: &'static str = "delete-one-items";
    pub const GET_MANY_ADMIN: &'static str = "get-many-admin-items";
    pub const AGGREGATE_STATS: &'static str = "aggregate-stats-items";
    // ...
}

const _: () = {
    use ::dynamic_api::__rt;

    /// The entity's own fields as BSON: serde of the struct itself stays the user's to derive.
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Product")]
    struct Record {
        name: String,
        price: f64,
        #[serde(default = "__product_default_category")]
        category: String,
        #[serde(default = "__product_default_state")]
        state: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cost: Option<f64>,
        #[serde(rename = "unitSize", default, skip_serializing_if = "Option::is_none")]
        unit_size: Option<i32>,
    }

    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("name"),
        __rt::Field::new::<f64>("price"),
        __rt::Field::new::<String>("category").default(|| __product_default_category().into()),
        __rt::Field::new::<String>("state").default(|| __product_default_state().into()).read_only(),
        __rt::Field::new::<Option<f64>>("cost").hidden(),
        __rt::Field::new::<Option<i32>>("unitSize"),
    ];

    impl __rt::Input for CreateProduct {
        const ENTITY: &'static str = "Product";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }

    impl __rt::Input for UpdateProduct {
        const ENTITY: &'static str = "Product";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }

    impl __rt::View for ProductView {}

    impl __rt::Entity for Product {
        type Create = CreateProduct;
        type Update = UpdateProduct;
        type View = ProductView;

        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new("Product", "products", "products")
            .api_tag("Items")
            .description("A product in the catalogue.")
            .soft_delete()
            .web_socket(__rt::WebSocket::On)
            .fields(FIELDS)
            .indexes(&[
                __rt::Index::unique(&[("name", __rt::Ascending)]),
                __rt::Index::new(&[("category", __rt::Ascending), ("price", __rt::Descending)]),
            ])
            .kept_on_replace(&["createdAt", "__v", "isDeleted", "state"]);

        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(__rt::RouteKind::GetMany, ProductEvents::GET_MANY, |call| {
                get_many(call.into()).into()
            })
            .access(__rt::Access::Public),
            __rt::Route::new(__rt::RouteKind::GetOne, ProductEvents::GET_ONE, |call| {
                get_one(call.into()).into()
            }),
            __rt::Route::new(__rt::RouteKind::CreateOne, ProductEvents::CREATE_ONE, |call| {
                create_one(call.into()).into()
            }),
            __rt::Route::new(__rt::RouteKind::DeleteOne, ProductEvents::DELETE_ONE, |call| {
                delete_one(call.into()).into()
            }),
            __rt::Route::new(__rt::RouteKind::GetMany, ProductEvents::GET_MANY_ADMIN, |call| {
                get_many_admin(call.into()).into()
            })
            .sub_path("admin"),
            __rt::Route::new(__rt::RouteKind::Aggregate, ProductEvents::AGGREGATE_STATS, |call| {
                aggregate_stats(call.into()).into()
            })
            .sub_path("stats"),
        ];

        fn from_document(document: &__rt::bson::RawDocument) -> __rt::bson::error::Result<Self> {
            Record::deserialize(__rt::bson::RawDeserializer::new(document.as_bytes())?)
        }

        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct Whole<'a>(#[serde(with = "Record")] &'a Product);
            __rt::bson::serialize_to_raw_document_buf(&Whole(self))
        }
    }

    fn get_many(call: __rt::Call<Product>) -> __rt::Answer<Vec<ProductView>> {
        __rt::operation::get_many(call)
    }

    fn get_one(call: __rt::Call<Product>) -> __rt::Answer<ProductView> {
        __rt::operation::get_one(call)
    }

    fn create_one(call: __rt::Call<Product, CreateProduct>) -> __rt::Answer<ProductView> {
        __rt::operation::create_one(call)
    }

    fn delete_one(call: __rt::Call<Product>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }

    fn get_many_admin(call: __rt::Call<Product>) -> __rt::Answer<Vec<ProductView>> {
        __rt::operation::get_many(call)
    }

    fn aggregate_stats(call: __rt::Call<Product, StatsQuery>) -> __rt::Answer<StatsPage> {
        __rt::operation::aggregate(call)
    }
};

fn main() {}
