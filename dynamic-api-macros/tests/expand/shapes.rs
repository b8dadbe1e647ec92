struct Part {
    shop: Id,
    number: u32,
    code: String,
}
/// [`Part`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
struct CreatePart {
    pub shop: Id,
    pub number: u32,
    pub code: String,
}
/// Changes to [`Part`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
struct UpdatePart {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub shop: ::dynamic_api::__rt::Patch<Id>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub number: ::dynamic_api::__rt::Patch<u32>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub code: ::dynamic_api::__rt::Patch<String>,
}
/// [`Part`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
struct PartView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub shop: Id,
    pub number: u32,
    pub code: String,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Part`].
struct PartEvents;
impl PartEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-part";
    /// The event of `get_many` at `all`.
    pub const GET_MANY_ALL: &'static str = "get-many-all-part";
    /// The event of `get_many` at `cards`.
    pub const GET_MANY_CARDS: &'static str = "get-many-cards-part";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-part";
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-part";
    /// The event of `create_many`.
    pub const CREATE_MANY: &'static str = "create-many-part";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-part";
    /// The event of `update_many`.
    pub const UPDATE_MANY: &'static str = "update-many-part";
    /// The event of `replace_one`.
    pub const REPLACE_ONE: &'static str = "replace-one-part";
    /// The event of `upsert_one`.
    pub const UPSERT_ONE: &'static str = "upsert-one-part";
    /// The event of `upsert_one` at `by-shop`.
    pub const UPSERT_ONE_BY_SHOP: &'static str = "upsert-one-by-shop-part";
    /// The event of `upsert_one` at `by-number`.
    pub const UPSERT_ONE_BY_NUMBER: &'static str = "upsert-one-by-number-part";
    /// The event of `duplicate_one`.
    pub const DUPLICATE_ONE: &'static str = "duplicate-one-part";
    /// The event of `duplicate_many`.
    pub const DUPLICATE_MANY: &'static str = "duplicate-many-part";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-part";
    /// The event of `delete_many`.
    pub const DELETE_MANY: &'static str = "delete-many-part";
    /// The event of `batch`.
    pub const BATCH: &'static str = "batch-part";
    /// The event of `aggregate`.
    pub const AGGREGATE: &'static str = "aggregate-part";
}
/// The fields of [`Part`], for conditions and orders in code.
#[allow(dead_code)]
struct PartFields;
#[allow(dead_code, non_upper_case_globals)]
impl PartFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Part, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const SHOP: ::dynamic_api::__rt::TypedField<Part, Id> = ::dynamic_api::__rt::TypedField::new(
        "shop",
    );
    pub const NUMBER: ::dynamic_api::__rt::TypedField<Part, u32> = ::dynamic_api::__rt::TypedField::new(
        "number",
    );
    pub const CODE: ::dynamic_api::__rt::TypedField<Part, String> = ::dynamic_api::__rt::TypedField::new(
        "code",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Part,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Part,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Part")]
    struct PartRecord {
        shop: Id,
        number: u32,
        code: String,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<Id>("shop"),
        __rt::Field::new::<u32>("number"),
        __rt::Field::new::<String>("code"),
    ];
    impl __rt::Input for CreatePart {
        const ENTITY: &'static str = "Part";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdatePart {
        const ENTITY: &'static str = "Part";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Part> for CreatePart {}
    impl __rt::UpdateInput<Part> for UpdatePart {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Part> for PartView {}
    impl __rt::Entity for Part {
        type Create = CreatePart;
        type Update = UpdatePart;
        type View = PartView;
        type Fields = PartFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Part",
                "parts",
                "parts",
            )
            .fields(FIELDS)
            .indexes(
                &[
                    __rt::Index::unique(&[("code", __rt::Ascending)]),
                    __rt::Index::unique(
                        &[("shop", __rt::Ascending), ("number", __rt::Ascending)],
                    ),
                ],
            );
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    PartEvents::GET_MANY,
                    |call| get_many(call.into()).into(),
                )
                .own_body()
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    PartEvents::GET_MANY_ALL,
                    |call| get_many_all(call.into()).into(),
                )
                .sub_path("all")
                .own_body(),
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    PartEvents::GET_MANY_CARDS,
                    |call| get_many_cards(call.into()).into(),
                )
                .sub_path("cards")
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::GetOne,
                    PartEvents::GET_ONE,
                    |call| get_one(call.into()).into(),
                )
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::CreateOne,
                    PartEvents::CREATE_ONE,
                    |call| create_one(call.into()).into(),
                )
                .own_body()
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::CreateMany,
                    PartEvents::CREATE_MANY,
                    |call| create_many(call.into()).into(),
                )
                .own_body(),
            __rt::Route::new(
                    __rt::RouteKind::UpdateOne,
                    PartEvents::UPDATE_ONE,
                    |call| update_one(call.into()).into(),
                )
                .own_body(),
            __rt::Route::new(
                    __rt::RouteKind::UpdateMany,
                    PartEvents::UPDATE_MANY,
                    |call| update_many(call.into()).into(),
                )
                .own_body()
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::ReplaceOne,
                    PartEvents::REPLACE_ONE,
                    |call| replace_one(call.into()).into(),
                )
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::UpsertOne,
                    PartEvents::UPSERT_ONE,
                    |call| upsert_one(call.into()).into(),
                )
                .key(&["code"])
                .own_body()
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::UpsertOne,
                    PartEvents::UPSERT_ONE_BY_SHOP,
                    |call| upsert_one_by_shop(call.into()).into(),
                )
                .sub_path("by-shop")
                .key(&["shop", "number"]),
            __rt::Route::new(
                    __rt::RouteKind::UpsertOne,
                    PartEvents::UPSERT_ONE_BY_NUMBER,
                    |call| upsert_one_by_number(call.into()).into(),
                )
                .sub_path("by-number")
                .key(&["shop", "number"]),
            __rt::Route::new(
                    __rt::RouteKind::DuplicateOne,
                    PartEvents::DUPLICATE_ONE,
                    |call| duplicate_one(call.into()).into(),
                )
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::DuplicateMany,
                    PartEvents::DUPLICATE_MANY,
                    |call| duplicate_many(call.into()).into(),
                )
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::DeleteOne,
                    PartEvents::DELETE_ONE,
                    |call| delete_one(call.into()).into(),
                )
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::DeleteMany,
                    PartEvents::DELETE_MANY,
                    |call| delete_many(call.into()).into(),
                )
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::Batch,
                    PartEvents::BATCH,
                    |call| batch(call.into()).into(),
                )
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::Aggregate,
                    PartEvents::AGGREGATE,
                    |call| aggregate(call.into()).into(),
                )
                .own_body()
                .presented()
                .unrestricted(),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            PartRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct PartDocument<'a>(#[serde(with = "PartRecord")] &'a Part);
            __rt::bson::serialize_to_raw_document_buf(&PartDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Part, Search>) -> __rt::Answer<Vec<Card>> {
        __rt::operation::get_many::<Part, Search, Card>(call)
    }
    fn get_many_all(call: __rt::Call<Part, Search>) -> __rt::Answer<Vec<PartView>> {
        __rt::operation::get_many::<Part, Search, PartView>(call)
    }
    fn get_many_cards(call: __rt::Call<Part>) -> __rt::Answer<Vec<Card>> {
        __rt::operation::get_many::<Part, (), Card>(call)
    }
    fn get_one(call: __rt::Call<Part>) -> __rt::Answer<shapes::Sheet> {
        __rt::operation::get_one::<Part, shapes::Sheet>(call)
    }
    fn create_one(call: __rt::Call<Part, NewPart>) -> __rt::Answer<Card> {
        __rt::operation::create_one::<Part, NewPart, Card>(call)
    }
    fn create_many(call: __rt::Call<Part, NewPart>) -> __rt::Answer<Vec<PartView>> {
        __rt::operation::create_many::<Part, NewPart, PartView>(call)
    }
    fn update_one(call: __rt::Call<Part, Change>) -> __rt::Answer<PartView> {
        __rt::operation::update_one::<Part, Change, PartView>(call)
    }
    fn update_many(call: __rt::Call<Part, Change>) -> __rt::Answer<Vec<Card>> {
        __rt::operation::update_many::<Part, Change, Card>(call)
    }
    fn replace_one(call: __rt::Call<Part, CreatePart>) -> __rt::Answer<Card> {
        __rt::operation::replace_one::<Part, CreatePart, Card>(call)
    }
    fn upsert_one(call: __rt::Call<Part, NewPart>) -> __rt::Answer<Card> {
        __rt::operation::upsert_one::<Part, NewPart, Card>(call)
    }
    fn upsert_one_by_shop(call: __rt::Call<Part, CreatePart>) -> __rt::Answer<PartView> {
        __rt::operation::upsert_one(call)
    }
    fn upsert_one_by_number(
        call: __rt::Call<Part, CreatePart>,
    ) -> __rt::Answer<PartView> {
        __rt::operation::upsert_one(call)
    }
    fn duplicate_one(call: __rt::Call<Part, UpdatePart>) -> __rt::Answer<Card> {
        __rt::operation::duplicate_one::<Part, UpdatePart, Card>(call)
    }
    fn duplicate_many(call: __rt::Call<Part, UpdatePart>) -> __rt::Answer<Vec<Card>> {
        __rt::operation::duplicate_many::<Part, UpdatePart, Card>(call)
    }
    fn delete_one(call: __rt::Call<Part>) -> __rt::Answer<Gone> {
        __rt::operation::delete_one::<Part, Gone>(call)
    }
    fn delete_many(call: __rt::Call<Part>) -> __rt::Answer<Gone> {
        __rt::operation::delete_many::<Part, Gone>(call)
    }
    fn batch(call: __rt::Call<Part>) -> __rt::Answer<Vec<Card>> {
        __rt::operation::batch::<Part, Card>(call)
    }
    fn aggregate(call: __rt::Call<Part, Stats>) -> __rt::Answer<Page<Row>> {
        __rt::operation::aggregate::<Part, Stats, Page<Row>>(call)
    }
};
