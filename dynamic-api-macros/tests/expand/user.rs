/// Someone who can sign in.
pub struct User {
    /// What others call them.
    pub name: String,
    /// Where mail reaches them.
    pub email: String,
}
/// [`User`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreateUser {
    /// What others call them.
    pub name: String,
    /// Where mail reaches them.
    pub email: String,
}
/// Changes to [`User`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdateUser {
    /// What others call them.
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub name: ::dynamic_api::__rt::Patch<String>,
    /// Where mail reaches them.
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub email: ::dynamic_api::__rt::Patch<String>,
}
/// [`User`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct UserView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    /// What others call them.
    pub name: String,
    /// Where mail reaches them.
    pub email: String,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`User`].
pub struct UserEvents;
impl UserEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-user";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-user";
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-user";
    /// The event of `create_many`.
    pub const CREATE_MANY: &'static str = "create-many-user";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-user";
    /// The event of `update_many`.
    pub const UPDATE_MANY: &'static str = "update-many-user";
    /// The event of `replace_one`.
    pub const REPLACE_ONE: &'static str = "replace-one-user";
    /// The event of `duplicate_one`.
    pub const DUPLICATE_ONE: &'static str = "duplicate-one-user";
    /// The event of `duplicate_many`.
    pub const DUPLICATE_MANY: &'static str = "duplicate-many-user";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-user";
    /// The event of `delete_many`.
    pub const DELETE_MANY: &'static str = "delete-many-user";
}
/// The fields of [`User`], for conditions and orders in code.
#[allow(dead_code)]
pub struct UserFields;
#[allow(dead_code, non_upper_case_globals)]
impl UserFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<User, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    /// What others call them.
    pub const NAME: ::dynamic_api::__rt::TypedField<User, String> = ::dynamic_api::__rt::TypedField::new(
        "name",
    );
    /// Where mail reaches them.
    pub const EMAIL: ::dynamic_api::__rt::TypedField<User, String> = ::dynamic_api::__rt::TypedField::new(
        "email",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        User,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        User,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "User")]
    struct UserRecord {
        name: String,
        email: String,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("name"),
        __rt::Field::new::<String>("email"),
    ];
    impl __rt::Input for CreateUser {
        const ENTITY: &'static str = "User";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdateUser {
        const ENTITY: &'static str = "User";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<User> for CreateUser {}
    impl __rt::UpdateInput<User> for UpdateUser {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<User> for UserView {}
    impl __rt::Entity for User {
        type Create = CreateUser;
        type Update = UpdateUser;
        type View = UserView;
        type Fields = UserFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "User",
                "users",
                "users",
            )
            .description("Someone who can sign in.")
            .web_socket(__rt::WebSocket::On)
            .fields(FIELDS)
            .indexes(&[__rt::Index::unique(&[("email", __rt::Ascending)])]);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                __rt::RouteKind::GetMany,
                UserEvents::GET_MANY,
                |call| get_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::GetOne,
                UserEvents::GET_ONE,
                |call| get_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::CreateOne,
                UserEvents::CREATE_ONE,
                |call| create_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::CreateMany,
                UserEvents::CREATE_MANY,
                |call| create_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateOne,
                UserEvents::UPDATE_ONE,
                |call| update_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateMany,
                UserEvents::UPDATE_MANY,
                |call| update_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::ReplaceOne,
                UserEvents::REPLACE_ONE,
                |call| replace_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DuplicateOne,
                UserEvents::DUPLICATE_ONE,
                |call| duplicate_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DuplicateMany,
                UserEvents::DUPLICATE_MANY,
                |call| duplicate_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DeleteOne,
                UserEvents::DELETE_ONE,
                |call| delete_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DeleteMany,
                UserEvents::DELETE_MANY,
                |call| delete_many(call.into()).into(),
            ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            UserRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct UserDocument<'a>(#[serde(with = "UserRecord")] &'a User);
            __rt::bson::serialize_to_raw_document_buf(&UserDocument(self))
        }
    }
    fn get_many(call: __rt::Call<User>) -> __rt::Answer<Vec<UserView>> {
        __rt::operation::get_many(call)
    }
    fn get_one(call: __rt::Call<User>) -> __rt::Answer<UserView> {
        __rt::operation::get_one(call)
    }
    fn create_one(call: __rt::Call<User, CreateUser>) -> __rt::Answer<UserView> {
        __rt::operation::create_one(call)
    }
    fn create_many(call: __rt::Call<User, CreateUser>) -> __rt::Answer<Vec<UserView>> {
        __rt::operation::create_many(call)
    }
    fn update_one(call: __rt::Call<User, UpdateUser>) -> __rt::Answer<UserView> {
        __rt::operation::update_one(call)
    }
    fn update_many(call: __rt::Call<User, UpdateUser>) -> __rt::Answer<Vec<UserView>> {
        __rt::operation::update_many(call)
    }
    fn replace_one(call: __rt::Call<User, CreateUser>) -> __rt::Answer<UserView> {
        __rt::operation::replace_one(call)
    }
    fn duplicate_one(call: __rt::Call<User, UpdateUser>) -> __rt::Answer<UserView> {
        __rt::operation::duplicate_one(call)
    }
    fn duplicate_many(
        call: __rt::Call<User, UpdateUser>,
    ) -> __rt::Answer<Vec<UserView>> {
        __rt::operation::duplicate_many(call)
    }
    fn delete_one(call: __rt::Call<User>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }
    fn delete_many(call: __rt::Call<User>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_many(call)
    }
};
