//! The columns of the list of families: which there are, which of them somebody chose, and what stands in them. The name always stays.

use super::query::Query;
use super::{families, review, value};
use crate::clock::RIYADH;
use crate::storage::listed_family::ListedRow;
use crate::words::Lang;

/// The parameter that chooses them.
pub(super) const PARAMETER: &str = "cols";

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    FileNo,
    Place,
    Sector,
    Activity,
    Status,
    Standing,
    VerifiedOn,
    RegisteredOn,
    Changed,
    NameEn,
    Conflicts,
}

/// Those that are shown when none was chosen.
const UNCHOSEN: [Column; 5] = [Column::FileNo, Column::Place, Column::Activity, Column::Status, Column::Changed];

impl Column {
    /// All, in the order of the table.
    pub(super) const ALL: [Self; 11] = [
        Self::FileNo,
        Self::NameEn,
        Self::Place,
        Self::Sector,
        Self::Activity,
        Self::Status,
        Self::Standing,
        Self::VerifiedOn,
        Self::RegisteredOn,
        Self::Changed,
        Self::Conflicts,
    ];

    /// Its word in an address.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::FileNo => "file_no",
            Self::Place => "place",
            Self::Sector => "sector",
            Self::Activity => "activity",
            Self::Status => "status",
            Self::Standing => "standing",
            Self::VerifiedOn => "verified_on",
            Self::RegisteredOn => "registered_on",
            Self::Changed => "changed",
            Self::NameEn => "name_en",
            Self::Conflicts => "conflicts",
        }
    }

    /// The column of a word.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }

    /// The message that names it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::FileNo => "file-no",
            Self::Place => "place",
            Self::Sector => "by-sector",
            Self::Activity => "by-activity",
            Self::Status => "status",
            Self::Standing => "by-standing",
            Self::VerifiedOn => "column-verified-on",
            Self::RegisteredOn => "column-registered-on",
            Self::Changed => "changed",
            Self::NameEn => "name-en",
            Self::Conflicts => "column-conflicts",
        }
    }

    /// What stands in it of a family; `decides` says whether the reader settles conflicts.
    pub(super) fn cell(self, lang: Lang, row: &ListedRow, decides: bool) -> Cell {
        let word = |list: &str, code: &Option<String>| code.as_ref().map(|code| value::word(lang, list, code));
        let text = match self {
            Self::FileNo => row.file_no.clone(),
            Self::Place => Some(families::place(lang, row)),
            Self::Sector => word("sector", &row.sector),
            Self::Activity => word("activity", &row.activity),
            Self::Status => return Cell::Chip(families::status_kind(&row.status), status(lang, row)),
            Self::Standing => Some(lang.say(&format!("standing-{}", row.standing)).into_owned()),
            Self::VerifiedOn => row.verified_on.map(|day| lang.day(day)),
            Self::RegisteredOn => Some(lang.day(row.created_at.to_offset(RIYADH).date())),
            Self::Changed => Some(lang.moment(row.changed_at)),
            Self::NameEn => row.name_en.clone(),
            Self::Conflicts => {
                let opens = decides && row.conflicts > 0;
                return Cell::Number(row.conflicts, opens.then(|| review::of_family(row.record_id)));
            }
        };
        Cell::Text(text.unwrap_or_default())
    }
}

fn status(lang: Lang, row: &ListedRow) -> String {
    value::word(lang, "family_status", &row.status)
}

/// What stands in a column of a row.
#[derive(Debug)]
pub(super) enum Cell {
    Text(String),
    /// How it looks, and its word.
    Chip(&'static str, String),
    /// A number, and where what it counts is shown.
    Number(i64, Option<String>),
}

/// The columns that an address asks for.
pub(super) fn chosen(query: &Query) -> Vec<Column> {
    let words: Vec<&str> = query.get(PARAMETER).unwrap_or_default().split(',').collect();
    let chosen: Vec<Column> = Column::ALL.into_iter().filter(|column| words.contains(&column.word())).collect();
    if chosen.is_empty() {
        Column::ALL.into_iter().filter(|column| UNCHOSEN.contains(column)).collect()
    } else {
        chosen
    }
}

/// These words as they stand in an address: in the order of the table, each once; nothing for what is shown anyway.
pub(super) fn written(words: &[String]) -> Option<String> {
    let chosen = Column::ALL.into_iter().filter(|column| words.iter().any(|word| word == column.word()));
    let chosen: Vec<Column> = chosen.collect();
    let anyway = chosen.len() == UNCHOSEN.len() && chosen.iter().all(|column| UNCHOSEN.contains(column));
    let words: Vec<&str> = chosen.iter().map(|column| column.word()).collect();
    (!anyway && !words.is_empty()).then(|| words.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<&'static str> {
        chosen(&Query::parse(text)).into_iter().map(Column::word).collect()
    }

    #[test]
    fn what_was_not_chosen_is_as_ever() {
        let ever = ["file_no", "place", "activity", "status", "changed"];
        assert_eq!(of(""), ever);
        assert_eq!(of("cols=colour"), ever);
        assert_eq!(Query::parse("cols=changed,status&cols=activity&cols=place&cols=file_no"), Query::default());
    }

    #[test]
    fn they_stand_in_the_order_of_the_table_however_they_were_written() {
        for text in ["cols=standing&cols=file_no", "cols=standing,file_no", "cols=+file_no+,standing,,standing"] {
            assert_eq!(of(text), ["file_no", "standing"], "{text}");
            assert_eq!(Query::parse(text).at("/a"), "/a?cols=file_no%2Cstanding", "{text}");
        }
    }

    #[test]
    fn every_column_has_a_word_and_a_name_of_its_own() {
        for column in Column::ALL {
            assert_eq!(Column::of_word(column.word()), Some(column));
            let named = Column::ALL.into_iter().filter(|other| other.label() == column.label());
            assert_eq!(named.count(), 1, "{column:?}");
        }
    }
}
