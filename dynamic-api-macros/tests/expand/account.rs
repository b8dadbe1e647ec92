pub struct Account {
    pub email: String,
    pub password: Password,
    pub name: String,
    pub tenant: Option<Id>,
    pub tags: Vec<String>,
    pub role: Role,
    #[cfg(feature = "billing")]
    pub plan: Option<String>,
}
/// [`Account`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct CreateAccount {
    pub email: String,
    pub password: Password,
    pub name: String,
    #[serde(rename = "organisation", default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Id>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[cfg(feature = "billing")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
}
impl CreateAccount {
    fn default_role() -> Role {
        Role::Member
    }
}
/// Changes to [`Account`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
///
/// Its read-only fields are set by code alone: a client can't send them.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub struct UpdateAccount {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub email: ::dynamic_api::__rt::Patch<String>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub password: ::dynamic_api::__rt::Patch<Password>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub name: ::dynamic_api::__rt::Patch<String>,
    #[serde(
        rename = "organisation",
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub tenant: ::dynamic_api::__rt::Patch<Option<Id>>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub tags: ::dynamic_api::__rt::Patch<Vec<String>>,
    #[serde(
        skip_deserializing,
        skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent"
    )]
    pub role: ::dynamic_api::__rt::Patch<Role>,
    #[cfg(feature = "billing")]
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub plan: ::dynamic_api::__rt::Patch<Option<String>>,
}
/// [`Account`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub struct AccountView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub email: String,
    pub name: String,
    #[serde(rename = "organisation", default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Id>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default = "CreateAccount::default_role")]
    pub role: Role,
    #[cfg(feature = "billing")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Account`].
pub struct AccountEvents;
impl AccountEvents {
    /// The event of `get_one`.
    pub const GET_ONE: &'static str = "get-one-account";
    /// The event of `update_one`.
    pub const UPDATE_ONE: &'static str = "update-one-account";
}
/// The fields of [`Account`], for conditions and orders in code.
#[allow(dead_code)]
pub struct AccountFields;
#[allow(dead_code, non_upper_case_globals)]
impl AccountFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Account, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const EMAIL: ::dynamic_api::__rt::TypedField<Account, String> = ::dynamic_api::__rt::TypedField::new(
        "email",
    );
    pub const NAME: ::dynamic_api::__rt::TypedField<Account, String> = ::dynamic_api::__rt::TypedField::new(
        "name",
    );
    pub const TENANT: ::dynamic_api::__rt::TypedField<Account, Option<Id>> = ::dynamic_api::__rt::TypedField::new(
        "organisation",
    );
    pub const TAGS: ::dynamic_api::__rt::TypedField<Account, Vec<String>> = ::dynamic_api::__rt::TypedField::new(
        "tags",
    );
    pub const ROLE: ::dynamic_api::__rt::TypedField<Account, Role> = ::dynamic_api::__rt::TypedField::new(
        "role",
    );
    #[cfg(feature = "billing")]
    pub const PLAN: ::dynamic_api::__rt::TypedField<Account, Option<String>> = ::dynamic_api::__rt::TypedField::new(
        "plan",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Account,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Account,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Account")]
    struct AccountRecord {
        email: String,
        password: Password,
        name: String,
        #[serde(
            rename = "organisation",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        tenant: Option<Id>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default = "CreateAccount::default_role")]
        role: Role,
        #[cfg(feature = "billing")]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<String>,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<String>("email"),
        __rt::Field::password("password").hidden(),
        __rt::Field::new::<String>("name"),
        __rt::Field::new::<Option<Id>>("organisation"),
        __rt::Field::new::<Vec<String>>("tags")
            .default(|| __rt::to_bson(<Vec<String>>::default())),
        __rt::Field::new::<Role>("role")
            .default(|| __rt::to_bson(CreateAccount::default_role()))
            .read_only(),
        #[cfg(feature = "billing")]
        __rt::Field::new::<Option<String>>("plan"),
    ];
    impl __rt::Input for CreateAccount {
        const ENTITY: &'static str = "Account";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdateAccount {
        const ENTITY: &'static str = "Account";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Account> for CreateAccount {}
    impl __rt::UpdateInput<Account> for UpdateAccount {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Account> for AccountView {}
    impl __rt::Entity for Account {
        type Create = CreateAccount;
        type Update = UpdateAccount;
        type View = AccountView;
        type Fields = AccountFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Account",
                "accounts",
                "accounts",
            )
            .fields(FIELDS)
            .indexes(&[__rt::Index::unique(&[("email", __rt::Ascending)])]);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                __rt::RouteKind::GetOne,
                AccountEvents::GET_ONE,
                |call| get_one(call.into()).into(),
            ),
            __rt::Route::new(
                __rt::RouteKind::UpdateOne,
                AccountEvents::UPDATE_ONE,
                |call| update_one(call.into()).into(),
            ),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            AccountRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct AccountDocument<'a>(#[serde(with = "AccountRecord")] &'a Account);
            __rt::bson::serialize_to_raw_document_buf(&AccountDocument(self))
        }
    }
    impl __rt::UserEntity for Account {
        const ACCOUNT: &'static __rt::AccountMeta = &__rt::AccountMeta::new(
                "email",
                "password",
            )
            .claims(&["organisation", "role", #[cfg(feature = "billing")] "plan"])
            .register(
                &[
                    __rt::RegisterField::required("name"),
                    __rt::RegisterField::required("organisation"),
                    __rt::RegisterField::optional("tags"),
                    #[cfg(feature = "billing")]
                    __rt::RegisterField::optional("plan"),
                ],
            );
    }
    fn get_one(call: __rt::Call<Account>) -> __rt::Answer<AccountView> {
        __rt::operation::get_one(call)
    }
    fn update_one(
        call: __rt::Call<Account, UpdateAccount>,
    ) -> __rt::Answer<AccountView> {
        __rt::operation::update_one(call)
    }
    const _: () = __rt::is_login::<String>();
    const _: () = __rt::is_password::<Password>();
    const _: () = __rt::is_claim::<Option<Id>>();
    const _: () = __rt::is_claim::<Role>();
    #[cfg(feature = "billing")]
    const _: () = __rt::is_claim::<Option<String>>();
};
