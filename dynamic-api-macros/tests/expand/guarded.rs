pub struct Post {
    pub title: String,
}
/// [`Post`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreatePost {
    pub title: String,
}
/// Changes to [`Post`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdatePost {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub title: ::dynamic_api::__rt::Patch<String>,
}
/// [`Post`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct PostView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub title: String,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Post`].
pub struct PostEvents;
impl PostEvents {
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-post";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-post";
    /// The event of `batch`.
    pub const BATCH: &'static str = "batch-post";
}
/// The fields of [`Post`], for conditions and orders in code.
#[allow(dead_code)]
pub struct PostFields;
#[allow(dead_code, non_upper_case_globals)]
impl PostFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Post, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const TITLE: ::dynamic_api::__rt::TypedField<Post, String> = ::dynamic_api::__rt::TypedField::new(
        "title",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Post,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Post,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Post")]
    struct PostRecord {
        title: String,
    }
    const FIELDS: &[__rt::Field] = &[__rt::Field::new::<String>("title")];
    impl __rt::Input for CreatePost {
        const ENTITY: &'static str = "Post";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdatePost {
        const ENTITY: &'static str = "Post";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Post> for CreatePost {}
    impl __rt::UpdateInput<Post> for UpdatePost {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Post> for PostView {}
    impl __rt::Entity for Post {
        type Create = CreatePost;
        type Update = UpdatePost;
        type View = PostView;
        type Fields = PostFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Post",
                "posts",
                "posts",
            )
            .fields(FIELDS)
            .hooks(
                __rt::Hooks::new()
                    .before_save(|save| __rt::before_save::<Post, _, _>(stamped, save))
                    .before_delete(|deletion| __rt::before_delete::<
                        Post,
                        _,
                        _,
                    >(hooks::not_while_published, deletion))
                    .after_save(
                        __rt::AfterHook::new(
                                "notify",
                                |saved| __rt::after_save::<Post, _, _>(notify, saved),
                            )
                            .retry(3, 500),
                    ),
            );
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                    __rt::RouteKind::CreateOne,
                    PostEvents::CREATE_ONE,
                    |call| create_one(call.into()).into(),
                )
                .hooks(
                    __rt::Hooks::new()
                        .before_save(|save| __rt::before_save::<
                            Post,
                            _,
                            _,
                        >(slugged, save)),
                ),
            __rt::Route::new(
                    __rt::RouteKind::DeleteOne,
                    PostEvents::DELETE_ONE,
                    |call| delete_one(call.into()).into(),
                )
                .hooks(
                    __rt::Hooks::new()
                        .before_delete(|deletion| __rt::before_delete::<
                            Post,
                            _,
                            _,
                        >(logged, deletion)),
                ),
            __rt::Route::new(
                    __rt::RouteKind::Batch,
                    PostEvents::BATCH,
                    |call| batch(call.into()).into(),
                )
                .item_hooks(
                    &[
                        (
                            __rt::RouteKind::CreateOne,
                            __rt::Hooks::new()
                                .before_save(|save| __rt::before_save::<
                                    Post,
                                    _,
                                    _,
                                >(slugged, save)),
                        ),
                        (
                            __rt::RouteKind::DeleteOne,
                            __rt::Hooks::new()
                                .before_delete(|deletion| __rt::before_delete::<
                                    Post,
                                    _,
                                    _,
                                >(logged, deletion)),
                        ),
                    ],
                ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            PostRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct PostDocument<'a>(#[serde(with = "PostRecord")] &'a Post);
            __rt::bson::serialize_to_raw_document_buf(&PostDocument(self))
        }
    }
    fn create_one(call: __rt::Call<Post, CreatePost>) -> __rt::Answer<PostView> {
        __rt::operation::create_one(call)
    }
    fn delete_one(call: __rt::Call<Post>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }
    fn batch(call: __rt::Call<Post>) -> __rt::Answer<Vec<PostView>> {
        __rt::operation::batch(call)
    }
};
