//! The two applications.

use test_support::{TestStore, both_stores};

use super::{
    data::{Hidden, items, owners},
    items::builder,
};
use crate::http::Http;

/// One application over each store.
pub struct Pair {
    pub stores: [TestStore; 2],
    pub apis: [Http; 2],
}

impl Pair {
    /// Over empty stores.
    pub async fn empty() -> Self {
        let stores = both_stores().await;
        let [one, other] = &stores;
        let apis = [builder(one).build().await.unwrap(), builder(other).build().await.unwrap()];
        Self { stores, apis: apis.map(Http) }
    }

    /// Over the documents of the tests.
    pub async fn seeded() -> Self {
        let pair = Self::empty().await;
        for (store, hidden) in pair.stores.iter().zip([Hidden::One, Hidden::Other]) {
            store.insert("items", &items(hidden)).await.unwrap();
            store.insert("owners", &owners(hidden)).await.unwrap();
        }
        pair
    }
}
