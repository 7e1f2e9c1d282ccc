//! The light stem of a word, for search only: it brings a word and its plural or definite form together, and is no word itself.

use std::collections::BTreeSet;

use super::fold;

/// Prefixes, longest first.
const PREFIXES: [&str; 6] = ["وال", "بال", "كال", "فال", "لل", "ال"];
/// Suffixes, longest first.
const SUFFIXES: [&str; 8] = ["يات", "ات", "ون", "ين", "ية", "يه", "ه", "ي"];
/// A word of up to so many letters keeps its prefix; there is nothing to spare.
const SHORT: usize = 4;
/// Letters that must remain when a suffix goes: أكلة and أكلات meet in the three of اكل.
const LEFT: usize = 3;

/// The stem of one word, folded first.
#[must_use]
pub fn stem(word: &str) -> String {
    let word = fold(word);
    let letters = |text: &str| text.chars().count();
    let without = PREFIXES.iter().find_map(|prefix| word.strip_prefix(prefix));
    let bare = without.filter(|_rest| letters(&word) > SHORT).unwrap_or(&word);
    let mut ends = SUFFIXES.iter().filter_map(|suffix| bare.strip_suffix(suffix));
    ends.find(|rest| letters(rest) >= LEFT).unwrap_or(bare).to_owned()
}

/// The search terms of a text: each word folded, and its stem, in lower case; sorted, each once.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    let folded = fold(text).to_lowercase();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let both: BTreeSet<String> =
        words.flat_map(|word| [word.to_owned(), stem(word)]).filter(|term| !term.is_empty()).collect();
    both.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_lets_go_of_the_article_and_of_the_plural_but_never_of_a_short_word() {
        assert_eq!([stem("المأكولات"), stem("أكلات"), stem("العسل")], ["ماكول", "اكل", "عسل"]);
        // Four letters with the article stay as they are.
        assert_eq!(stem("الدم"), "الدم");
        assert_eq!(stem("وي"), "وي");
    }

    #[test]
    fn the_terms_of_a_text_are_its_words_and_their_stems_each_once() {
        assert_eq!(terms("العسل، عسل! Honey"), ["honey", "العسل", "عسل"]);
        assert_eq!(terms(" ،- "), Vec::<String>::new());
    }
}
