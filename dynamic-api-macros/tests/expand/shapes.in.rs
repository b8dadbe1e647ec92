#[dynamic_api(
    path = "parts",
    unique(shop, number),
    routes(
        get_many(query = Search, presenter = Card),
        get_many(sub_path = "all", query = Search),
        get_many(sub_path = "cards", presenter = Card),
        get_one(presenter = shapes::Sheet),
        create_one(body = NewPart, presenter = Card),
        create_many(body = NewPart),
        update_one(body = Change),
        update_many(body = Change, presenter = Card),
        replace_one(presenter = Card),
        upsert_one(body = NewPart, presenter = Card, key = code),
        upsert_one(sub_path = "by-shop", key(shop, number)),
        upsert_one(sub_path = "by-number", key(number, shop)),
        duplicate_one(presenter = Card),
        duplicate_many(presenter = Card),
        delete_one(presenter = Gone),
        delete_many(presenter = Gone),
        batch(presenter = Card),
        aggregate(query = Stats, presenter = Page<Row>, unrestricted),
    )
)]
struct Part {
    shop: Id,
    number: u32,
    #[api(unique)]
    code: String,
}
