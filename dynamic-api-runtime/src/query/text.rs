//! The words of a text, as a search compares them: without regard to case and diacritics. Knows no store and no client's syntax.
//!
//! It is MongoDB's text index of version 3 without a language, measured letter by letter against a 6.0.5; letters that got a
//! case after Unicode 8.0 have one here.

mod letters;

use unicode_normalization::char::decompose_canonical;

/// A text without its case and its diacritics. What is folded already stays as it is.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        // The Turkish capital is no variant of another letter: its lower case would lose the dot that makes it one.
        if letter == '\u{130}' {
            folded.push(letter);
            continue;
        }
        for letter in without_case(letter) {
            push_plain(&mut folded, letter);
        }
    }
    folded
}

/// The runs of letters that are not delimiters, folded, in the order of the text and as often as they are there.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let runs = text.split(letters::is_delimiter).filter(|run| !run.is_empty());
    runs.map(fold).filter(|word| !word.is_empty())
}

/// Unicode's simple case folding: by way of the upper case, which unites variants such as the two small sigmas.
fn without_case(letter: char) -> impl Iterator<Item = char> {
    let mut upper = letter.to_uppercase();
    let plain = match (upper.next(), upper.next()) {
        // The dotless i shares its upper case with another letter.
        (Some(upper), None) if letter != '\u{131}' => upper,
        _ => letter,
    };
    plain.to_lowercase()
}

/// Appends a letter without the marks on it. A syllable of Hangul stays whole: to a search it is no sequence of letters.
fn push_plain(folded: &mut String, letter: char) {
    if ('\u{ac00}'..='\u{d7a3}').contains(&letter) {
        folded.push(letter);
        return;
    }
    decompose_canonical(letter, |part| {
        if !letters::is_diacritic(part) {
            folded.push(part);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(text).collect()
    }

    #[test]
    fn case_and_diacritics_are_folded_away() {
        for (text, folded) in [
            ("Crème BRÛLÉE", "creme brulee"),
            ("e\u{301}tude", "etude"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("ὀδυσσεύς", "οδυσσευσ"),
            ("ᾳ", "α"),
            ("Straße STRAẞE", "straße straße"),
            ("Ёлка", "елка"),
            ("\u{130}stanbul", "\u{130}stanbul"),
            ("ı", "ı"),
            ("각", "각"),
            ("が", "か"),
            ("ﬁn", "ﬁn"),
            ("Ångström", "angstrom"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(folded), folded);
        }
    }

    #[test]
    fn words_end_at_punctuation_and_space() {
        assert_eq!(split("Foo-bar, (baz)\tit's 3.5 a_b"), ["foo", "bar", "baz", "it", "s", "3", "5", "a_b"]);
        assert_eq!(split("¿Qué?  «sí»"), ["que", "si"]);
        assert_eq!(split("5€ 日本語、東京"), ["5€", "日本語", "東京"]);
        assert_eq!(split("हिन्दी"), ["हिनदी"]);
        assert!(split(" -- \u{300} ").is_empty());
    }
}
