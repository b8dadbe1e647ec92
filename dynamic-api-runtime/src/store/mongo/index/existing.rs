//! An index that exists, as the server tells it, compared with a declared one.

use std::collections::BTreeSet;

use bson::{Bson, Document, doc};

use super::{
    super::{client::MongoStore, error::code, error::from_driver, operation::wait},
    shape::{self, declared},
};
use crate::store::{IndexKind, IndexSpec, StoreError, StoreResult};

/// The server's code for a collection that does not exist.
const NAMESPACE_NOT_FOUND: i32 = 26;
/// The index that every collection has.
pub(super) const ID_INDEX: &str = "_id_";
/// What no declared index has.
const NEVER_DECLARED: [&str; 2] = ["sparse", "hidden"];

/// An index that exists.
#[derive(Debug, Clone)]
pub(super) struct Existing(pub(super) Document);

/// The indexes of a collection, none where it does not exist.
pub(super) async fn list(store: &MongoStore, collection: &str) -> StoreResult<Vec<Existing>> {
    let listed = store.database().run_command(doc! { "listIndexes": collection });
    let answer = match wait(store.answer_limit(), listed).await? {
        Err(error) if code(&error) == Some(NAMESPACE_NOT_FOUND) => return Ok(Vec::new()),
        answer => answer.map_err(|error| from_driver(collection, error))?,
    };
    // A collection has at most 64, which are one batch.
    let batch = answer.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
    let batch = batch.map_err(StoreError::other)?;
    Ok(batch.iter().filter_map(Bson::as_document).cloned().map(Existing).collect())
}

impl Existing {
    pub(super) fn name(&self) -> &str {
        self.0.get_str("name").unwrap_or_default()
    }

    pub(super) fn is_of_ids(&self) -> bool {
        self.name() == ID_INDEX
    }

    pub(super) fn is_collated(&self) -> bool {
        self.has("collation")
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.key().map(|(path, _)| path.clone())
    }

    /// Whether it enforces and serves what is wanted, whatever its name: keys, kind and documents.
    pub(super) fn serves(&self, wanted: &IndexSpec) -> bool {
        let same_keys = match wanted.kind {
            IndexKind::Text => self.finds_words_of(wanted),
            _ => self.has_keys_of(wanted),
        };
        let only = self.0.get_document("partialFilterExpression").cloned().unwrap_or_default();
        same_keys
            && self.0.get_bool("unique").unwrap_or(false) == wanted.is_unique()
            && self.expiry() == declared(wanted).get("expireAfterSeconds").and_then(whole)
            && only == shape::partial_filter(wanted)
            && self.compares_as(wanted)
            && !NEVER_DECLARED.iter().any(|option| self.has(option))
    }

    /// Whether it stands in the place of what is wanted: under its name, with its keys, or as the one text index of a collection.
    pub(super) fn is_in_place_of(&self, wanted: &IndexSpec) -> bool {
        let keys = match wanted.kind {
            IndexKind::Text => self.is_text(),
            _ => self.has_keys_of(wanted),
        };
        !self.is_of_ids() && (keys || self.name() == wanted.name())
    }

    /// What it is, as the developer would write it, without the members that say nothing.
    pub(super) fn shape(&self) -> Document {
        let mut shape = without(&self.0, &["v", "ns", "name"]);
        let Some(weights) = self.weights() else { return shape };
        let words: Document = weights.keys().map(|path| (path.clone(), "text".into())).collect();
        let others = without(self.key(), &["_fts", "_ftsx"]);
        shape.insert("key", others.into_iter().chain(words).collect::<Document>());
        if weights.values().all(|weight| whole(weight) == Some(1)) {
            shape.remove("weights");
        }
        shape.remove("textIndexVersion");
        shape
    }

    fn key(&self) -> impl Iterator<Item = (&String, &Bson)> {
        self.0.get_document("key").into_iter().flatten()
    }

    fn is_text(&self) -> bool {
        self.weights().is_some()
    }

    /// The paths of a text index, whose key says nothing of them.
    fn weights(&self) -> Option<&Document> {
        self.0.get_document("weights").ok()
    }

    fn finds_words_of(&self, wanted: &IndexSpec) -> bool {
        let Some(weights) = self.weights() else { return false };
        let paths: BTreeSet<&String> = weights.keys().collect();
        let is = |option: &str, value: &str| self.0.get_str(option).is_ok_and(|found| found == value);
        paths == wanted.keys.iter().map(|(path, _)| path).collect()
            && weights.values().all(|weight| whole(weight) == Some(1))
            && self.key().count() == 2
            && is("default_language", shape::NO_LANGUAGE)
            && is("language_override", shape::NO_OVERRIDE)
    }

    /// Compares the key patterns, in order; the server may hold a direction as a double.
    fn has_keys_of(&self, wanted: &IndexSpec) -> bool {
        let declared = declared(wanted);
        let way = |(path, way): (&String, &Bson)| (path.clone(), whole(way).map(i64::signum));
        let wanted = declared.get_document("key").into_iter().flatten();
        self.key().map(way).eq(wanted.map(way))
    }

    /// Whether it has the declared collation, or none; of what the server adds, the defaults.
    fn compares_as(&self, wanted: &IndexSpec) -> bool {
        let Ok(collation) = self.0.get_document("collation") else {
            return wanted.kind != IndexKind::UniqueIgnoringCase;
        };
        let is = |option: &str, default: bool| collation.get_bool(option).unwrap_or(default) == default;
        wanted.kind == IndexKind::UniqueIgnoringCase
            && collation.get_str("locale").is_ok_and(|locale| locale == "en")
            && collation.get("strength").and_then(whole) == Some(2)
            && is("caseLevel", false)
            && is("numericOrdering", false)
            && is("backwards", false)
            && collation.get_str("alternate").unwrap_or("non-ignorable") == "non-ignorable"
    }

    fn expiry(&self) -> Option<i64> {
        // What is there and no number is no expiry that could be declared.
        self.0.get("expireAfterSeconds").map(|seconds| whole(seconds).unwrap_or(-1))
    }

    fn has(&self, option: &str) -> bool {
        self.0.get(option).is_some_and(|value| *value != Bson::Boolean(false))
    }
}

/// A number as the server may hold it.
fn whole(number: &Bson) -> Option<i64> {
    match number {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        #[allow(clippy::cast_possible_truncation, reason = "it is whole, and far from the limits of an i64")]
        Bson::Double(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some(*number as i64),
        _ => None,
    }
}

fn without<'a>(members: impl IntoIterator<Item = (&'a String, &'a Bson)>, names: &[&str]) -> Document {
    let kept = members.into_iter().filter(|(name, _)| !names.contains(&name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}
