//! Which column of a list is what: told by its head where that is known, else by whoever brings the list in.

use std::collections::BTreeSet;

use usra_sync_protocol::arabic;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::schema::{self, Field};

/// The word of the column that names each row for good.
pub const KEY: &str = "key";

/// The fields of a family that a list can fill, in the order of the schema.
pub const FIELDS: [&str; 15] = [
    "name_ar",
    "name_en",
    "mobile",
    "governorate",
    "centre",
    "district",
    "address",
    "short_address",
    "primary_activity",
    "started_year",
    "place_of_work",
    "lead_time_days",
    "capacity_note",
    "workers_family",
    "workers_hired",
];

/// What lists of chambers and societies call their columns, beside the labels of the fields.
const ALSO: [(&str, &[&str]); 8] = [
    (
        KEY,
        &[
            "رقم العضوية",
            "رقم الشهادة",
            "رقم التسجيل",
            "رقم السجل",
            "الرقم",
            "م",
            "رقم",
            "id",
            "no",
            "number",
            "membership number",
        ],
    ),
    ("name_ar", &["اسم الأسرة", "اسم الأسرة المنتجة", "اسم المشروع", "الاسم", "name", "family", "family name"]),
    ("mobile", &["الجوال", "جوال", "رقم الهاتف", "الهاتف", "mobile", "phone"]),
    ("governorate", &["المدينة", "city"]),
    ("district", &["الحي", "القرية", "district"]),
    ("primary_activity", &["النشاط", "نوع النشاط", "activity"]),
    ("address", &["عنوان السكن", "address"]),
    ("short_address", &["العنوان المختصر", "short address"]),
];

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Nothing that is taken.
    Nothing,
    /// It names each row for good.
    Key,
    /// A field.
    Field(&'static Field),
}

impl Means {
    /// What a word stands for: a field's key, or `key`; anything else is not taken.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        if word == KEY {
            return Self::Key;
        }
        let known = FIELDS.contains(&word).then(|| schema::field(Kind::Family, word)).flatten();
        known.map_or(Self::Nothing, |(field, _)| Self::Field(field))
    }

    /// Its word; empty for what is not taken.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Key => KEY,
            Self::Field(field) => field.pattern,
        }
    }
}

/// What each column is by its head; of two alike the first.
#[must_use]
pub fn guess(heads: &[String]) -> Vec<Means> {
    let mut taken = BTreeSet::new();
    let once = |means: Means| if taken.insert(means.word()) { means } else { Means::Nothing };
    heads.iter().map(|head| of_head(head)).map(once).collect()
}

fn of_head(head: &str) -> Means {
    let head = folded(head);
    if head.is_empty() {
        return Means::Nothing;
    }
    let labelled = FIELDS.into_iter().find(|key| {
        schema::field(Kind::Family, key)
            .is_some_and(|(field, _)| [*key, field.label_ar, field.label_en].map(folded).contains(&head))
    });
    let also = || ALSO.iter().find(|(_, names)| names.iter().any(|name| folded(name) == head)).map(|(word, _)| *word);
    labelled.or_else(also).map_or(Means::Nothing, Means::of_word)
}

fn folded(text: &str) -> String {
    arabic::fold(text).trim().to_lowercase().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(heads: &[&str]) -> Vec<&'static str> {
        let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
        guess(&heads).into_iter().map(Means::word).collect()
    }

    #[test]
    fn heads_are_known_in_arabic_and_english_however_they_are_written() {
        assert_eq!(
            words(&["رقم العضوية", "اسم الاسره", "الجوّال", "المحافظة", "النشاط", "ملاحظات"]),
            [KEY, "name_ar", "mobile", "governorate", "primary_activity", ""]
        );
        assert_eq!(
            words(&["ID", "Name", "Trade name (English)", "GOVERNORATE", "workers_hired"]),
            [KEY, "name_ar", "name_en", "governorate", "workers_hired"]
        );
    }

    #[test]
    fn of_two_columns_that_are_alike_the_first_is_taken() {
        assert_eq!(words(&["الجوال", "رقم الجوال", ""]), ["mobile", "", ""]);
    }

    #[test]
    fn every_field_that_a_list_can_fill_is_one_of_a_family() {
        for key in FIELDS {
            assert_eq!(Means::of_word(key).word(), key);
        }
        assert_eq!(Means::of_word("official/status"), Means::Nothing);
    }
}
