pub(crate) struct Order {
    number: u32,
    lines: Vec<Line>,
}
/// [`Order`] as a client sends it, to create one or to replace one.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub(crate) struct CreateOrder {
    pub number: u32,
    pub lines: Vec<Line>,
}
/// Changes to [`Order`] as a client sends them: what is left out stays as it is, `null` clears an optional field.
#[derive(
    Default,
    ::dynamic_api::__rt::serde::Serialize,
    ::dynamic_api::__rt::serde::Deserialize
)]
#[serde(crate = "::dynamic_api::__rt::serde", default)]
pub(crate) struct UpdateOrder {
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub number: ::dynamic_api::__rt::Patch<u32>,
    #[serde(skip_serializing_if = "::dynamic_api::__rt::Patch::is_absent")]
    pub lines: ::dynamic_api::__rt::Patch<Vec<Line>>,
}
/// [`Order`] as clients see it.
#[derive(::dynamic_api::__rt::serde::Serialize, ::dynamic_api::__rt::serde::Deserialize)]
#[serde(crate = "::dynamic_api::__rt::serde")]
pub(crate) struct OrderView {
    /// Its id.
    #[serde(rename(serialize = "id", deserialize = "_id"))]
    pub id: ::dynamic_api::__rt::Id,
    pub number: u32,
    pub lines: Vec<Line>,
    /// When it was created.
    #[serde(rename = "createdAt", default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<::dynamic_api::__rt::DateTime>,
    /// When it was last written.
    #[serde(rename = "updatedAt", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<::dynamic_api::__rt::DateTime>,
}
/// The Socket.IO events of [`Order`].
pub(crate) struct OrderEvents;
impl OrderEvents {
    /// The event of `get_many`.
    pub const GET_MANY: &'static str = "get-many-order";
    /// The event of `get_many` at `mine`.
    pub const GET_MANY_MINE: &'static str = "get-many-mine-order";
    /// The event of `get_many` in version 2.
    pub const GET_MANY_V2: &'static str = "get-many-order-v2";
    /// The event of `get_many` at `all/open` in version 2.
    pub const GET_MANY_ALL_OPEN_V2: &'static str = "open-orders";
    /// The event of `create_one`.
    pub const CREATE_ONE: &'static str = "create-one-order";
    /// The event of `update_many` at `ship`.
    pub const UPDATE_MANY_SHIP: &'static str = "update-many-ship-order";
    /// The event of `delete_many`.
    pub const DELETE_MANY: &'static str = "delete-many-order";
}
/// The fields of [`Order`], for conditions and orders in code.
#[allow(dead_code)]
pub(crate) struct OrderFields;
#[allow(dead_code, non_upper_case_globals)]
impl OrderFields {
    /// Its id.
    pub const ID: ::dynamic_api::__rt::TypedField<Order, ::dynamic_api::__rt::Id> = ::dynamic_api::__rt::TypedField::id();
    pub const NUMBER: ::dynamic_api::__rt::TypedField<Order, u32> = ::dynamic_api::__rt::TypedField::new(
        "number",
    );
    pub const LINES: ::dynamic_api::__rt::TypedField<Order, Vec<Line>> = ::dynamic_api::__rt::TypedField::new(
        "lines",
    );
    /// When it was created.
    pub const CREATED_AT: ::dynamic_api::__rt::TypedField<
        Order,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::created_at();
    /// When it was last written.
    pub const UPDATED_AT: ::dynamic_api::__rt::TypedField<
        Order,
        ::dynamic_api::__rt::DateTime,
    > = ::dynamic_api::__rt::TypedField::updated_at();
}
const _: () = {
    use ::dynamic_api::__rt;
    #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
    #[serde(crate = "::dynamic_api::__rt::serde", remote = "Order")]
    struct OrderRecord {
        number: u32,
        lines: Vec<Line>,
    }
    const FIELDS: &[__rt::Field] = &[
        __rt::Field::new::<u32>("number"),
        __rt::Field::new::<Vec<Line>>("lines"),
    ];
    const READ: __rt::RoutePolicy = __rt::RoutePolicy::new()
        .access(__rt::Access::Protected);
    impl __rt::Input for CreateOrder {
        const ENTITY: &'static str = "Order";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Whole;
    }
    impl __rt::Input for UpdateOrder {
        const ENTITY: &'static str = "Order";
        const FIELDS: &'static [__rt::Field] = FIELDS;
        const FORM: __rt::Form = __rt::Form::Partial;
    }
    impl __rt::CreateInput<Order> for CreateOrder {}
    impl __rt::UpdateInput<Order> for UpdateOrder {
        fn into_update(self) -> Self {
            self
        }
    }
    impl __rt::View<Order> for OrderView {}
    impl __rt::Entity for Order {
        type Create = CreateOrder;
        type Update = UpdateOrder;
        type View = OrderView;
        type Fields = OrderFields;
        const META: &'static __rt::EntityMeta = &__rt::EntityMeta::new(
                "Order",
                "shop/orders",
                "shop_orders",
            )
            .version("1")
            .web_socket(__rt::WebSocket::Namespace("/shop"))
            .fields(FIELDS)
            .read(READ);
        const ROUTES: &'static [__rt::Route] = &[
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    OrderEvents::GET_MANY,
                    |call| get_many(call.into()).into(),
                )
                .access(__rt::Access::Protected),
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    OrderEvents::GET_MANY_MINE,
                    |call| get_many_mine(call.into()).into(),
                )
                .sub_path("mine")
                .access(__rt::Access::Protected),
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    OrderEvents::GET_MANY_V2,
                    |call| get_many_v2(call.into()).into(),
                )
                .version("2")
                .web_socket(__rt::WebSocket::Off)
                .access(__rt::Access::Public),
            __rt::Route::new(
                    __rt::RouteKind::GetMany,
                    OrderEvents::GET_MANY_ALL_OPEN_V2,
                    |call| get_many_all_open_v2(call.into()).into(),
                )
                .sub_path("all/open")
                .version("2")
                .web_socket(__rt::WebSocket::Namespace("/admin"))
                .access(__rt::Access::Protected),
            __rt::Route::new(
                    __rt::RouteKind::CreateOne,
                    OrderEvents::CREATE_ONE,
                    |call| create_one(call.into()).into(),
                )
                .description("Places an order.")
                .access(__rt::Access::Protected),
            __rt::Route::new(
                    __rt::RouteKind::UpdateMany,
                    OrderEvents::UPDATE_MANY_SHIP,
                    |call| update_many_ship(call.into()).into(),
                )
                .sub_path("ship")
                .access(__rt::Access::Protected),
            __rt::Route::new(
                    __rt::RouteKind::DeleteMany,
                    OrderEvents::DELETE_MANY,
                    |call| delete_many(call.into()).into(),
                )
                .access(__rt::Access::Protected),
        ];
        fn from_document(
            document: &__rt::bson::RawDocument,
        ) -> __rt::bson::error::Result<Self> {
            OrderRecord::deserialize(
                __rt::bson::RawDeserializer::new(document.as_bytes())?,
            )
        }
        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #[derive(__rt::serde::Serialize)]
            #[serde(crate = "::dynamic_api::__rt::serde", transparent)]
            struct OrderDocument<'a>(#[serde(with = "OrderRecord")] &'a Order);
            __rt::bson::serialize_to_raw_document_buf(&OrderDocument(self))
        }
    }
    fn get_many(call: __rt::Call<Order>) -> __rt::Answer<Vec<OrderView>> {
        __rt::operation::get_many(call)
    }
    fn get_many_mine(call: __rt::Call<Order>) -> __rt::Answer<Vec<OrderView>> {
        __rt::operation::get_many(call)
    }
    fn get_many_v2(call: __rt::Call<Order>) -> __rt::Answer<Vec<OrderView>> {
        __rt::operation::get_many(call)
    }
    fn get_many_all_open_v2(call: __rt::Call<Order>) -> __rt::Answer<Vec<OrderView>> {
        __rt::operation::get_many(call)
    }
    fn create_one(call: __rt::Call<Order, CreateOrder>) -> __rt::Answer<OrderView> {
        __rt::operation::create_one(call)
    }
    fn update_many_ship(
        call: __rt::Call<Order, UpdateOrder>,
    ) -> __rt::Answer<Vec<OrderView>> {
        __rt::operation::update_many(call)
    }
    fn delete_many(call: __rt::Call<Order>) -> __rt::Answer<__rt::operation::Deleted> {
        __rt::operation::delete_many(call)
    }
};
