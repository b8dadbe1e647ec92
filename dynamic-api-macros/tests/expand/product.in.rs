/// A product in the catalogue.
#[dynamic_api(
    path = "products",
    api_tag = "Items",
    web_socket,
    soft_delete,
    index(category, -price),
    routes(
        get_many(public, event = "list-products"),
        get_one(public),
        create_one(event = "new-product"),
        update_one,
        replace_one(description = "Puts another product in its place."),
        delete_one,
        aggregate(sub_path = "stats", query = StatsQuery, presenter = StatsPage),
        aggregate(query = StatsQuery),
    )
)]
#[derive(Debug)]
pub struct Product {
    #[api(unique)]
    pub name: String,
    #[api(index = desc)]
    pub price: f64,
    #[api(default = "misc")]
    pub category: String,
    #[api(read_only, default = State::New)]
    pub state: State,
    #[api(read_only)]
    pub seller: Option<Id>,
    #[api(hidden)]
    pub cost: Option<f64>,
    #[api(write_only)]
    pub supplier_note: Option<String>,
    #[api(default)]
    pub tags: Vec<String>,
    pub description: Option<String>,
}
