use dynamic_api::dynamic_api;

#[dynamic_api(
    path = "products",
    index(categry, -price),
    index(),
    unique(name),
    index(price, -price),
    index(category, -price),
    index(-unit_size, createdAt),
    index(-unitSize, created_at)
)]
struct Product {
    #[api(unique)]
    name: String,
    category: String,
    price: f64,
    unit_size: u32,
}

fn main() {}
