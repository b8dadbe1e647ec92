pub struct Post {
    pub title: String,
    pub author: Id,
}
/// [`Post`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreatePost {
    pub title: String,
}
/// Changes to [`Post`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
///
/// Its read-only fields are set by code alone: a client can't send them.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdatePost {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub title: ::dynamic_api::__rt::Patch<String>,
    #[serde(
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub author: ::dynamic_api::__rt::Patch<Id>,
}
/// [`Post`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct PostView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub title: String,
    pub author: Id,
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
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-post";
    /// The event of `publish`.
    pub const PUBLISH: &'static str = "publish-post";
    /// The event of `preview`.
    pub const PREVIEW: &'static str = "preview-post";
    /// The event of `archive`.
    pub const ARCHIVE: &'static str = "to-the-archive";
    /// The event of `counts`.
    pub const COUNTS: &'static str = "counts-post";
    /// The event of `counts`.
    pub const COUNTS_V2: &'static str = "counts-post-v2";
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
    pub const AUTHOR: ::dynamic_api::__rt::TypedField<Post, Id> = ::dynamic_api::__rt::TypedField::new(
        "author",
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
        author: Id,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("title"),
        __rt::Field::new::<Id>("author").from_user("id"),
    ];
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
            .web_socket(__rt::WebSocket::On)
            .fields(FIELDS);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                __rt::RouteKind::GetOne,
                PostEvents::GET_ONE,
                |call| get_one(call.into()).into(),
            ),
            __rt::Route::new(
                    __rt::RouteKind::Custom(__rt::CustomRoute {
                        method: __rt::CustomMethod::Post,
                        target: __rt::CustomTarget::One,
                        input: __rt::CustomInput::Body,
                    }),
                    PostEvents::PUBLISH,
                    |call| custom_publish(call.into()).into(),
                )
                .sub_path("publish")
                .own_body()
                .policy(
                    __rt::RoutePolicy::new().ability(__rt::Permit::holds("author", "id")),
                ),
            __rt::Route::new(
                    __rt::RouteKind::Custom(__rt::CustomRoute {
                        method: __rt::CustomMethod::Get,
                        target: __rt::CustomTarget::One,
                        input: __rt::CustomInput::Query,
                    }),
                    PostEvents::PREVIEW,
                    |call| custom_preview(call.into()).into(),
                )
                .sub_path("preview")
                .presented(),
            __rt::Route::new(
                    __rt::RouteKind::Custom(__rt::CustomRoute {
                        method: __rt::CustomMethod::Post,
                        target: __rt::CustomTarget::Many,
                        input: __rt::CustomInput::Nothing,
                    }),
                    PostEvents::ARCHIVE,
                    |call| custom_archive(call.into()).into(),
                )
                .sub_path("archive")
                .description("Archives posts.")
                .policy(
                    __rt::RoutePolicy::new()
                        .ability(__rt::Permit::claims("role", &["admin"])),
                ),
            __rt::Route::new(
                    __rt::RouteKind::Custom(__rt::CustomRoute {
                        method: __rt::CustomMethod::Get,
                        target: __rt::CustomTarget::Nothing,
                        input: __rt::CustomInput::Nothing,
                    }),
                    PostEvents::COUNTS,
                    |call| custom_counts(call.into()).into(),
                )
                .sub_path("counts")
                .web_socket(__rt::WebSocket::Off)
                .access(__rt::Access::Public),
            __rt::Route::new(
                    __rt::RouteKind::Custom(__rt::CustomRoute {
                        method: __rt::CustomMethod::Get,
                        target: __rt::CustomTarget::Nothing,
                        input: __rt::CustomInput::Nothing,
                    }),
                    PostEvents::COUNTS_V2,
                    |call| custom_counts_v2(call.into()).into(),
                )
                .sub_path("counts")
                .version("2")
                .policy(
                    __rt::RoutePolicy::new()
                        .auth_ability(|call| __rt::auth_ability(is_staff, call)),
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
    fn get_one(call: __rt::Call<Post>) -> __rt::Answer<PostView> {
        __rt::operation::get_one(call)
    }
    fn custom_publish(call: __rt::Call<Post, PublishBody>) -> __rt::Answer<PostView> {
        __rt::operation::custom::<
            Post,
            __rt::Stored<Post>,
            PublishBody,
            PostView,
            _,
            _,
            _,
        >(publish, call)
    }
    fn custom_preview(call: __rt::Call<Post, PreviewQuery>) -> __rt::Answer<Card> {
        __rt::operation::custom::<
            Post,
            __rt::Stored<Post>,
            PreviewQuery,
            Card,
            _,
            _,
            _,
        >(previews::preview, call)
    }
    fn custom_archive(call: __rt::Call<Post, ()>) -> __rt::Answer<PostView> {
        __rt::operation::custom::<
            Post,
            Vec<__rt::Stored<Post>>,
            (),
            PostView,
            _,
            _,
            _,
        >(archive, call)
    }
    fn custom_counts(call: __rt::Call<Post, ()>) -> __rt::Answer<PostView> {
        __rt::operation::custom::<Post, (), (), PostView, _, _, _>(counts, call)
    }
    fn custom_counts_v2(call: __rt::Call<Post, ()>) -> __rt::Answer<PostView> {
        __rt::operation::custom::<Post, (), (), PostView, _, _, _>(counts, call)
    }
};
