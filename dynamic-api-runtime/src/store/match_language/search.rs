//! A search of words as the server's `$search`, in which quotes and dashes mean something: none of a word or phrase gets there.

use bson::{Document, doc};

use crate::query::TextSearch;

/// The condition, to stand at the top of a filter.
pub(super) fn text(search: &TextSearch) -> Document {
    doc! { "$text": { "$search": words(search) } }
}

fn words(search: &TextSearch) -> String {
    let any = search.any.iter().map(|word| plain(word, &['"', '-']));
    let phrases = search.phrases.iter().map(|phrase| quoted(phrase));
    let none = search.none.iter().map(|word| negated(word));
    let parts = any.chain(phrases).chain(none).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// A text with single spaces in the places of these letters, of white space and of what can't be seen.
fn plain(text: &str, but: &[char]) -> String {
    let is_gap = |letter: char| letter.is_whitespace() || letter.is_control() || but.contains(&letter);
    text.split(is_gap).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn quoted(phrase: &str) -> String {
    match plain(phrase, &['"']) {
        phrase if phrase.is_empty() => phrase,
        phrase => format!("\"{phrase}\""),
    }
}

/// A dash holds for the next word only, so that one which the server would cut into several is excluded as a phrase.
fn negated(word: &str) -> String {
    if !word.is_empty() && word.chars().all(char::is_alphanumeric) {
        return format!("-{word}");
    }
    match quoted(word) {
        phrase if phrase.is_empty() => phrase,
        phrase => format!("-{phrase}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(any: &[&str], phrases: &[&str], none: &[&str]) -> String {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        words(&TextSearch { any: owned(any), phrases: owned(phrases), none: owned(none) })
    }

    #[test]
    fn each_part_is_written_in_its_form() {
        assert_eq!(
            search(&["red", "café"], &["coffee shop"], &["tea", "日本"]),
            "red café \"coffee shop\" -tea -日本"
        );
        assert_eq!(search(&[], &[], &[]), "");
    }

    #[test]
    fn no_text_changes_the_structure() {
        assert_eq!(search(&["-red", "\"a", "b\" -c"], &[], &[]), "red a b c");
        assert_eq!(search(&["a-b", "--", "\"\"", "\u{0}-x"], &[], &[]), "a b x");
        assert_eq!(search(&[], &["a\" -b \"c", " ", "-d"], &[]), "\"a -b c\" \"-d\"");
        assert_eq!(search(&[], &[], &["a b", "-c", "d\"e", "", "\""]), "-\"a b\" -\"-c\" -\"d e\"");
    }
}
