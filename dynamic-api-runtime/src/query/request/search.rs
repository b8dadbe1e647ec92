//! A search as a client types it: words, "phrases", and -words that must not be there.

use super::{condition::MAX_TEXT, options, tree::Node};
use crate::query::{TextSearch, text::words};

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
        if words(phrase).next().is_some() {
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
        words(part).for_each(|word| add(list, word));
    }
}

fn add(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
