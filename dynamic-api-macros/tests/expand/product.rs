/// A product in the catalogue.
#[derive(Debug)]
pub struct Product {
    pub name: String,
    pub price: f64,
    pub category: String,
    pub state: State,
    pub seller: Option<Id>,
    pub cost: Option<f64>,
    pub supplier_note: Option<String>,
    pub tags: Vec<String>,
    pub description: Option<String>,
}
/// [`Product`] as a client sends it, to create one or to replace one.
#[derive(
    Debug,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreateProduct {
    pub name: String,
    pub price: f64,
    #[serde(default = "CreateProduct::default_category")]
    pub category: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    #[serde(rename = "supplierNote", default, skip_serializing_if = "Option::is_none")]
    pub supplier_note: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
impl CreateProduct {
    fn default_category() -> String {
        "misc".into()
    }
    fn default_state() -> State {
        State::New
    }
}
/// Changes to [`Product`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
///
/// Its read-only fields are set by code alone: a client can't send them.
#[derive(
    Debug,
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdateProduct {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub name: ::dynamic_api::__rt::Patch<String>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub price: ::dynamic_api::__rt::Patch<f64>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub category: ::dynamic_api::__rt::Patch<String>,
    #[serde(
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub state: ::dynamic_api::__rt::Patch<State>,
    #[serde(
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub seller: ::dynamic_api::__rt::Patch<Option<Id>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub cost: ::dynamic_api::__rt::Patch<Option<f64>>,
    #[serde(
        rename = "supplierNote",
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub supplier_note: ::dynamic_api::__rt::Patch<Option<String>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub tags: ::dynamic_api::__rt::Patch<Vec<String>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub description: ::dynamic_api::__rt::Patch<Option<String>>,
}
/// [`Product`] as clients see it.
#[derive(
    Debug,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct ProductView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub name: String,
    pub price: f64,
    #[serde(default = "CreateProduct::default_category")]
    pub category: String,
    #[serde(default = "CreateProduct::default_state")]
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<Id>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was deleted.
    #[serde(rename = "deletedAt", default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Product`].
pub struct ProductEvents;
impl ProductEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "list-products";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-items";
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "new-product";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-items";
    /// The event of `replace_one`.
    pub const REPLACE_ONE: &'static str = "replace-one-items";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-items";
    /// The event of `aggregate` at `stats`.
    pub const AGGREGATE_STATS: &'static str = "aggregate-stats-items";
    /// The event of `aggregate`.
    pub const AGGREGATE: &'static str = "aggregate-items";
}
/// The fields of [`Product`], for conditions and orders in code.
#[allow(dead_code)]
pub struct ProductFields;
#[allow(dead_code, non_upper_case_globals)]
impl ProductFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Product, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const NAME: ::dynamic_api::__rt::TypedField<Product, String> = ::dynamic_api::__rt::TypedField::new(
        "name",
    );
    pub const PRICE: ::dynamic_api::__rt::TypedField<Product, f64> = ::dynamic_api::__rt::TypedField::new(
        "price",
    );
    pub const CATEGORY: ::dynamic_api::__rt::TypedField<Product, String> = ::dynamic_api::__rt::TypedField::new(
        "category",
    );
    pub const STATE: ::dynamic_api::__rt::TypedField<Product, State> = ::dynamic_api::__rt::TypedField::new(
        "state",
    );
    pub const SELLER: ::dynamic_api::__rt::TypedField<Product, Option<Id>> = ::dynamic_api::__rt::TypedField::new(
        "seller",
    );
    pub const COST: ::dynamic_api::__rt::TypedField<Product, Option<f64>> = ::dynamic_api::__rt::TypedField::new(
        "cost",
    );
    pub const SUPPLIER_NOTE: ::dynamic_api::__rt::TypedField<Product, Option<String>> = ::dynamic_api::__rt::TypedField::new(
        "supplierNote",
    );
    pub const TAGS: ::dynamic_api::__rt::TypedField<Product, Vec<String>> = ::dynamic_api::__rt::TypedField::new(
        "tags",
    );
    pub const DESCRIPTION: ::dynamic_api::__rt::TypedField<Product, Option<String>> = ::dynamic_api::__rt::TypedField::new(
        "description",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Product,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Product,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
    /// When it was deleted.
    pub const DELETED_AT: ::dynamic_api::__rt::TypedField<
        Product,
        Option<::dynamic_api::__rt::DateTime>,
    > = ::dynamic_api::__rt::TypedField::deleted_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Product")]
    struct ProductRecord {
        name: String,
        price: f64,
        #[serde(default = "CreateProduct::default_category")]
        category: String,
        #[serde(default = "CreateProduct::default_state")]
        state: State,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seller: Option<Id>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cost: Option<f64>,
        #[serde(
            rename = "supplierNote",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        supplier_note: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("name"),
        __rt::Field::new::<f64>("price"),
        __rt::Field::new::<String>("category")
            .default(|| __rt::to_bson(CreateProduct::default_category())),
        __rt::Field::new::<State>("state")
            .default(|| __rt::to_bson(CreateProduct::default_state()))
            .read_only(),
        __rt::Field::new::<Option<Id>>("seller").read_only(),
        __rt::Field::new::<Option<f64>>("cost").hidden(),
        __rt::Field::new::<Option<String>>("supplierNote").write_only(),
        __rt::Field::new::<Vec<String>>("tags")
            .default(|| __rt::to_bson(<Vec<String>>::default())),
        __rt::Field::new::<Option<String>>("description"),
    ];
    const READ: __rt::RoutePolicy = __rt::RoutePolicy::new()
        .access(__rt::Access::Public);
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
    impl __rt::CreateInput<Product> for CreateProduct {}
    impl __rt::UpdateInput<Product> for UpdateProduct {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Product> for ProductView {}
    impl __rt::Entity for Product {
        type Create = CreateProduct;
        type Update = UpdateProduct;
        type View = ProductView;
        type Fields = ProductFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Product",
                "products",
                "products",
            )
            .api_tag("Items")
            .description("A product in the catalogue.")
            .soft_delete()
            .web_socket(__rt::WebSocket::On)
            .fields(FIELDS)
            .indexes(
                &[
                    __rt::Index::unique(&[("name", __rt::Ascending)]),
                    __rt::Index::new(&[("price", __rt::Descending)]),
                    __rt::Index::new(
                        &[("category", __rt::Ascending), ("price", __rt::Descending)],
                    ),
                ],
            )
            .read(READ);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    ProductEvents::GET_MANY,
                    |call| get_many(call.into()).into(),
                )
                .access(__rt::Access::Public),
            __rt::Route::new(
                    __rt::RouteKind::GetOne,
                    ProductEvents::GET_ONE,
                    |call| get_one(call.into()).into(),
                )
                .policy(READ),
            __rt::Route::new(
                __rt::RouteKind::CreateOne,
                ProductEvents::CREATE_ONE,
                |call| create_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateOne,
                ProductEvents::UPDATE_ONE,
                |call| update_one(call.into()).into(),
            ),
            __rt::Route::new(
                    __rt::RouteKind::ReplaceOne,
                    ProductEvents::REPLACE_ONE,
                    |call| replace_one(call.into()).into(),
                )
                .description("Puts another product in its place."),
            __rt::Route::new(
                __rt::RouteKind::DeleteOne,
                ProductEvents::DELETE_ONE,
                |call| delete_one(call.into()).into(),
            ),
            __rt::Route::new(
                    __rt::RouteKind::Aggregate,
                    ProductEvents::AGGREGATE_STATS,
                    |call| aggregate_stats(call.into()).into(),
                )
                .sub_path("stats")
                .own_body()
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::Aggregate,
                    ProductEvents::AGGREGATE,
                    |call| aggregate(call.into()).into(),
                )
                .own_body(),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            ProductRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct ProductDocument<'a>(#[serde(with = "ProductRecord")] &'a Product);
            __rt::bson::serialize_to_raw_document_buf(&ProductDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Product>) -> __rt::Answer<Vec<ProductView>> {
        __rt::operation::get_many(call)
    }
    fn get_one(call: __rt::Call<Product>) -> __rt::Answer<ProductView> {
        __rt::operation::get_one(call)
    }
    fn create_one(
        call: __rt::Call<Product, CreateProduct>,
    ) -> __rt::Answer<ProductView> {
        __rt::operation::create_one(call)
    }
    fn update_one(
        call: __rt::Call<Product, UpdateProduct>,
    ) -> __rt::Answer<ProductView> {
        __rt::operation::update_one(call)
    }
    fn replace_one(
        call: __rt::Call<Product, CreateProduct>,
    ) -> __rt::Answer<ProductView> {
        __rt::operation::replace_one(call)
    }
    fn delete_one(call: __rt::Call<Product>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }
    fn aggregate_stats(
        call: __rt::Call<Product, StatsQuery>,
    ) -> __rt::Answer<StatsPage> {
        __rt::operation::aggregate::<Product, StatsQuery, StatsPage>(call)
    }
    fn aggregate(
        call: __rt::Call<Product, StatsQuery>,
    ) -> __rt::Answer<__rt::operation::Rows> {
        __rt::operation::aggregate::<Product, StatsQuery, __rt::operation::Rows>(call)
    }
};
