/// When people meet.
pub struct Event {
    pub code: String,
    pub price: f64,
    pub mail: Option<String>,
    pub tags: Vec<String>,
    pub starts: DateTime,
    pub ends: DateTime,
}
/// [`Event`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreateEvent {
    pub code: String,
    pub price: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    pub starts: DateTime,
    pub ends: DateTime,
}
/// Changes to [`Event`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdateEvent {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub code: ::dynamic_api::__rt::Patch<String>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub price: ::dynamic_api::__rt::Patch<f64>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub mail: ::dynamic_api::__rt::Patch<Option<String>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub tags: ::dynamic_api::__rt::Patch<Vec<String>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub starts: ::dynamic_api::__rt::Patch<DateTime>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub ends: ::dynamic_api::__rt::Patch<DateTime>,
}
/// [`Event`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct EventView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub code: String,
    pub price: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    pub starts: DateTime,
    pub ends: DateTime,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Event`].
pub struct EventEvents;
impl EventEvents {
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-event";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-event";
}
/// The fields of [`Event`], for conditions and orders in code.
#[allow(dead_code)]
pub struct EventFields;
#[allow(dead_code, non_upper_case_globals)]
impl EventFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Event, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const CODE: ::dynamic_api::__rt::TypedField<Event, String> = ::dynamic_api::__rt::TypedField::new(
        "code",
    );
    pub const PRICE: ::dynamic_api::__rt::TypedField<Event, f64> = ::dynamic_api::__rt::TypedField::new(
        "price",
    );
    pub const MAIL: ::dynamic_api::__rt::TypedField<Event, Option<String>> = ::dynamic_api::__rt::TypedField::new(
        "mail",
    );
    pub const TAGS: ::dynamic_api::__rt::TypedField<Event, Vec<String>> = ::dynamic_api::__rt::TypedField::new(
        "tags",
    );
    pub const STARTS: ::dynamic_api::__rt::TypedField<Event, DateTime> = ::dynamic_api::__rt::TypedField::new(
        "starts",
    );
    pub const ENDS: ::dynamic_api::__rt::TypedField<Event, DateTime> = ::dynamic_api::__rt::TypedField::new(
        "ends",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Event,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Event,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Event")]
    struct EventRecord {
        code: String,
        price: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        starts: DateTime,
        ends: DateTime,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("code")
            .rules(
                &[
                    __rt::Rule::new(__rt::Check::Length {
                        min: Some(3),
                        max: Some(20),
                    }),
                    __rt::Rule::new(
                        __rt::Check::Pattern(|| {
                            static PATTERN: __rt::Pattern = __rt::Pattern::new(
                                "^[a-z]+$",
                            );
                            &PATTERN
                        }),
                    ),
                ],
            ),
        __rt::Field::new::<f64>("price")
            .rules(
                &[
                    __rt::Rule::new(__rt::Check::Range {
                            min: Some(__rt::Bound::at(__rt::Number::Integer(0))),
                            max: Some(__rt::Bound::exclusive(__rt::Number::Float(99.5))),
                        })
                        .message("not that expensive"),
                ],
            ),
        __rt::Field::new::<Option<String>>("mail")
            .rules(
                &[
                    __rt::Rule::new(__rt::Check::Email),
                    __rt::Rule::new(
                        __rt::Check::Custom(|value| __rt::judge::<
                            String,
                        >(value, mailbox::exists)),
                    ),
                ],
            ),
        __rt::Field::new::<Vec<String>>("tags")
            .default(|| __rt::to_bson(<Vec<String>>::default()))
            .rules(
                &[
                    __rt::Rule::new(__rt::Check::Length {
                        min: None,
                        max: Some(5),
                    }),
                    __rt::Rule::new(
                        __rt::Check::Each(
                            &[
                                __rt::Rule::new(__rt::Check::Prefix("#")),
                                __rt::Rule::new(
                                    __rt::Check::Custom(|value| __rt::judge::<
                                        String,
                                    >(value, no_slang)),
                                ),
                            ],
                        ),
                    ),
                ],
            ),
        __rt::Field::new::<DateTime>("starts"),
        __rt::Field::new::<DateTime>("ends"),
    ];
    impl __rt::Input for CreateEvent {
        const ENTITY: &'static str = "Event";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdateEvent {
        const ENTITY: &'static str = "Event";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Event> for CreateEvent {}
    impl __rt::UpdateInput<Event> for UpdateEvent {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Event> for EventView {}
    impl __rt::Entity for Event {
        type Create = CreateEvent;
        type Update = UpdateEvent;
        type View = EventView;
        type Fields = EventFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Event",
                "events",
                "events",
            )
            .description("When people meet.")
            .fields(FIELDS)
            .rules(&[|document| __rt::judge_whole::<Event>(document, in_order)]);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                __rt::RouteKind::CreateOne,
                EventEvents::CREATE_ONE,
                |call| create_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateOne,
                EventEvents::UPDATE_ONE,
                |call| update_one(call.into()).into(),
            ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            EventRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct EventDocument<'a>(#[serde(with = "EventRecord")] &'a Event);
            __rt::bson::serialize_to_raw_document_buf(&EventDocument(self))
        }
    }
    fn create_one(call: __rt::Call<Event, CreateEvent>) -> __rt::Answer<EventView> {
        __rt::operation::create_one(call)
    }
    fn update_one(call: __rt::Call<Event, UpdateEvent>) -> __rt::Answer<EventView> {
        __rt::operation::update_one(call)
    }
};
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(
    crate = "::dynamic_api::__rt::serde",
    rename_all = "camelCase",
    deny_unknown_fields
)]
pub struct Place {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
}
const _: () = {
    use ::dynamic_api::__rt;
    impl __rt::ApiType for Place {
        const SCHEMA: &'static __rt::Schema = &__rt::Schema::Struct(
            &[
                __rt::Field::new::<Option<String>>("zip")
                    .rules(
                        &[
                            __rt::Rule::new(__rt::Check::Length {
                                min: Some(5),
                                max: Some(5),
                            }),
                        ],
                    ),
            ],
        );
    }
};
