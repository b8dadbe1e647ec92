//! What an entity declares of its collection.

use bson::spec::ElementType;

use crate::query::Direction;

/// A collection and the indexes it is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionSpec {
    /// The collection's name.
    pub name: String,
    /// The indexes besides the one on `_id`.
    pub indexes: Vec<IndexSpec>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSpec {
    /// Dotted paths of stored names, with their directions.
    pub keys: Vec<(String, Direction)>,
    /// Whether two documents of the index may not have one key.
    pub unique: bool,
    /// Only documents in which each of these paths holds a value of one of its types are in the index.
    pub only_types: Vec<(String, Vec<ElementType>)>,
    /// Only documents in which each of these paths is null or missing are in the index.
    pub only_null: Vec<String>,
}

impl IndexSpec {
    /// The name by MongoDB's convention, `name_1_price_-1`.
    pub fn name(&self) -> String {
        let key = |(path, direction): &(String, Direction)| match direction {
            Direction::Ascending => format!("{path}_1"),
            Direction::Descending => format!("{path}_-1"),
        };
        self.keys.iter().map(key).collect::<Vec<_>>().join("_")
    }
}
