//! The code lists: what each coded field may hold, with Arabic and English words. They are the Centre's data: versioned, never
//! edited in place, and a code of a newer version is kept. The facts and their source lines are in `data/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::place;

mod licences;
mod words;

pub use licences::{ever_required, required};
pub use words::named;

/// One list.
#[derive(Clone, Debug, Deserialize)]
pub struct CodeList {
    /// Where the list comes from.
    pub source: String,
    /// Its codes in the order in which a form shows them.
    pub codes: Vec<Code>,
}

/// One code of a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Code {
    /// What is stored.
    pub code: String,
    /// The Arabic word.
    pub ar: String,
    /// The English word.
    pub en: String,
}

/// What a family does, with what is known of its licences.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// Its code: `FOOD-BAKE`.
    pub code: String,
    /// Its Arabic name.
    pub ar: String,
    /// Its English name.
    pub en: String,
    /// The sector it belongs to: `FOOD`.
    pub sector: String,
    /// Its class in ISIC revision 4.
    pub isic4: Option<String>,
    /// The field of craft practice it falls under, a code of the list `craft_field`.
    pub craft_field: Option<String>,
    /// Letters for the licences it needs; [`required`] tells their types.
    #[serde(default)]
    pub licence_hint: Vec<String>,
}

#[derive(Deserialize)]
struct ListFile {
    lists: BTreeMap<String, CodeList>,
}

#[derive(Default, Deserialize)]
struct ActivityFile {
    source: String,
    sectors: Vec<Code>,
    activities: Vec<Activity>,
}

static ACTIVITIES: LazyLock<ActivityFile> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/activities.json")).unwrap_or_default());

static LISTS: LazyLock<BTreeMap<String, CodeList>> = LazyLock::new(|| {
    let read: Option<ListFile> = serde_json::from_str(include_str!("../data/code_lists.json")).ok();
    let mut lists = read.map(|file| file.lists).unwrap_or_default();
    lists.insert("activity".to_owned(), CodeList { source: ACTIVITIES.source.clone(), codes: activity_codes() });
    lists
        .insert("sector".to_owned(), CodeList { source: ACTIVITIES.source.clone(), codes: ACTIVITIES.sectors.clone() });
    lists.extend(place::code_lists());
    lists
});

/// The list of that name.
#[must_use]
pub fn list(name: &str) -> Option<&'static CodeList> {
    LISTS.get(name)
}

/// Every list with its name, in the order of the names.
pub fn all() -> impl Iterator<Item = (&'static str, &'static CodeList)> {
    LISTS.iter().map(|(name, list)| (name.as_str(), list))
}

/// Every activity, in the order of the file.
#[must_use]
pub fn activities() -> &'static [Activity] {
    &ACTIVITIES.activities
}

/// The activity of a code.
#[must_use]
pub fn activity(code: &str) -> Option<&'static Activity> {
    activities().iter().find(|activity| activity.code == code)
}

impl CodeList {
    /// The entry of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|entry| entry.code == code)
    }

    /// Whether `code` is in the list or looks like a code that a newer version of the list may hold.
    #[must_use]
    pub fn accepts(&self, code: &str) -> bool {
        is_shaped(code, self.is_lower()) || self.get(code).is_some()
    }

    /// Whether its codes are written small, as its first letter tells: a list has letters of one case only.
    fn is_lower(&self) -> bool {
        let mut letters = self.codes.iter().flat_map(|entry| entry.code.bytes()).filter(u8::is_ascii_alphabetic);
        letters.next().is_some_and(|letter| letter.is_ascii_lowercase())
    }
}

/// Letters of one case, digits, hyphens (and underscores in lower case), at most 16: the longest code has 11.
fn is_shaped(code: &str, lower: bool) -> bool {
    let letter = |byte: u8| if lower { byte.is_ascii_lowercase() || byte == b'_' } else { byte.is_ascii_uppercase() };
    (1..=16).contains(&code.len()) && code.bytes().all(|byte| letter(byte) || byte.is_ascii_digit() || byte == b'-')
}

fn activity_codes() -> Vec<Code> {
    let code = |a: &Activity| Code { code: a.code.clone(), ar: a.ar.clone(), en: a.en.clone() };
    ACTIVITIES.activities.iter().map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_letters_of_one_case() {
        for (name, list) in all() {
            let letters = || list.codes.iter().flat_map(|entry| entry.code.bytes()).filter(u8::is_ascii_alphabetic);
            let small = letters().filter(u8::is_ascii_lowercase).count();
            assert!(small == 0 || small == letters().count(), "{name}");
        }
    }

    #[test]
    fn every_code_of_every_list_is_shaped_like_a_code_and_stands_once() {
        for (name, list) in all() {
            assert!(!list.codes.is_empty() && !list.source.is_empty(), "{name}");
            for code in &list.codes {
                assert!(is_shaped(&code.code, list.is_lower()), "{name} {}", code.code);
                assert_eq!(
                    list.codes.iter().filter(|other| other.code == code.code).count(),
                    1,
                    "{name} {}",
                    code.code
                );
            }
        }
    }

    #[test]
    fn the_lists_have_the_sizes_of_their_sources() {
        assert_eq!(activities().len(), 73);
        assert_eq!(list("sector").unwrap().codes.len(), 9);
        assert_eq!(list("need_category").unwrap().codes.len(), 18);
        assert_eq!(list("governorate").unwrap().codes.len(), 17);
    }

    #[test]
    fn a_code_of_a_newer_list_is_kept_and_free_text_is_not() {
        let activity = list("activity").unwrap();
        assert!(activity.accepts("FOOD-NEW9"));
        assert!(!activity.accepts("food-bake"));
        assert!(!activity.accepts("FOOD BAKE"));
        assert!(list("language").unwrap().accepts("fa"));
    }

    #[test]
    fn a_code_leads_to_its_entry_and_an_unknown_one_to_none() {
        assert_eq!(activity("FOOD-BAKE").map(|activity| activity.code.as_str()), Some("FOOD-BAKE"));
        assert!(activity("FOOD-NONE").is_none());
        let list = list("unit").unwrap();
        assert!(list.codes.iter().all(|entry| list.get(&entry.code) == Some(entry)));
        assert!(list.get("NONE").is_none());
    }
}
