//! A declared index as the server is told it. It knows nothing of the indexes that exist.

use bson::{Bson, Document, doc};

use super::super::compile::{direction, type_numbers};
use crate::store::{IndexKind, IndexSpec};

/// The language without stemming and without stop words.
pub(super) const NO_LANGUAGE: &str = "none";
/// The member that would set the language of a single document. It has a name that no document has, since the server's default,
/// `language`, is a word that documents have for something else, and refuse to be stored with.
pub(super) const NO_OVERRIDE: &str = "__textLanguage";

/// The options of an index as `createIndexes` takes them.
pub(super) fn declared(spec: &IndexSpec) -> Document {
    let mut index = doc! { "key": keys(spec), "name": spec.name() };
    match spec.kind {
        IndexKind::Plain => {}
        IndexKind::Unique => drop(index.insert("unique", true)),
        IndexKind::UniqueIgnoringCase => {
            index.insert("unique", true);
            index.insert("collation", ignoring_case());
        }
        IndexKind::Text => {
            index.insert("default_language", NO_LANGUAGE);
            index.insert("language_override", NO_OVERRIDE);
        }
        IndexKind::Ttl { seconds } => drop(index.insert("expireAfterSeconds", i64::from(seconds))),
    }
    let partial = partial_filter(spec);
    if !partial.is_empty() {
        index.insert("partialFilterExpression", partial);
    }
    index
}

fn keys(spec: &IndexSpec) -> Document {
    let way = |way| match spec.kind {
        IndexKind::Text => Bson::from("text"),
        _ => Bson::Int32(direction(way)),
    };
    spec.keys.iter().map(|(path, direction)| (path.clone(), way(*direction))).collect()
}

/// The comparison by which texts that differ in case alone are one: of letters and their accents
/// (<https://www.mongodb.com/docs/manual/reference/collation/#collation-document>).
pub(super) fn ignoring_case() -> Document {
    doc! { "locale": "en", "strength": 2 }
}

/// Which documents an index holds; empty for all. The forms are those that `partialFilterExpression` accepts.
pub(super) fn partial_filter(spec: &IndexSpec) -> Document {
    let types = spec
        .only_types
        .iter()
        .map(|(path, types)| (path.clone(), doc! { "$type": type_numbers(types) }.into()));
    let nulls = spec.only_null.iter().map(|path| (path.clone(), Bson::Null));
    types.chain(nulls).collect()
}
