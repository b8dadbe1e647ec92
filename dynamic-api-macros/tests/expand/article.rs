pub struct Article {
    pub title: String,
    pub body: Option<String>,
    pub slug: String,
    pub word_count: u32,
    pub teaser: Option<Teaser>,
    pub author: Ref<User>,
    pub comments: Vec<Ref<Comment>>,
    pub related: Option<Box<Ref<Article>>>,
    pub revision: u32,
    pub published_at: Option<DateTime>,
    pub expires_at: Option<DateTime>,
}
/// [`Article`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreateArticle {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    pub author: Ref<User>,
    pub comments: Vec<Ref<Comment>>,
    #[serde(rename = "seeAlso", default, skip_serializing_if = "Option::is_none")]
    pub related: Option<Box<Ref<Article>>>,
    #[serde(rename = "expiresAt", default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime>,
}
impl CreateArticle {
    fn default_slug() -> String {
        <String as ::core::default::Default>::default()
    }
    fn default_word_count() -> u32 {
        <u32 as ::core::default::Default>::default()
    }
    fn default_revision() -> u32 {
        1
    }
}
/// Changes to [`Article`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
///
/// Its read-only fields are set by code alone: a client can't send them.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdateArticle {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub title: ::dynamic_api::__rt::Patch<String>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub body: ::dynamic_api::__rt::Patch<Option<String>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub author: ::dynamic_api::__rt::Patch<Ref<User>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub comments: ::dynamic_api::__rt::Patch<Vec<Ref<Comment>>>,
    #[serde(
        rename = "seeAlso",
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub related: ::dynamic_api::__rt::Patch<Option<Box<Ref<Article>>>>,
    #[serde(
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub revision: ::dynamic_api::__rt::Patch<u32>,
    #[serde(
        rename = "publishedAt",
        serialize_with = "UpdateArticle::serialize_published_at",
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub published_at: ::dynamic_api::__rt::Patch<Option<DateTime>>,
    #[serde(
        rename = "expiresAt",
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub expires_at: ::dynamic_api::__rt::Patch<Option<DateTime>>,
}
impl UpdateArticle {
    fn serialize_published_at<S: ::dynamic_api::__rt::serde::Serializer>(
        patch: &::dynamic_api::__rt::Patch<Option<DateTime>>,
        serializer: S,
    ) -> ::core::result::Result<S::Ok, S::Error> {
        match patch.as_set() {
            Some(value) => seconds::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }
}
/// [`Article`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct ArticleView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default = "CreateArticle::default_slug")]
    pub slug: String,
    #[serde(rename = "wordCount", default = "CreateArticle::default_word_count")]
    pub word_count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teaser: Option<Teaser>,
    pub author: Ref<User>,
    pub comments: Vec<Ref<Comment>>,
    #[serde(rename = "seeAlso", default, skip_serializing_if = "Option::is_none")]
    pub related: Option<Box<Ref<Article>>>,
    #[serde(default = "CreateArticle::default_revision")]
    pub revision: u32,
    #[serde(
        rename = "publishedAt",
        with = "seconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub published_at: Option<DateTime>,
    #[serde(rename = "expiresAt", default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime>,
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
/// The Socket.IO events of [`Article`].
pub struct ArticleEvents;
impl ArticleEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-article";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-article";
    /// The event of `restore_one`.
    pub const RESTORE_ONE: &'static str = "restore-one-article";
    /// The event of `restore_many`.
    pub const RESTORE_MANY: &'static str = "restore-many-article";
    /// The event of `restore_many` at `old`.
    pub const RESTORE_MANY_OLD: &'static str = "restore-many-old-article";
    /// The event of `purge_one`.
    pub const PURGE_ONE: &'static str = "purge-one-article";
    /// The event of `batch`.
    pub const BATCH: &'static str = "batch-article";
    /// The event of `audit`.
    pub const AUDIT: &'static str = "audit-article";
}
/// The fields of [`Article`], for conditions and orders in code.
#[allow(dead_code)]
pub struct ArticleFields;
#[allow(dead_code, non_upper_case_globals)]
impl ArticleFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Article, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const TITLE: ::dynamic_api::__rt::TypedField<Article, String> = ::dynamic_api::__rt::TypedField::new(
        "title",
    );
    pub const BODY: ::dynamic_api::__rt::TypedField<Article, Option<String>> = ::dynamic_api::__rt::TypedField::new(
        "body",
    );
    pub const SLUG: ::dynamic_api::__rt::TypedField<Article, String> = ::dynamic_api::__rt::TypedField::new(
        "slug",
    );
    pub const TEASER: ::dynamic_api::__rt::TypedField<Article, Option<Teaser>> = ::dynamic_api::__rt::TypedField::new(
        "teaser",
    );
    pub const AUTHOR: ::dynamic_api::__rt::TypedField<Article, Ref<User>> = ::dynamic_api::__rt::TypedField::new(
        "author",
    );
    pub const COMMENTS: ::dynamic_api::__rt::TypedField<Article, Vec<Ref<Comment>>> = ::dynamic_api::__rt::TypedField::new(
        "comments",
    );
    pub const RELATED: ::dynamic_api::__rt::TypedField<
        Article,
        Option<Box<Ref<Article>>>,
    > = ::dynamic_api::__rt::TypedField::new("seeAlso");
    pub const REVISION: ::dynamic_api::__rt::TypedField<Article, u32> = ::dynamic_api::__rt::TypedField::new(
        "revision",
    );
    pub const PUBLISHED_AT: ::dynamic_api::__rt::TypedField<Article, Option<DateTime>> = ::dynamic_api::__rt::TypedField::encoded(
        "publishedAt",
        |value| {
            struct ArticleFieldsValue<'a>(&'a Option<DateTime>);
            impl ::dynamic_api::__rt::serde::Serialize for ArticleFieldsValue<'_> {
                fn serialize<S: ::dynamic_api::__rt::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    seconds::serialize(self.0, serializer)
                }
            }
            ::dynamic_api::__rt::encode(&ArticleFieldsValue(value))
        },
    );
    pub const EXPIRES_AT: ::dynamic_api::__rt::TypedField<Article, Option<DateTime>> = ::dynamic_api::__rt::TypedField::new(
        "expiresAt",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Article,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Article,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
    /// When it was deleted.
    pub const DELETED_AT: ::dynamic_api::__rt::TypedField<
        Article,
        Option<::dynamic_api::__rt::DateTime>,
    > = ::dynamic_api::__rt::TypedField::deleted_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Article")]
    struct ArticleRecord {
        title: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        #[serde(default = "CreateArticle::default_slug")]
        slug: String,
        #[serde(
            rename = "wordCount",
            default = "CreateArticle::default_word_count",
            skip_serializing_if = "__rt::always"
        )]
        word_count: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        teaser: Option<Teaser>,
        author: Ref<User>,
        comments: Vec<Ref<Comment>>,
        #[serde(rename = "seeAlso", default, skip_serializing_if = "Option::is_none")]
        related: Option<Box<Ref<Article>>>,
        #[serde(default = "CreateArticle::default_revision")]
        revision: u32,
        #[serde(
            rename = "publishedAt",
            with = "seconds",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        published_at: Option<DateTime>,
        #[serde(rename = "expiresAt", default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<DateTime>,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("title"),
        __rt::Field::new::<Option<String>>("body"),
        __rt::Field::new::<String>("slug").read_only(),
        __rt::Field::new::<u32>("wordCount").read_only().computed(),
        __rt::Field::new::<Option<Teaser>>("teaser").read_only(),
        __rt::Field::new::<Ref<User>>("author").no_filter(),
        __rt::Field::new::<Vec<Ref<Comment>>>("comments"),
        __rt::Field::new::<Option<Box<Ref<Article>>>>("seeAlso"),
        __rt::Field::new::<u32>("revision")
            .default(|| __rt::to_bson(CreateArticle::default_revision()))
            .read_only(),
        __rt::Field::opaque_option("publishedAt").read_only(),
        __rt::Field::new::<Option<DateTime>>("expiresAt"),
    ];
    impl __rt::Input for CreateArticle {
        const ENTITY: &'static str = "Article";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdateArticle {
        const ENTITY: &'static str = "Article";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Article> for CreateArticle {}
    impl __rt::UpdateInput<Article> for UpdateArticle {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Article> for ArticleView {}
    impl __rt::Entity for Article {
        type Create = CreateArticle;
        type Update = UpdateArticle;
        type View = ArticleView;
        type Fields = ArticleFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Article",
                "articles",
                "articles",
            )
            .soft_delete()
            .trashed()
            .lenient()
            .indexed_only()
            .page(20, 10000)
            .fields(FIELDS)
            .indexes(
                &[
                    __rt::Index::unique(&[("slug", __rt::Ascending)]),
                    __rt::Index::new(
                        &[
                            ("author", __rt::Ascending),
                            ("createdAt", __rt::Descending),
                            ("_id", __rt::Ascending),
                        ],
                    ),
                    __rt::Index::ttl(&[("expiresAt", __rt::Ascending)], 3600),
                    __rt::Index::text(
                        &[("title", __rt::Ascending), ("body", __rt::Ascending)],
                    ),
                ],
            )
            .cascades(
                &[
                    __rt::Cascade::delete::<
                        Article,
                        _,
                        _,
                    >(<<Comment as __rt::Entity>::Fields>::ARTICLE),
                    __rt::Cascade::set_null::<
                        Article,
                        _,
                        _,
                    >(<<drafts::Draft as __rt::Entity>::Fields>::ARTICLE),
                    __rt::Cascade::restrict::<
                        Article,
                        _,
                        _,
                    >(<<Order as __rt::Entity>::Fields>::ARTICLE),
                ],
            )
            .audit(__rt::Audit::new().retention(7776000))
            .derive_on_save(derive_on_save)
            .derive_on_read(derive_on_read);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    ArticleEvents::GET_MANY,
                    |call| get_many(call.into()).into(),
                )
                .populate(&["author", "comments.writtenBy"]),
            __rt::Route::new(
                    __rt::RouteKind::GetOne,
                    ArticleEvents::GET_ONE,
                    |call| get_one(call.into()).into(),
                )
                .populate(&["seeAlso", "author", "author.company"]),
            __rt::Route::new(
                __rt::RouteKind::RestoreOne,
                ArticleEvents::RESTORE_ONE,
                |call| restore_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::RestoreMany,
                ArticleEvents::RESTORE_MANY,
                |call| restore_many(call.into()).into(),
            ),
            __rt::Route::new(
                    __rt::RouteKind::RestoreMany,
                    ArticleEvents::RESTORE_MANY_OLD,
                    |call| restore_many_old(call.into()).into(),
                )
                .sub_path("old"),
            __rt::Route::new(
                __rt::RouteKind::PurgeOne,
                ArticleEvents::PURGE_ONE,
                |call| purge_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::Batch,
                ArticleEvents::BATCH,
                |call| batch(call.into()).into(),
            ),
            __rt::Route::new(
                    __rt::RouteKind::Audit,
                    ArticleEvents::AUDIT,
                    |call| audit(call.into()).into(),
                )
                .policy(
                    __rt::RoutePolicy::new()
                        .ability(__rt::Permit::claims("role", &["admin"])),
                ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            ArticleRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct ArticleDocument<'a>(#[serde(with = "ArticleRecord")] &'a Article);
            __rt::bson::serialize_to_raw_document_buf(&ArticleDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Article>) -> __rt::Answer<Vec<ArticleView>> {
        __rt::operation::get_many(call)
    }
    fn get_one(call: __rt::Call<Article>) -> __rt::Answer<ArticleView> {
        __rt::operation::get_one(call)
    }
    fn restore_one(call: __rt::Call<Article>) -> __rt::Answer<ArticleView> {
        __rt::operation::restore_one(call)
    }
    fn restore_many(call: __rt::Call<Article>) -> __rt::Answer<Vec<ArticleView>> {
        __rt::operation::restore_many(call)
    }
    fn restore_many_old(call: __rt::Call<Article>) -> __rt::Answer<Vec<ArticleView>> {
        __rt::operation::restore_many(call)
    }
    fn purge_one(call: __rt::Call<Article>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::purge_one(call)
    }
    fn batch(call: __rt::Call<Article>) -> __rt::Answer<Vec<ArticleView>> {
        __rt::operation::batch(call)
    }
    fn audit(
        call: __rt::Call<Article>,
    ) -> __rt::Answer<Vec<__rt::operation::AuditEntry>> {
        __rt::operation::audit(call)
    }
    /// What is computed before a document is stored.
    fn derive_on_save(
        document: &__rt::bson::RawDocument,
    ) -> __rt::bson::error::Result<Vec<(&'static str, __rt::bson::Bson)>> {
        let entity = <Article as __rt::Entity>::from_document(document)?;
        let derive_slug: fn(&Article) -> String = slug_of;
        let derive_teaser: fn(&Article) -> Option<Teaser> = Teaser::of;
        Ok(
            Vec::from([
                ("slug", __rt::to_bson(derive_slug(&entity))),
                ("teaser", __rt::to_bson(derive_teaser(&entity))),
            ]),
        )
    }
    /// What is computed before a document is shown.
    fn derive_on_read(
        document: &__rt::bson::RawDocument,
    ) -> __rt::bson::error::Result<Vec<(&'static str, __rt::bson::Bson)>> {
        let entity = <Article as __rt::Entity>::from_document(document)?;
        let derive_word_count: fn(&Article) -> u32 = words::count;
        let derive_teaser: fn(&Article) -> Option<Teaser> = Teaser::shown;
        Ok(
            Vec::from([
                ("wordCount", __rt::to_bson(derive_word_count(&entity))),
                ("teaser", __rt::to_bson(derive_teaser(&entity))),
            ]),
        )
    }
    const _: () = __rt::is_reference::<Ref<User>>();
    const _: () = __rt::leads_to_reference::<Vec<Ref<Comment>>>("writtenBy");
    const _: () = __rt::is_reference::<Option<Box<Ref<Article>>>>();
    const _: () = __rt::is_reference::<Ref<User>>();
    const _: () = __rt::leads_to_reference::<Ref<User>>("company");
};
