//! Every option that a field has, and private types.
#![deny(warnings, clippy::all, clippy::pedantic)]

use dynamic_api::{DateTime, Entity, Id, api_type, dynamic_api};

#[dynamic_api(path = "products")]
struct Product {
    #[api(unique)]
    name: String,
    #[api(index = desc)]
    price: f64,
    #[api(index, default = "misc")]
    category: String,
    #[api(read_only, default = State::Draft)]
    state: State,
    #[api(read_only, hidden)]
    checked_at: Option<DateTime>,
    #[api(hidden)]
    cost: Option<f64>,
    #[api(write_only)]
    supplier: Option<Id>,
    #[api(default)]
    tags: Vec<String>,
    #[serde(rename = "grams", default = "one")]
    weight: u32,
    r#type: Option<String>,
}

fn one() -> u32 {
    1
}

#[api_type]
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Draft,
    OnSale,
}

#[test]
fn accepted() {
    let names: Vec<_> = Product::META.fields.iter().map(|field| field.name).collect();
    assert_eq!(
        names,
        ["name", "price", "category", "state", "checkedAt", "cost", "supplier", "tags", "grams", "type"]
    );
    let _ = (
        State::OnSale,
        CreateProduct {
            name: String::new(),
            price: 0.0,
            category: String::new(),
            cost: None,
            supplier: None,
            tags: vec![],
            weight: 1,
            r#type: None,
        },
    );
}
