//! A search as a client types it: words, "phrases", and -words that must not be there.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{condition::MAX_TEXT, options, tree::Node};
use crate::query::TextSearch;

/// Reads a search. A quotation mark without a second one is none, as in 27".
pub(super) fn read(node: &Node) -> Result<TextSearch, String> {
    let text = options::string(node)?;
    if text.len() > MAX_TEXT {
        return Err(format!("must have at most {MAX_TEXT} bytes"));
    }
    let mut search = TextSearch::default();
    let mut rest: &str = &text;
    while let Some((before, phrase, behind)) = quoted(rest) {
        if before.ends_with('-') {
            return Err("can leave out words, and no phrases".to_owned());
        }
        add_words(&mut search, before);
        let phrase = phrase.trim();
        if !words(phrase).is_empty() {
            add(&mut search.phrases, phrase.to_owned());
        }
        rest = behind;
    }
    add_words(&mut search, rest);
    if search.any.is_empty() && search.phrases.is_empty() {
        return Err("must hold a word to look for".to_owned());
    }
    Ok(search)
}

/// What is before the first two quotation marks, between them, and behind them.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('"')?;
    let (phrase, behind) = rest.split_once('"')?;
    Some((before, phrase, behind))
}

fn add_words(search: &mut TextSearch, text: &str) {
    for part in text.split_whitespace() {
        let list = if part.starts_with('-') { &mut search.none } else { &mut search.any };
        words(part).into_iter().for_each(|word| add(list, word));
    }
}

fn add(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

/// The words of a text as an index has them: runs of letters and digits, folded.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A text in lower case and without diacritics.
fn fold(text: &str) -> String {
    text.to_lowercase().nfd().filter(|letter| !is_combining_mark(*letter)).collect()
}
