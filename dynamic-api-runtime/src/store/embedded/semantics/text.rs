//! Which words the fields of a text index hold, and whether they are what a search looks for. It knows no index tables.

use std::{collections::BTreeSet, ops::ControlFlow};

use bson::{RawBsonRef, RawDocument};

use super::raw;
use crate::query::{
    TextSearch,
    text::{fold, words},
};

/// A search made ready to be put to many documents.
#[derive(Debug)]
pub(crate) struct Search {
    paths: Vec<String>,
    /// At least one of these words is there: in MongoDB the words of phrases count among them.
    any: BTreeSet<String>,
    phrases: Vec<String>,
    none: BTreeSet<String>,
}

impl Search {
    /// Prepares a search in these fields.
    pub(crate) fn new(search: &TextSearch, paths: &[&str]) -> Self {
        Self {
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            any: wanted_words(search),
            phrases: search.phrases.iter().map(|phrase| fold(phrase)).collect(),
            none: search.none.iter().flat_map(|word| words(word)).collect(),
        }
    }

    /// Whether the document is found.
    pub(crate) fn matches(&self, doc: &RawDocument) -> bool {
        self.has_word(doc, &self.any)
            && !self.has_word(doc, &self.none)
            && self.phrases.iter().all(|phrase| self.any_text(doc, |text| fold(text).contains(phrase)))
    }

    /// Whether the document holds one of these words.
    fn has_word(&self, doc: &RawDocument, of: &BTreeSet<String>) -> bool {
        !of.is_empty() && self.any_text(doc, |text| words(text).any(|word| of.contains(&word)))
    }

    fn any_text(&self, doc: &RawDocument, test: impl Fn(&str) -> bool) -> bool {
        self.paths.iter().any(|path| each_text(doc, path, &mut |text| found(test(text))).is_break())
    }
}

fn found(is_found: bool) -> ControlFlow<()> {
    if is_found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// The words of which a document that is found holds at least one.
pub(crate) fn wanted_words(search: &TextSearch) -> BTreeSet<String> {
    search.any.iter().chain(&search.phrases).flat_map(|text| words(text)).collect()
}

/// The words that the fields of a document hold.
pub(crate) fn words_of(doc: &RawDocument, paths: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in paths {
        // It goes through all of them.
        let _ = each_text(doc, path, &mut |text| {
            found.extend(words(text));
            ControlFlow::Continue(())
        });
    }
    found
}

type Visitor<'v> = dyn FnMut(&str) -> ControlFlow<()> + 'v;

/// Shows the strings at a path: through documents, and through arrays that are no array's element.
fn each_text(doc: &RawDocument, path: &str, visitor: &mut Visitor<'_>) -> ControlFlow<()> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let Some(value) = raw::member(doc, first) else { return ControlFlow::Continue(()) };
    if let RawBsonRef::Array(array) = value {
        return raw::values(array).try_for_each(|element| texts_in(element, rest, visitor));
    }
    texts_in(value, rest, visitor)
}

fn texts_in(value: RawBsonRef<'_>, rest: Option<&str>, visitor: &mut Visitor<'_>) -> ControlFlow<()> {
    match (value, rest) {
        (RawBsonRef::String(text), None) => visitor(text),
        (RawBsonRef::Document(inner), Some(rest)) => each_text(inner, rest, visitor),
        _ => ControlFlow::Continue(()),
    }
}
