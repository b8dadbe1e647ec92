pub struct Paper {
    pub title: String,
    pub author: Id,
    pub editors: Vec<Id>,
    pub team: Id,
    pub grade: Option<i32>,
}
/// [`Paper`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreatePaper {
    pub title: String,
    pub editors: Vec<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<i32>,
}
/// Changes to [`Paper`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
///
/// Its read-only fields are set by code alone: a client can't send them.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdatePaper {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub title: ::dynamic_api::__rt::Patch<String>,
    #[serde(
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub author: ::dynamic_api::__rt::Patch<Id>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub editors: ::dynamic_api::__rt::Patch<Vec<Id>>,
    #[serde(
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub team: ::dynamic_api::__rt::Patch<Id>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub grade: ::dynamic_api::__rt::Patch<Option<i32>>,
}
/// [`Paper`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct PaperView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub title: String,
    pub author: Id,
    pub editors: Vec<Id>,
    pub team: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<i32>,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Paper`].
pub struct PaperEvents;
impl PaperEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-paper";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-paper";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-paper";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-paper";
    /// The event of `batch`.
    pub const BATCH: &'static str = "batch-paper";
}
/// The fields of [`Paper`], for conditions and orders in code.
#[allow(dead_code)]
pub struct PaperFields;
#[allow(dead_code, non_upper_case_globals)]
impl PaperFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Paper, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const TITLE: ::dynamic_api::__rt::TypedField<Paper, String> = ::dynamic_api::__rt::TypedField::new(
        "title",
    );
    pub const AUTHOR: ::dynamic_api::__rt::TypedField<Paper, Id> = ::dynamic_api::__rt::TypedField::new(
        "author",
    );
    pub const EDITORS: ::dynamic_api::__rt::TypedField<Paper, Vec<Id>> = ::dynamic_api::__rt::TypedField::new(
        "editors",
    );
    pub const TEAM: ::dynamic_api::__rt::TypedField<Paper, Id> = ::dynamic_api::__rt::TypedField::new(
        "team",
    );
    pub const GRADE: ::dynamic_api::__rt::TypedField<Paper, Option<i32>> = ::dynamic_api::__rt::TypedField::new(
        "grade",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Paper,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Paper,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Paper")]
    struct PaperRecord {
        title: String,
        author: Id,
        editors: Vec<Id>,
        team: Id,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grade: Option<i32>,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("title"),
        __rt::Field::new::<Id>("author").from_user("id"),
        __rt::Field::new::<Vec<Id>>("editors"),
        __rt::Field::new::<Id>("team").from_user("organisation"),
        __rt::Field::new::<Option<i32>>("grade")
            .readable_by(__rt::Permit::claims("roles", &["admin", "auditor"]))
            .writable_by(
                __rt::Permit::caller(|user| __rt::of_caller(policies::may_grade, user)),
            ),
    ];
    const READ: __rt::RoutePolicy = __rt::RoutePolicy::new()
        .auth_ability(|call| __rt::auth_ability(is_staff, call))
        .scope(|user| __rt::scope::<Paper, _, _>(open, user))
        .ability(
            __rt::Permit::all(
                &[
                    __rt::Permit::user(),
                    __rt::Permit::not(
                        &__rt::Permit::code(|document, call| __rt::ability::<
                            Paper,
                            _,
                            _,
                        >(is_secret, document, call)),
                    ),
                ],
            ),
        )
        .filter_mode();
    impl __rt::Input for CreatePaper {
        const ENTITY: &'static str = "Paper";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdatePaper {
        const ENTITY: &'static str = "Paper";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Paper> for CreatePaper {}
    impl __rt::UpdateInput<Paper> for UpdatePaper {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Paper> for PaperView {}
    impl __rt::Entity for Paper {
        type Create = CreatePaper;
        type Update = UpdatePaper;
        type View = PaperView;
        type Fields = PaperFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Paper",
                "papers",
                "papers",
            )
            .fields(FIELDS)
            .indexes(
                &[
                    __rt::Index::unique(
                        &[("team", __rt::Ascending), ("title", __rt::Ascending)],
                    ),
                    __rt::Index::new(&[("team", __rt::Ascending)]),
                ],
            )
            .scope(|user| __rt::scope::<Paper, _, _>(readable, user))
            .read(READ)
            .tenant("team");
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    PaperEvents::GET_MANY,
                    |call| get_many(call.into()).into(),
                )
                .policy(
                    __rt::RoutePolicy::new()
                        .auth_ability(|call| __rt::auth_ability(is_staff, call)),
                ),
            __rt::Route::new(
                    __rt::RouteKind::GetOne,
                    PaperEvents::GET_ONE,
                    |call| get_one(call.into()).into(),
                )
                .policy(READ),
            __rt::Route::new(
                    __rt::RouteKind::UpdateOne,
                    PaperEvents::UPDATE_ONE,
                    |call| update_one(call.into()).into(),
                )
                .policy(
                    __rt::RoutePolicy::new()
                        .auth_ability(|call| __rt::auth_ability(is_staff, call))
                        .ability(
                            __rt::Permit::any(
                                &[
                                    __rt::Permit::holds("author", "id"),
                                    __rt::Permit::holds("editors", "groups"),
                                    __rt::Permit::claims("role", &["admin"]),
                                ],
                            ),
                        ),
                ),
            __rt::Route::new(
                    __rt::RouteKind::DeleteOne,
                    PaperEvents::DELETE_ONE,
                    |call| delete_one(call.into()).into(),
                )
                .policy(
                    __rt::RoutePolicy::new()
                        .auth_ability(|call| __rt::auth_ability(is_staff, call))
                        .ability(
                            __rt::Permit::code(|document, call| __rt::ability::<
                                Paper,
                                _,
                                _,
                            >(may_delete, document, call)),
                        ),
                ),
            __rt::Route::new(
                    __rt::RouteKind::Batch,
                    PaperEvents::BATCH,
                    |call| batch(call.into()).into(),
                )
                .policy(
                    __rt::RoutePolicy::new()
                        .auth_ability(|call| __rt::auth_ability(is_staff, call)),
                )
                .items(
                    &[
                        (
                            __rt::RouteKind::CreateOne,
                            __rt::RoutePolicy::new()
                                .auth_ability(|call| __rt::auth_ability(is_staff, call))
                                .ability(
                                    __rt::Permit::any(
                                        &[
                                            __rt::Permit::holds("author", "id"),
                                            __rt::Permit::holds("editors", "groups"),
                                            __rt::Permit::claims("role", &["admin"]),
                                        ],
                                    ),
                                ),
                        ),
                        (
                            __rt::RouteKind::UpdateOne,
                            __rt::RoutePolicy::new()
                                .auth_ability(|call| __rt::auth_ability(is_staff, call))
                                .ability(
                                    __rt::Permit::any(
                                        &[
                                            __rt::Permit::holds("author", "id"),
                                            __rt::Permit::holds("editors", "groups"),
                                            __rt::Permit::claims("role", &["admin"]),
                                        ],
                                    ),
                                ),
                        ),
                        (
                            __rt::RouteKind::ReplaceOne,
                            __rt::RoutePolicy::new()
                                .auth_ability(|call| __rt::auth_ability(is_staff, call))
                                .ability(
                                    __rt::Permit::any(
                                        &[
                                            __rt::Permit::holds("author", "id"),
                                            __rt::Permit::holds("editors", "groups"),
                                            __rt::Permit::claims("role", &["admin"]),
                                        ],
                                    ),
                                ),
                        ),
                        (
                            __rt::RouteKind::DeleteOne,
                            __rt::RoutePolicy::new()
                                .auth_ability(|call| __rt::auth_ability(is_staff, call))
                                .ability(
                                    __rt::Permit::code(|document, call| __rt::ability::<
                                        Paper,
                                        _,
                                        _,
                                    >(may_delete, document, call)),
                                ),
                        ),
                    ],
                ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            PaperRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct PaperDocument<'a>(#[serde(with = "PaperRecord")] &'a Paper);
            __rt::bson::serialize_to_raw_document_buf(&PaperDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Paper>) -> __rt::Answer<Vec<PaperView>> {
        __rt::operation::get_many(call)
    }
    fn get_one(call: __rt::Call<Paper>) -> __rt::Answer<PaperView> {
        __rt::operation::get_one(call)
    }
    fn update_one(call: __rt::Call<Paper, UpdatePaper>) -> __rt::Answer<PaperView> {
        __rt::operation::update_one(call)
    }
    fn delete_one(call: __rt::Call<Paper>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }
    fn batch(call: __rt::Call<Paper>) -> __rt::Answer<Vec<PaperView>> {
        __rt::operation::batch(call)
    }
};
