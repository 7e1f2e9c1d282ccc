//! Personal names: first, father, grandfather, family. Alike names suggest a duplicate; only a person decides that two are one.

use super::fold;

/// Words that say "son of" or "daughter of" and are left out.
const LINKS: [&str; 3] = ["بن", "ابن", "بنت"];
/// Words that belong to the next one.
const JOINED: [&str; 6] = ["عبد", "ابو", "ابا", "ابي", "ام", "ال"];

/// The parts of a name, folded, each one comparable.
#[must_use]
pub fn parts(name: &str) -> Vec<String> {
    let folded = fold(name);
    let mut parts = Vec::new();
    let mut waiting = String::new();
    for word in folded.split(' ').filter(|word| !word.is_empty() && !LINKS.contains(word)) {
        waiting.push_str(word);
        if !JOINED.contains(&word) {
            parts.push(comparable(&std::mem::take(&mut waiting)));
        }
    }
    if !waiting.is_empty() {
        parts.push(waiting);
    }
    parts
}

/// Without the article, and with the long vowel of names such as الرحمان that some write and some do not made one.
fn comparable(part: &str) -> String {
    let bare = part.strip_prefix("ال").filter(|rest| rest.chars().count() > 2).unwrap_or(part);
    let bare = bare.strip_prefix("عبدال").map_or_else(|| bare.to_owned(), |rest| format!("عبد{rest}"));
    if bare == "عبدرحمان" { "عبدرحمن".to_owned() } else { bare }
}

/// Whether two written names may be the same person's; see [`agreeing_parts`].
#[must_use]
pub fn same_person(one: &str, other: &str) -> bool {
    agreeing_parts(&parts(one), &parts(other)) > 0
}

/// How many parts two names agree in when they may be the same person's, else 0: the first parts agree and every part of the shorter occurs
/// in the longer, in order. Both as [`parts`] gives them.
#[must_use]
pub fn agreeing_parts(one: &[String], other: &[String]) -> usize {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let mut rest = long.iter();
    let agree = short.first() == long.first() && short.iter().all(|part| rest.any(|found| found == part));
    if agree { short.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_goes_where_more_than_two_letters_remain() {
        assert_eq!([comparable("الحربي"), comparable("الله"), comparable("الام")], ["حربي", "الله", "الام"]);
        assert_eq!([comparable("عبدالرحمان"), comparable("عبدرحمان")], ["عبدرحمن", "عبدرحمن"]);
    }

    #[test]
    fn a_name_that_ends_in_a_word_without_its_other_half_keeps_it() {
        assert_eq!(parts("فاطمة بنت أبو"), ["فاطمه", "ابو"]);
        assert_eq!(parts("فاطمة"), ["فاطمه"]);
    }

    #[test]
    fn the_shorter_name_must_occur_in_the_longer_one_in_order_and_begin_alike() {
        let (long, short) = ("سعد محمد خالد الحربي", "سعد الحربي");
        assert!(same_person(long, short) && same_person(short, long));
        assert!(!same_person(long, "محمد الحربي"), "another first name");
        assert!(!same_person(long, "سعد الحربي محمد"), "another order");
        assert!(!same_person(long, "سعد العتيبي"), "another family");
        assert!(!same_person("", "") && !same_person(long, ""));
        assert_eq!(agreeing_parts(&parts(long), &parts(short)), 2);
    }
}
