use dynamic_api::dynamic_api;

#[dynamic_api(path = "a", routes(upsert_one))]
struct NoKey {
    name: String,
}

#[dynamic_api(
    path = "b",
    unique(shop, number),
    routes(
        upsert_one,
        upsert_one(sub_path = "a", key = number),
        upsert_one(sub_path = "b", key(shop, number, code)),
        upsert_one(sub_path = "c", key = cod),
        upsert_one(sub_path = "d", key = "code"),
        upsert_one(sub_path = "e", key(shop, "number")),
        upsert_one(sub_path = "f", key()),
    )
)]
struct Several {
    #[api(unique)]
    code: String,
    shop: String,
    number: u32,
}

#[dynamic_api(path = "c", routes(upsert_one, upsert_one(sub_path = "a", key = slug)))]
struct NotSettable {
    title: String,
    #[api(unique, derived = slug)]
    slug: String,
}

#[dynamic_api(path = "d", unique(shop, labels), routes(upsert_one(key = tags), upsert_one(sub_path = "a", key(shop, labels))))]
struct Lists {
    #[api(unique)]
    tags: Vec<String>,
    shop: String,
    labels: Option<Vec<String>>,
}

fn slug(it: &NotSettable) -> String {
    it.title.to_lowercase()
}

fn main() {}
