//! Searches by words, as far as the text index of a collection is concerned: whether they can be made, and which entries they
//! look at. Knows no documents.

use super::{
    catalogue::Collection, constraint::implies_condition, entries::word_key, range::KeyRange,
    semantics::text::wanted_words,
};
use crate::{
    query::{Filter, TextSearch},
    store::{StoreError, StoreResult},
};

/// The search of a filter, where it has one in its place.
pub(super) fn of(filter: &Filter) -> Option<&TextSearch> {
    match filter {
        Filter::Text(search) => Some(search),
        Filter::And(all) => all.iter().find_map(of),
        _ => None,
    }
}

/// That the collection has the index that a search of the filter needs.
///
/// # Errors
/// [`StoreError::Invalid`] where it has none, or one that leaves out documents which the filter does not leave out, or the
/// search stands where none may stand.
pub(super) fn check(collection: &Collection, filter: &Filter) -> StoreResult<()> {
    let refused = |why: &str| Err(StoreError::Invalid(why.to_owned()));
    match (searches(filter), of(filter)) {
        (0, _) => return Ok(()),
        (1, Some(_)) => {}
        _ => return refused("a filter holds at most one search, and that under nothing but a conjunction"),
    }
    match collection.text_index() {
        Some(index) if implies_condition(filter, &index.spec) => Ok(()),
        Some(_) => refused("the text index does not hold all documents that the filter asks for"),
        None => refused("a search needs a text index"),
    }
}

fn searches(filter: &Filter) -> usize {
    match filter {
        Filter::Text(_) => 1,
        Filter::And(parts) | Filter::Or(parts) => parts.iter().map(searches).sum(),
        Filter::Not(part) => searches(part),
        Filter::All | Filter::Nothing | Filter::Field { .. } | Filter::Same(_) => 0,
    }
}

/// The entries of the words that a search looks for.
pub(super) fn ranges(search: &TextSearch) -> Vec<KeyRange> {
    let words = wanted_words(search);
    let mut keys: Vec<Vec<u8>> = words.iter().map(|word| word_key(word)).collect();
    // Long words may share the beginning that stands for them.
    keys.dedup();
    keys.into_iter().map(KeyRange::prefix).collect()
}
