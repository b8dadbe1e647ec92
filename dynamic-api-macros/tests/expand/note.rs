/// A note on something.
pub struct Note {
    /// What it is about.
    pub title: String,
    /// What it says.
    pub body: Option<String>,
    /// Who wrote it.
    pub author: Id,
}
/// [`Note`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreateNote {
    /// What it is about.
    pub title: String,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Who wrote it.
    pub author: Id,
}
/// Changes to [`Note`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdateNote {
    /// What it is about.
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub title: ::dynamic_api::__rt::Patch<String>,
    /// What it says.
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub body: ::dynamic_api::__rt::Patch<Option<String>>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub author: ::dynamic_api::__rt::Patch<Id>,
}
/// [`Note`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct NoteView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    /// What it is about.
    pub title: String,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Who wrote it.
    pub author: Id,
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
/// The Socket.IO events of [`Note`].
pub struct NoteEvents;
impl NoteEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-note";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-note";
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-note";
    /// The event of `create_many`.
    pub const CREATE_MANY: &'static str = "create-many-note";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-note";
    /// The event of `update_many`.
    pub const UPDATE_MANY: &'static str = "update-many-note";
    /// The event of `replace_one`.
    pub const REPLACE_ONE: &'static str = "replace-one-note";
    /// The event of `duplicate_one`.
    pub const DUPLICATE_ONE: &'static str = "duplicate-one-note";
    /// The event of `duplicate_many`.
    pub const DUPLICATE_MANY: &'static str = "duplicate-many-note";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-note";
    /// The event of `delete_many`.
    pub const DELETE_MANY: &'static str = "delete-many-note";
}
/// The fields of [`Note`], for conditions and orders in code.
#[allow(dead_code)]
pub struct NoteFields;
#[allow(dead_code, non_upper_case_globals)]
impl NoteFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Note, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    /// What it is about.
    pub const TITLE: ::dynamic_api::__rt::TypedField<Note, String> = ::dynamic_api::__rt::TypedField::new(
        "title",
    );
    /// What it says.
    pub const BODY: ::dynamic_api::__rt::TypedField<Note, Option<String>> = ::dynamic_api::__rt::TypedField::new(
        "body",
    );
    /// Who wrote it.
    pub const AUTHOR: ::dynamic_api::__rt::TypedField<Note, Id> = ::dynamic_api::__rt::TypedField::new(
        "author",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Note,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Note,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
    /// When it was deleted.
    pub const DELETED_AT: ::dynamic_api::__rt::TypedField<
        Note,
        Option<::dynamic_api::__rt::DateTime>,
    > = ::dynamic_api::__rt::TypedField::deleted_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Note")]
    struct NoteRecord {
        title: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        author: Id,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("title"),
        __rt::Field::new::<Option<String>>("body"),
        __rt::Field::new::<Id>("author"),
    ];
    impl __rt::Input for CreateNote {
        const ENTITY: &'static str = "Note";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdateNote {
        const ENTITY: &'static str = "Note";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Note> for CreateNote {}
    impl __rt::UpdateInput<Note> for UpdateNote {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Note> for NoteView {}
    impl __rt::Entity for Note {
        type Create = CreateNote;
        type Update = UpdateNote;
        type View = NoteView;
        type Fields = NoteFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Note",
                "notes",
                "notes",
            )
            .description("A note on something.")
            .soft_delete()
            .fields(FIELDS);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                __rt::RouteKind::GetMany,
                NoteEvents::GET_MANY,
                |call| get_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::GetOne,
                NoteEvents::GET_ONE,
                |call| get_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::CreateOne,
                NoteEvents::CREATE_ONE,
                |call| create_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::CreateMany,
                NoteEvents::CREATE_MANY,
                |call| create_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateOne,
                NoteEvents::UPDATE_ONE,
                |call| update_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateMany,
                NoteEvents::UPDATE_MANY,
                |call| update_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::ReplaceOne,
                NoteEvents::REPLACE_ONE,
                |call| replace_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DuplicateOne,
                NoteEvents::DUPLICATE_ONE,
                |call| duplicate_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DuplicateMany,
                NoteEvents::DUPLICATE_MANY,
                |call| duplicate_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DeleteOne,
                NoteEvents::DELETE_ONE,
                |call| delete_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DeleteMany,
                NoteEvents::DELETE_MANY,
                |call| delete_many(call.into()).into(),
            ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            NoteRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct NoteDocument<'a>(#[serde(with = "NoteRecord")] &'a Note);
            __rt::bson::serialize_to_raw_document_buf(&NoteDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Note>) -> __rt::Answer<Vec<NoteView>> {
        __rt::operation::get_many(call)
    }
    fn get_one(call: __rt::Call<Note>) -> __rt::Answer<NoteView> {
        __rt::operation::get_one(call)
    }
    fn create_one(call: __rt::Call<Note, CreateNote>) -> __rt::Answer<NoteView> {
        __rt::operation::create_one(call)
    }
    fn create_many(call: __rt::Call<Note, CreateNote>) -> __rt::Answer<Vec<NoteView>> {
        __rt::operation::create_many(call)
    }
    fn update_one(call: __rt::Call<Note, UpdateNote>) -> __rt::Answer<NoteView> {
        __rt::operation::update_one(call)
    }
    fn update_many(call: __rt::Call<Note, UpdateNote>) -> __rt::Answer<Vec<NoteView>> {
        __rt::operation::update_many(call)
    }
    fn replace_one(call: __rt::Call<Note, CreateNote>) -> __rt::Answer<NoteView> {
        __rt::operation::replace_one(call)
    }
    fn duplicate_one(call: __rt::Call<Note, UpdateNote>) -> __rt::Answer<NoteView> {
        __rt::operation::duplicate_one(call)
    }
    fn duplicate_many(
        call: __rt::Call<Note, UpdateNote>,
    ) -> __rt::Answer<Vec<NoteView>> {
        __rt::operation::duplicate_many(call)
    }
    fn delete_one(call: __rt::Call<Note>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }
    fn delete_many(call: __rt::Call<Note>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_many(call)
    }
};
