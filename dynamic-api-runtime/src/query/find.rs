//! A read of one collection.

use std::time::Duration;

use bson::Bson;

use super::{Filter, Sort};

/// Which documents to read, in which order, and how much of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Find {
    /// Which documents.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Only what comes behind this place in that order; `None` from the start.
    pub after: Option<Position>,
    /// How many to leave out first.
    pub skip: u64,
    /// At most how many; `None` for all.
    pub limit: Option<u64>,
    /// Which members of them.
    pub projection: Projection,
    /// At most how many bytes of rows; with more the store gives up with
    /// [`StoreError::ReadTooLarge`](crate::store::StoreError::ReadTooLarge). `None` for any number.
    pub byte_limit: Option<usize>,
    /// After which time the store gives up with [`StoreError::TimedOut`](crate::store::StoreError::TimedOut);
    /// `None` for the store's own limit.
    pub time_limit: Option<Duration>,
}

/// A place in the order of a sort: the value of each of its keys, of which a missing one is null.
///
/// Behind it are the rows that the sort puts there, whatever the types of their values, and whether or not a row with exactly
/// these values exists. Rows that hold an array at a path of the sort are left out: they have more than one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Position(pub Vec<Bson>);

/// Which top-level or dotted members of a document a read returns. `_id` is always among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Projection {
    /// The whole document.
    #[default]
    All,
    /// Only these paths, in the document's own order. Of a path and one below it, the shorter one counts.
    Only(Vec<String>),
}

impl Find {
    /// All documents that satisfy `filter`.
    pub fn new(filter: Filter) -> Self {
        Self {
            filter,
            sort: Sort::none(),
            after: None,
            skip: 0,
            limit: None,
            projection: Projection::All,
            byte_limit: None,
            time_limit: None,
        }
    }

    /// Sets the order.
    #[must_use]
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Sets behind which place to start.
    #[must_use]
    pub fn after(mut self, position: Position) -> Self {
        self.after = Some(position);
        self
    }

    /// Sets how many to leave out first.
    #[must_use]
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = skip;
        self
    }

    /// Sets at most how many to return.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Sets which members to return.
    #[must_use]
    pub fn project(mut self, projection: Projection) -> Self {
        self.projection = projection;
        self
    }

    /// Sets at most how many bytes of rows to return.
    #[must_use]
    pub fn byte_limit(mut self, bytes: usize) -> Self {
        self.byte_limit = Some(bytes);
        self
    }

    /// Sets after which time the store gives up.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }
}
