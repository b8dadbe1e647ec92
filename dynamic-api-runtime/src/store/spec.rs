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
    /// What the index does besides making reads faster.
    pub kind: IndexKind,
    /// Only documents in which each of these paths holds a value of one of its types are in the index.
    pub only_types: Vec<(String, Vec<ElementType>)>,
    /// Only documents in which each of these paths is null or missing are in the index.
    pub only_null: Vec<String>,
}

/// What an index is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// It makes reads faster, and nothing else.
    Plain,
    /// Two documents of the index may not have one key, too.
    Unique,
    /// As [`IndexKind::Unique`], where texts that differ in case alone are one key. No filter and no order goes by it, since those
    /// compare letter for letter.
    UniqueIgnoringCase,
    /// It finds the words of its fields, for [`Filter::Text`](crate::query::Filter::Text). A collection has at most one.
    Text,
    /// It is of one date, so many seconds after which the document expires.
    Ttl {
        /// From 0 to 2^31 - 1.
        seconds: u32,
    },
}

/// What is done at the start about indexes that are not as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SyncIndexes {
    /// Missing ones are created. One that exists in another shape stops the start, and one that is not declared stays.
    #[default]
    CreateOnly,
    /// Besides, those of another shape are created anew, and those that are not declared are dropped.
    Exact,
}

/// How the indexes of a collection stand to the declared ones, each by its name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct IndexReport {
    /// The collection.
    pub collection: String,
    /// Declared, and there as declared.
    pub declared: Vec<String>,
    /// Declared and not there.
    pub missing: Vec<String>,
    /// Declared and there in another shape.
    pub drifted: Vec<DriftedIndex>,
    /// There and not declared; the one on `_id` is not counted.
    pub foreign: Vec<String>,
}

/// An index that is there in another shape than it is declared in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftedIndex {
    /// Its name in the database.
    pub name: String,
    /// What it is, in words for the developer.
    pub exists: String,
    /// What it is declared as.
    pub declared: String,
}

impl IndexReport {
    /// Whether all indexes are as declared and there are no others.
    pub fn is_exact(&self) -> bool {
        self.missing.is_empty() && self.drifted.is_empty() && self.foreign.is_empty()
    }
}

impl IndexKind {
    /// Whether two documents may not have one key.
    pub const fn is_unique(self) -> bool {
        matches!(self, Self::Unique | Self::UniqueIgnoringCase)
    }

    /// Whether documents are found and ordered by the values of its keys.
    pub(crate) const fn holds_values(self) -> bool {
        !matches!(self, Self::Text | Self::UniqueIgnoringCase)
    }
}

impl IndexSpec {
    /// Whether two documents of the index may not have one key.
    pub fn is_unique(&self) -> bool {
        self.kind.is_unique()
    }

    /// The name by MongoDB's convention, `name_1_price_-1`; of a text index, `title_text_body_text`.
    pub fn name(&self) -> String {
        let key = |(path, direction): &(String, Direction)| match (self.kind, direction) {
            (IndexKind::Text, _) => format!("{path}_text"),
            (_, Direction::Ascending) => format!("{path}_1"),
            (_, Direction::Descending) => format!("{path}_-1"),
        };
        let name = self.keys.iter().map(key).collect::<Vec<_>>().join("_");
        // One of the same keys may stand beside it.
        if self.kind == IndexKind::UniqueIgnoringCase { name + "_ci" } else { name }
    }
}
