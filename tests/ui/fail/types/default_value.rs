use dynamic_api::dynamic_api;

#[dynamic_api(path = "products")]
struct Product {
    #[api(default = 0)]
    price: f64,
    #[api(default = "many")]
    count: u32,
}

fn main() {}
