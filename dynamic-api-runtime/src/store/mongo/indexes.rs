//! What is known of the indexes of collections: as the start has left them, until the server says otherwise. It asks nobody.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use crate::query::Direction;

/// The known indexes of a database, by collection; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownIndexes(Arc<RwLock<HashMap<String, Arc<Indexes>>>>);

/// The known indexes of a collection.
#[derive(Debug, Clone, Default)]
pub(super) struct Indexes {
    /// Those that lists can walk along.
    pub(super) ordered: Vec<Ordered>,
    /// The paths of all of them.
    pub(super) paths: HashSet<String>,
}

/// An index in which each document without arrays has one place: it leaves none out, and its last key is `_id`.
#[derive(Debug, Clone)]
pub(super) struct Ordered {
    pub(super) name: String,
    pub(super) keys: Vec<(String, Direction)>,
}

impl KnownIndexes {
    pub(super) fn of(&self, collection: &str) -> Option<Arc<Indexes>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(collection).cloned()
    }

    /// Takes the place of what was known of the collection.
    pub(super) fn learn(&self, collection: &str, indexes: Indexes) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(collection.to_owned(), Arc::new(indexes));
    }

    /// No list walks along this index again. Returns whether one could until now.
    pub(super) fn forget(&self, collection: &str, name: &str) -> bool {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(indexes) = known.get_mut(collection) else { return false };
        let ordered = &mut Arc::make_mut(indexes).ordered;
        let before = ordered.len();
        ordered.retain(|index| index.name != name);
        ordered.len() < before
    }
}
