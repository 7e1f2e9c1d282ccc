//! Which licences an activity requires, as codes of the list `licence_type`. The letters stand with the activities, what each means in a
//! file of its own with its source. A letter whose licence is in no list yet requires nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Activity, activities};

#[derive(Default, Deserialize)]
struct LetterFile {
    letters: BTreeMap<String, Vec<String>>,
}

static LETTERS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let read: Option<LetterFile> = serde_json::from_str(include_str!("../../data/required_licences.json")).ok();
    read.unwrap_or_default().letters
});

/// The types of licence that an activity requires.
#[must_use]
pub fn required(activity: &Activity) -> Vec<&'static str> {
    let of = |letter: &String| LETTERS.get(letter).into_iter().flatten().map(String::as_str);
    activity.licence_hint.iter().flat_map(of).collect()
}

/// Every type of licence that some activity requires.
#[must_use]
pub fn ever_required() -> BTreeSet<&'static str> {
    activities().iter().flat_map(required).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_list::{activity, list};

    #[test]
    fn every_required_licence_is_of_the_list_and_some_activity_requires_it() {
        let types = list("licence_type").unwrap();
        let meant: BTreeSet<&str> = LETTERS.values().flatten().map(String::as_str).collect();
        assert!(meant.iter().all(|code| types.get(code).is_some()), "{meant:?}");
        assert_eq!(meant, ever_required());
    }

    #[test]
    fn an_activity_requires_what_its_letters_mean_and_others_require_nothing() {
        let of = |code: &str| required(activity(code).unwrap());
        assert_eq!(of("FOOD-BAKE"), ["HOM"]);
        assert_eq!(of("CRFT-SADU"), ["CRF"]);
        assert_eq!(of("WEAR-ABAY"), [""; 0]);
        assert_eq!(of("AGRI-HONY"), [""; 0], "no list has the licence of its letter");
    }
}
