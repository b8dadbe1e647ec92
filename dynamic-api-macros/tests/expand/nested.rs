pub struct Place {
    pub address: Address,
    pub kind: Option<PlaceKind>,
    pub visits: HashMap<String, Vec<Visit>>,
}
/// [`Place`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreatePlace {
    pub address: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PlaceKind>,
    pub visits: HashMap<String, Vec<Visit>>,
}
/// Changes to [`Place`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdatePlace {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub address: ::dynamic_api::__rt::Patch<Address>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub kind: ::dynamic_api::__rt::Patch<Option<PlaceKind>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub visits: ::dynamic_api::__rt::Patch<HashMap<String, Vec<Visit>>>,
}
/// [`Place`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct PlaceView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub address: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PlaceKind>,
    pub visits: HashMap<String, Vec<Visit>>,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Place`].
pub struct PlaceEvents;
impl PlaceEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-place";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-place";
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-place";
    /// The event of `create_many`.
    pub const CREATE_MANY: &'static str = "create-many-place";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-place";
    /// The event of `update_many`.
    pub const UPDATE_MANY: &'static str = "update-many-place";
    /// The event of `replace_one`.
    pub const REPLACE_ONE: &'static str = "replace-one-place";
    /// The event of `duplicate_one`.
    pub const DUPLICATE_ONE: &'static str = "duplicate-one-place";
    /// The event of `duplicate_many`.
    pub const DUPLICATE_MANY: &'static str = "duplicate-many-place";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-place";
    /// The event of `delete_many`.
    pub const DELETE_MANY: &'static str = "delete-many-place";
}
/// The fields of [`Place`], for conditions and orders in code.
#[allow(dead_code)]
pub struct PlaceFields;
#[allow(dead_code, non_upper_case_globals)]
impl PlaceFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Place, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const ADDRESS: ::dynamic_api::__rt::TypedField<Place, Address> = ::dynamic_api::__rt::TypedField::new(
        "address",
    );
    pub const KIND: ::dynamic_api::__rt::TypedField<Place, Option<PlaceKind>> = ::dynamic_api::__rt::TypedField::new(
        "kind",
    );
    pub const VISITS: ::dynamic_api::__rt::TypedField<
        Place,
        HashMap<String, Vec<Visit>>,
    > = ::dynamic_api::__rt::TypedField::new("visits");
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Place,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Place,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Place")]
    struct PlaceRecord {
        address: Address,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<PlaceKind>,
        visits: HashMap<String, Vec<Visit>>,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<Address>("address"),
        __rt::Field::new::<Option<PlaceKind>>("kind"),
        __rt::Field::new::<HashMap<String, Vec<Visit>>>("visits"),
    ];
    impl __rt::Input for CreatePlace {
        const ENTITY: &'static str = "Place";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdatePlace {
        const ENTITY: &'static str = "Place";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Place> for CreatePlace {}
    impl __rt::UpdateInput<Place> for UpdatePlace {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Place> for PlaceView {}
    impl __rt::Entity for Place {
        type Create = CreatePlace;
        type Update = UpdatePlace;
        type View = PlaceView;
        type Fields = PlaceFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Place",
                "places",
                "places",
            )
            .fields(FIELDS);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                __rt::RouteKind::GetMany,
                PlaceEvents::GET_MANY,
                |call| get_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::GetOne,
                PlaceEvents::GET_ONE,
                |call| get_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::CreateOne,
                PlaceEvents::CREATE_ONE,
                |call| create_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::CreateMany,
                PlaceEvents::CREATE_MANY,
                |call| create_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateOne,
                PlaceEvents::UPDATE_ONE,
                |call| update_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateMany,
                PlaceEvents::UPDATE_MANY,
                |call| update_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::ReplaceOne,
                PlaceEvents::REPLACE_ONE,
                |call| replace_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DuplicateOne,
                PlaceEvents::DUPLICATE_ONE,
                |call| duplicate_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DuplicateMany,
                PlaceEvents::DUPLICATE_MANY,
                |call| duplicate_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DeleteOne,
                PlaceEvents::DELETE_ONE,
                |call| delete_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DeleteMany,
                PlaceEvents::DELETE_MANY,
                |call| delete_many(call.into()).into(),
            ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            PlaceRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct PlaceDocument<'a>(#[serde(with = "PlaceRecord")] &'a Place);
            __rt::bson::serialize_to_raw_document_buf(&PlaceDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Place>) -> __rt::Answer<Vec<PlaceView>> {
        __rt::operation::get_many(call)
    }
    fn get_one(call: __rt::Call<Place>) -> __rt::Answer<PlaceView> {
        __rt::operation::get_one(call)
    }
    fn create_one(call: __rt::Call<Place, CreatePlace>) -> __rt::Answer<PlaceView> {
        __rt::operation::create_one(call)
    }
    fn create_many(
        call: __rt::Call<Place, CreatePlace>,
    ) -> __rt::Answer<Vec<PlaceView>> {
        __rt::operation::create_many(call)
    }
    fn update_one(call: __rt::Call<Place, UpdatePlace>) -> __rt::Answer<PlaceView> {
        __rt::operation::update_one(call)
    }
    fn update_many(
        call: __rt::Call<Place, UpdatePlace>,
    ) -> __rt::Answer<Vec<PlaceView>> {
        __rt::operation::update_many(call)
    }
    fn replace_one(call: __rt::Call<Place, CreatePlace>) -> __rt::Answer<PlaceView> {
        __rt::operation::replace_one(call)
    }
    fn duplicate_one(call: __rt::Call<Place, UpdatePlace>) -> __rt::Answer<PlaceView> {
        __rt::operation::duplicate_one(call)
    }
    fn duplicate_many(
        call: __rt::Call<Place, UpdatePlace>,
    ) -> __rt::Answer<Vec<PlaceView>> {
        __rt::operation::duplicate_many(call)
    }
    fn delete_one(call: __rt::Call<Place>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }
    fn delete_many(call: __rt::Call<Place>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_many(call)
    }
};
/// Where something is.
#[derive(Clone, Debug)]
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(
    crate = "::dynamic_api::__rt::serde",
    rename_all = "camelCase",
    deny_unknown_fields
)]
pub struct Address {
    pub street_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    #[serde(default)]
    pub country_codes: Vec<String>,
}
const _: () = {
    use ::dynamic_api::__rt;
    impl __rt::ApiType for Address {
        const SCHEMA: &'static __rt::Schema = &__rt::Schema::Struct(
            &[
                __rt::Field::new::<String>("streetName"),
                __rt::Field::new::<Option<String>>("zip"),
                __rt::Field::new::<Vec<String>>("countryCodes")
                    .default(|| __rt::to_bson(<Vec<String>>::default())),
            ],
        );
    }
};
#[derive(Clone, Copy, Debug)]
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde", rename_all = "camelCase")]
pub enum PlaceKind {
    Home,
    WorkPlace,
    #[serde(rename = "else")]
    Other,
}
const _: () = {
    use ::dynamic_api::__rt;
    impl __rt::ApiType for PlaceKind {
        const SCHEMA: &'static __rt::Schema = &__rt::Schema::Enum(
            &["home", "workPlace", "else"],
        );
    }
};
#[derive(Clone, Debug)]
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(tag = "type")]
#[serde(
    crate = "::dynamic_api::__rt::serde",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Visit {
    Planned { at_noon: DateTime },
    Done(Report),
}
const _: () = {
    use ::dynamic_api::__rt;
    impl __rt::ApiType for Visit {
        const SCHEMA: &'static __rt::Schema = &__rt::Schema::Any;
    }
};
