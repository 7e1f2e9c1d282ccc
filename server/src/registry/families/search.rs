//! What a search means. Every word that was typed must be found: as it is, as the beginning of a word, or but for a slip. A mobile number
//! or a file number that was typed whole finds its family alone.

use std::collections::BTreeMap;

use usra_sync_protocol::arabic;
use usra_sync_protocol::value;
use uuid::Uuid;

use crate::storage::listed_family::Names;

/// How well one word was found.
const SAME: u32 = 3;
const BEGINS: u32 = 2;
const SLIP: u32 = 1;

/// The families that match, each with how well.
pub(super) fn matches(text: &str, names: &[Names]) -> BTreeMap<Uuid, u32> {
    let mobile = value::mobile(text).ok();
    let file_no = arabic::latin_digits(text).trim().to_uppercase();
    let typed = words(text);
    let mark = |family: &Names| {
        let is_it = mobile.is_some() && family.mobile == mobile || family.file_no.as_deref() == Some(file_no.as_str());
        if is_it { Some(u32::MAX) } else { mark(&typed, family) }
    };
    names.iter().filter_map(|family| Some((family.record_id, mark(family)?))).collect()
}

/// The words of a text, each as folded and as stem.
fn words(text: &str) -> Vec<[String; 2]> {
    let folded = arabic::fold(text).to_lowercase();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| [word.to_owned(), arabic::stem(word)]).collect()
}

fn mark(typed: &[[String; 2]], family: &Names) -> Option<u32> {
    let texts = [&family.name_ar, &family.name_en, &family.district];
    let known: Vec<[String; 2]> = texts.into_iter().flatten().flat_map(|text| words(text)).collect();
    let best = |word: &[String; 2]| known.iter().filter_map(|other| one(word, other)).max();
    let marks: Option<Vec<u32>> = typed.iter().map(best).collect();
    marks.filter(|marks| !marks.is_empty()).map(|marks| marks.iter().sum())
}

fn one([typed, stem]: &[String; 2], [known, known_stem]: &[String; 2]) -> Option<u32> {
    if typed == known || stem == known_stem {
        return Some(SAME);
    }
    if known.starts_with(typed.as_str()) || known_stem.starts_with(stem.as_str()) {
        return Some(BEGINS);
    }
    // A slip in a word of three letters would find everything.
    let slips = match stem.chars().count() {
        0..=3 => return None,
        4..=7 => 1,
        _long => 2,
    };
    (strsim::osa_distance(stem, known_stem) <= slips).then_some(SLIP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(number: u128, name: &str) -> Names {
        Names {
            record_id: Uuid::from_u128(number),
            name_ar: Some(name.to_owned()),
            name_en: Some("Bayt Noura".to_owned()),
            district: Some("حي السلامة".to_owned()),
            mobile: Some("+966500000001".to_owned()),
            file_no: Some("MKH-JED-00001-7".to_owned()),
        }
    }

    fn finds(typed: &str) -> Option<u32> {
        matches(typed, &[family(1, "معمول أم أحمد")]).get(&Uuid::from_u128(1)).copied()
    }

    #[test]
    fn a_name_is_found_however_its_letters_are_typed() {
        assert_eq!(finds("المعمول"), Some(SAME));
        assert_eq!(finds("ام احمد"), Some(2 * SAME));
        assert_eq!(finds("NOURA"), Some(SAME));
        assert_eq!(finds("السلامه معمول"), Some(2 * SAME));
        assert_eq!(finds("معم"), Some(BEGINS));
    }

    #[test]
    fn a_slip_is_forgiven_in_a_long_word_and_not_in_a_short_one() {
        assert_eq!(finds("معممول"), Some(SLIP));
        assert_eq!(finds("معلوم"), None);
        assert_eq!(finds("اب"), None);
    }

    #[test]
    fn every_word_must_be_found() {
        assert_eq!(finds("معمول جدة"), None);
        assert_eq!(finds(" ،- "), None);
    }

    #[test]
    fn a_whole_number_finds_its_family_alone() {
        assert_eq!(finds("٠٥٠ ٠٠٠ ٠٠٠١"), Some(u32::MAX));
        assert_eq!(finds("mkh-jed-00001-7"), Some(u32::MAX));
        assert_eq!(finds("0500000002"), None);
    }
}
