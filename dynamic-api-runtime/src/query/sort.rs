//! The order of a list.

/// Which way a sort key or an index key runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first (`1`).
    Ascending,
    /// Largest first (`-1`).
    Descending,
}

/// Sort keys, the most significant first. Values order as BSON does across types; an array sorts by its smallest element
/// ascending and its largest descending; a missing member sorts as null.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sort(pub Vec<(String, Direction)>);

impl Sort {
    /// The store's own order.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a key behind the others.
    #[must_use]
    pub fn then(mut self, path: impl Into<String>, direction: Direction) -> Self {
        self.0.push((path.into(), direction));
        self
    }

    /// Adds `_id` as the last key where it is not a key yet, so that the order is total. It runs the way of the key before it, so
    /// that one index serves an order and its reverse.
    #[must_use]
    pub fn stable(self) -> Self {
        if self.0.iter().any(|(path, _)| path == "_id") {
            return self;
        }
        let direction = self.0.last().map_or(Direction::Ascending, |(_, direction)| *direction);
        self.then("_id", direction)
    }
}
