#[dynamic_api(
    path = "shop/orders",
    collection = "shop_orders",
    version = "1",
    protected,
    web_socket(namespace = "/shop"),
    routes(
        get_many,
        get_many(sub_path = "mine"),
        get_many(version = "2", public, no_web_socket),
        get_many(sub_path = "all/open", version = "2", event = "open-orders", web_socket(namespace = "/admin")),
        create_one(description = "Places an order."),
        update_many(sub_path = "ship"),
        delete_many,
    )
)]
pub(crate) struct Order {
    number: u32,
    lines: Vec<Line>,
}
