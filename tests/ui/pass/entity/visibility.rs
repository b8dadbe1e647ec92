//! Generated types are as visible as their struct, wherever it stands.
#![deny(warnings, unreachable_pub)]

use dynamic_api::{Entity, dynamic_api};

mod shop {
    use dynamic_api::dynamic_api;

    #[dynamic_api(path = "orders")]
    pub(crate) struct Order {
        number: u32,
        #[api(default = "open")]
        state: String,
    }

    pub(super) mod stock {
        #[dynamic_api::dynamic_api(path = "items")]
        pub(in super::super::shop) struct Item {
            count: u64,
        }

        pub(in super::super::shop) fn path() -> &'static str {
            <Item as dynamic_api::Entity>::META.path
        }
    }

    pub(crate) fn paths() -> [&'static str; 2] {
        [<Order as dynamic_api::Entity>::META.path, stock::path()]
    }
}

#[test]
fn accepted() {
    #[dynamic_api(path = "locals")]
    struct Local {
        #[api(default = 1)]
        number: u8,
    }

    assert_eq!(Local::META.path, "locals");
    assert_eq!(shop::paths(), ["orders", "items"]);
    let _ = shop::CreateOrder { number: 1, state: "new".to_owned() };
    let _ = shop::OrderEvents::GET_ONE;
}
