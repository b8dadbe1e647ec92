//! What a write does to a document that is there.

use bson::{Bson, RawDocumentBuf};

/// Changes to single members, applied to one document at once or not at all.
///
/// No path may be another's prefix, and none may stand twice; a store answers
/// [`StoreError::Invalid`](crate::store::StoreError::Invalid) where that, or a value's type, forbids the change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Update(pub Vec<(String, FieldUpdate)>);

/// The change to the value at one path, with the meaning of the MongoDB operator named.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldUpdate {
    /// `$set`
    Set(Bson),
    /// `$unset`
    Unset,
    /// `$inc`: by a number; a missing member starts at 0.
    Inc(Bson),
    /// `$min`
    Min(Bson),
    /// `$max`
    Max(Bson),
    /// `$push` with `$each`
    Push(Vec<Bson>),
    /// `$addToSet` with `$each`
    AddToSet(Vec<Bson>),
    /// `$pullAll`
    Pull(Vec<Bson>),
}

/// A document that takes the place of another and keeps some of its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement {
    /// The new members, without `_id`.
    pub document: RawDocumentBuf,
    /// Top-level members carried over from the stored document where they are present: in the place of the new one of that name,
    /// else behind the new ones in this order. `_id` is always carried over, as the first.
    pub keep: Vec<&'static str>,
}

impl Update {
    /// Adds `change` to the value at `path`.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, change: FieldUpdate) -> Self {
        self.0.push((path.into(), change));
        self
    }

    /// Puts `change` to a top-level member in the place of all changes of it and below it.
    #[must_use]
    pub(crate) fn instead(mut self, name: &str, change: FieldUpdate) -> Self {
        self.0.retain(|(path, _)| path.split('.').next() != Some(name));
        self.with(name, change)
    }

    /// Adds `$set` of `path` to `value`.
    #[must_use]
    pub fn set(self, path: impl Into<String>, value: impl Into<Bson>) -> Self {
        self.with(path, FieldUpdate::Set(value.into()))
    }
}
