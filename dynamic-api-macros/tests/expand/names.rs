#[derive(Clone, serde::Serialize)]
#[serde(rename_all = "snake_case")]
struct Person {
    given_name: String,
    #[serde(rename = "surname")]
    family_name: String,
    r#type: u8,
    #[cfg(feature = "fax")]
    fax: Option<String>,
    #[cfg(feature = "fax")]
    fax_tries: u8,
    #[serde(default = "unknown_country")]
    country: String,
    #[serde(with = "as_text")]
    height: Height,
}
/// [`Person`] as a client sends it, to create one or to replace one.
#[derive(Clone, my::api::__rt::serde::Serialize, my::api::__rt::serde::Deserialize)]
#[serde(crate = "my::api::__rt::serde")]
struct NewPerson {
    pub given_name: String,
    #[serde(rename = "surname")]
    pub family_name: String,
    pub r#type: u8,
    #[cfg(feature = "fax")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    #[serde(default = "unknown_country")]
    pub country: String,
    #[serde(with = "as_text")]
    pub height: Height,
}
impl NewPerson {
    #[cfg(feature = "fax")]
    fn default_fax_tries() -> u8 {
        3
    }
}
/// Changes to [`Person`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
///
/// Its read-only fields are set by code alone: a client can't send them.
#[derive(
    Clone,
    Default,
    my::api::__rt::serde::Serialize,
    my::api::__rt::serde::Deserialize
)]
#[serde(crate = "my::api::__rt::serde", default)]
struct PersonChanges {
    #[serde(skip_serializing_if = "my::api::__rt::Patch::is_absent")]
    pub given_name: my::api::__rt::Patch<String>,
    #[serde(rename = "surname", skip_serializing_if = "my::api::__rt::Patch::is_absent")]
    pub family_name: my::api::__rt::Patch<String>,
    #[serde(skip_serializing_if = "my::api::__rt::Patch::is_absent")]
    pub r#type: my::api::__rt::Patch<u8>,
    #[cfg(feature = "fax")]
    #[serde(skip_serializing_if = "my::api::__rt::Patch::is_absent")]
    pub fax: my::api::__rt::Patch<Option<String>>,
    #[cfg(feature = "fax")]
    #[serde(skip_deserializing, skip_serializing_if = "my::api::__rt::Patch::is_absent")]
    pub fax_tries: my::api::__rt::Patch<u8>,
    #[serde(skip_serializing_if = "my::api::__rt::Patch::is_absent")]
    pub country: my::api::__rt::Patch<String>,
    #[serde(
        serialize_with = "PersonChanges::serialize_height",
        deserialize_with = "PersonChanges::deserialize_height",
        skip_serializing_if = "my::api::__rt::Patch::is_absent"
    )]
    pub height: my::api::__rt::Patch<Height>,
}
impl PersonChanges {
    fn serialize_height<S: my::api::__rt::serde::Serializer>(
        patch: &my::api::__rt::Patch<Height>,
        serializer: S,
    ) -> ::core::result::Result<S::Ok, S::Error> {
        match patch.as_set() {
            Some(value) => as_text::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }
    fn deserialize_height<'de, D: my::api::__rt::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::core::result::Result<my::api::__rt::Patch<Height>, D::Error> {
        as_text::deserialize(deserializer).map(my::api::__rt::Patch::Set)
    }
}
/// [`Person`] as clients see it.
#[derive(Clone, my::api::__rt::serde::Serialize, my::api::__rt::serde::Deserialize)]
#[serde(crate = "my::api::__rt::serde")]
struct PersonDetails {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: my::api::__rt::Id,
    pub given_name: String,
    #[serde(rename = "surname")]
    pub family_name: String,
    pub r#type: u8,
    #[cfg(feature = "fax")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    #[cfg(feature = "fax")]
    #[serde(default = "NewPerson::default_fax_tries")]
    pub fax_tries: u8,
    #[serde(default = "unknown_country")]
    pub country: String,
    #[serde(with = "as_text")]
    pub height: Height,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<my::api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<my::api::__rt::DateTime>,
}
/// The Socket.IO events of [`Person`].
struct PersonTopics;
impl PersonTopics {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-person";
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-person";
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-person";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-person";
    /// The event of `delete_one`.
    pub const DELETE_ONE: &'static str = "delete-one-person";
}
/// The fields of [`Person`], for conditions and orders in code.
#[allow(dead_code)]
struct PersonColumns;
#[allow(dead_code, non_upper_case_globals)]
impl PersonColumns {
    /// Its id.
    pub const ID: my::api::__rt::TypedField<Person, my::api::__rt::Id> = my::api::__rt::TypedField::id();
    pub const GIVEN_NAME: my::api::__rt::TypedField<Person, String> = my::api::__rt::TypedField::new(
        "given_name",
    );
    pub const FAMILY_NAME: my::api::__rt::TypedField<Person, String> = my::api::__rt::TypedField::new(
        "surname",
    );
    pub const TYPE: my::api::__rt::TypedField<Person, u8> = my::api::__rt::TypedField::new(
        "type",
    );
    #[cfg(feature = "fax")]
    pub const FAX: my::api::__rt::TypedField<Person, Option<String>> = my::api::__rt::TypedField::new(
        "fax",
    );
    #[cfg(feature = "fax")]
    pub const FAX_TRIES: my::api::__rt::TypedField<Person, u8> = my::api::__rt::TypedField::new(
        "fax_tries",
    );
    pub const COUNTRY: my::api::__rt::TypedField<Person, String> = my::api::__rt::TypedField::new(
        "country",
    );
    pub const HEIGHT: my::api::__rt::TypedField<Person, Height> = my::api::__rt::TypedField::encoded(
        "height",
        |value| {
            struct PersonColumnsValue<'a>(&'a Height);
            impl my::api::__rt::serde::Serialize for PersonColumnsValue<'_> {
                fn serialize<S: my::api::__rt::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    as_text::serialize(self.0, serializer)
                }
            }
            my::api::__rt::encode(&PersonColumnsValue(value))
        },
    );
    /// When it was created.
    pub const CREATED_AT: my::api::__rt::TypedField<Person, my::api::__rt::DateTime> = my::api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: my::api::__rt::TypedField<Person, my::api::__rt::DateTime> = my::api::__rt::TypedField::updated_at();
}
const _: () = {
    use my::api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "my::api::__rt::serde", remote = "Person")]
    struct PersonRecord {
        given_name: String,
        #[serde(rename = "surname")]
        family_name: String,
        r#type: u8,
        #[cfg(feature = "fax")]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fax: Option<String>,
        #[cfg(feature = "fax")]
        #[serde(default = "NewPerson::default_fax_tries")]
        fax_tries: u8,
        #[serde(default = "unknown_country")]
        country: String,
        #[serde(with = "as_text")]
        height: Height,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("given_name"),
        __rt::Field::new::<String>("surname"),
        __rt::Field::new::<u8>("type"),
        #[cfg(feature = "fax")]
        __rt::Field::new::<Option<String>>("fax"),
        #[cfg(feature = "fax")]
        __rt::Field::new::<u8>("fax_tries")
            .default(|| __rt::to_bson(NewPerson::default_fax_tries()))
            .read_only(),
        __rt::Field::new::<String>("country")
            .default(|| __rt::to_bson(unknown_country())),
        __rt::Field::opaque("height"),
    ];
    impl __rt::Input for NewPerson {
        const ENTITY: &'static str = "Person";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for PersonChanges {
        const ENTITY: &'static str = "Person";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Person> for NewPerson {}
    impl __rt::UpdateInput<Person> for PersonChanges {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Person> for PersonDetails {}
    impl __rt::Entity for Person {
        type Create = NewPerson;
        type Update = PersonChanges;
        type View = PersonDetails;
        type Fields = PersonColumns;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Person",
                "people",
                "people",
            )
            .description("People, and how to reach them.")
            .web_socket(__rt::WebSocket::Off)
            .fields(FIELDS)
            .indexes(
                &[
                    #[cfg(feature = "fax")]
                    __rt::Index::unique(&[("fax", __rt::Ascending)]),
                    __rt::Index::unique(
                        &[("given_name", __rt::Ascending), ("surname", __rt::Ascending)],
                    ),
                ],
            );
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                __rt::RouteKind::GetMany,
                PersonTopics::GET_MANY,
                |call| get_many(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::GetOne,
                PersonTopics::GET_ONE,
                |call| get_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::CreateOne,
                PersonTopics::CREATE_ONE,
                |call| create_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateOne,
                PersonTopics::UPDATE_ONE,
                |call| update_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::DeleteOne,
                PersonTopics::DELETE_ONE,
                |call| delete_one(call.into()).into(),
            ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            PersonRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "my::api::__rt::serde", transparent)]
            struct PersonDocument<'a>(#[serde(with = "PersonRecord")] &'a Person);
            __rt::bson::serialize_to_raw_document_buf(&PersonDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Person>) -> __rt::Answer<Vec<PersonDetails>> {
        __rt::operation::get_many(call)
    }
    fn get_one(call: __rt::Call<Person>) -> __rt::Answer<PersonDetails> {
        __rt::operation::get_one(call)
    }
    fn create_one(call: __rt::Call<Person, NewPerson>) -> __rt::Answer<PersonDetails> {
        __rt::operation::create_one(call)
    }
    fn update_one(
        call: __rt::Call<Person, PersonChanges>,
    ) -> __rt::Answer<PersonDetails> {
        __rt::operation::update_one(call)
    }
    fn delete_one(call: __rt::Call<Person>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_one(call)
    }
};
