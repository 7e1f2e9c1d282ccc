//! The words of the code lists as people type them, folded once: a form, an import and a search ask for thousands of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Code, all};
use crate::arabic;

/// The entries of a list by the folded form of something they are called; `None` where two entries share it.
type Index = BTreeMap<String, Option<&'static Code>>;

/// What a list's entries are called, in the order in which it is believed.
type Names = [Index; 3];

static NAMES: LazyLock<BTreeMap<&'static str, Names>> =
    LazyLock::new(|| all().map(|(name, list)| (name, names(&list.codes))).collect());

/// The entry of a list whose code, Arabic or English word was typed. A word that two entries share (some centres do) names neither.
#[must_use]
pub fn named(list: &str, typed: &str) -> Option<&'static Code> {
    let folded = form(typed);
    NAMES.get(list)?.iter().find_map(|index| index.get(&folded).copied().flatten())
}

fn names(codes: &'static [Code]) -> Names {
    let by = |name: fn(&'static Code) -> &'static str| {
        let mut index = Index::new();
        for code in codes {
            index.entry(form(name(code))).and_modify(|shared| *shared = None).or_insert(Some(code));
        }
        index
    };
    [by(|code| &code.code), by(|code| &code.ar), by(|code| &code.en)]
}

fn form(text: &str) -> String {
    arabic::fold(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_known_by_its_code_and_by_its_words_however_they_are_typed() {
        for typed in ["FOOD-BAKE", "food-bake", "مخبوزات ومعجنات", "مخبوزات  ومعجناتـ", "bakery & pastries"]
        {
            assert_eq!(named("activity", typed).map(|code| code.code.as_str()), Some("FOOD-BAKE"), "{typed}");
        }
        assert_eq!(named("activity", "FOOD-XXXX"), None);
        assert_eq!(named("no list", "FOOD-BAKE"), None);
    }

    #[test]
    fn a_word_of_two_entries_names_neither() {
        assert_eq!(named("centre", "الغريف"), None);
        assert!(named("centre", "ثول").is_some());
    }
}
