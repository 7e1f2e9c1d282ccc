//! One field of one row: from its cells to a value in canonical form, or to the trouble with it. The schema's own parser
//! decides; what is tried besides is only what survey tools and spreadsheets are known to do to a value on the way.

use time::{Date, Duration};
use usra_sync_protocol::brought::cell;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use crate::entry;

use super::compile::{From, Piece, Source};

use super::mapping::Reading;
use super::reject::Trouble;
use super::table::Table;

/// Ages above this are mistakes; the oldest person of the Kingdom on record was younger.
const AGE_MAX: i32 = 120;

/// The row that is read, and what reading it needs to know.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) table: &'a Table,
    pub(super) number: usize,
    pub(super) kind: Kind,
    /// `member/<id>/` inside a group.
    pub(super) prefix: &'a str,
    /// When the submission arrived, as the tool wrote it.
    pub(super) submitted: &'a str,
    pub(super) null: &'a [String],
}

/// A value for a field.
pub(super) type Value = (String, Scalar);

/// A cell that gave no value, although it is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) column: String,
    pub(super) value: String,
    pub(super) trouble: Trouble,
}

impl Row<'_> {
    /// The values that a source gives; none for an empty cell without a default. A birth date that came from an age is known
    /// to the year, and the record says so.
    pub(super) fn read(&self, source: &Source) -> Vec<Result<Value, Misfit>> {
        let values = self.sourced(source);
        match source.age {
            Some(column) if values.is_empty() => self.aged(source, column),
            _ => values,
        }
    }

    fn sourced(&self, source: &Source) -> Vec<Result<Value, Misfit>> {
        match &source.from {
            From::Nothing => Vec::new(),
            From::Constant(constant) => self.single(source, "", constant).into_iter().collect(),
            From::Cell(column) => self.single(source, self.title(*column), &self.clean(*column)).into_iter().collect(),
            From::Text(pieces) => self.single(source, "", &self.sentence(pieces)).into_iter().collect(),
            From::Words(column, between) => self.words(source, *column, between.as_deref()),
            From::Options(options) => {
                options.iter().flat_map(|(word, column)| self.option(source, word, *column)).collect()
            }
        }
    }

    fn aged(&self, source: &Source, column: usize) -> Vec<Result<Value, Misfit>> {
        let cell = self.clean(column);
        if cell.is_empty() {
            return Vec::new();
        }
        let born = birth_date(&cell, self.submitted)
            .map(|date| [("birth_date", date), ("birth_precision", "year".to_owned())]);
        let value = |(field, text): (&str, String)| {
            let key = format!("{}{}", self.prefix, if field == "birth_date" { &source.key } else { field });
            parse(self.kind, &key, &text).map(|value| (key, value))
        };
        let misfit = |trouble| misfit(self.title(column), &cell, trouble);
        match born {
            Ok(born) => born.into_iter().map(|part| value(part).map_err(misfit)).collect(),
            Err(trouble) => vec![Err(misfit(trouble))],
        }
    }

    /// A cell without what is only the tool's; empty for `no_answer` and its kin.
    pub(super) fn clean(&self, column: usize) -> String {
        cell::clean(self.table.cell(self.number, column), self.null)
    }

    /// A cell's text by a source that names a code rather than a field.
    pub(super) fn word(&self, source: &Source) -> String {
        match &source.from {
            From::Constant(constant) => constant.clone(),
            From::Cell(column) => mapped(source, &self.clean(*column)),
            From::Words(..) | From::Options(_) | From::Text(_) | From::Nothing => String::new(),
        }
    }

    fn title(&self, column: usize) -> &str {
        self.table.header.get(column).map_or("", String::as_str)
    }

    fn sentence(&self, pieces: &[Piece]) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Cell(column) => self.clean(*column),
        };
        pieces.iter().map(part).collect::<String>().trim().to_owned()
    }

    fn single(&self, source: &Source, title: &str, cell: &str) -> Option<Result<Value, Misfit>> {
        let word = mapped(source, cell);
        if word.is_empty() {
            return None;
        }
        let key = format!("{}{}", self.prefix, source.key);
        let value = meaning(source.reading, &word).and_then(|text| parse(self.kind, &key, &text));
        Some(value.map(|value| (key, value)).map_err(|trouble| misfit(title, cell, trouble)))
    }

    fn words(&self, source: &Source, column: usize, between: Option<&str>) -> Vec<Result<Value, Misfit>> {
        let cell = self.clean(column);
        let words: Vec<&str> = match between {
            Some(sign) => cell.split(sign).map(str::trim).collect(),
            None => cell.split_whitespace().collect(),
        };
        let said = words.into_iter().filter(|word| !word.is_empty() && !self.null.iter().any(|code| code == word));
        said.filter_map(|word| self.member(source, self.title(column), word)).collect()
    }

    fn option(&self, source: &Source, word: &str, column: usize) -> Vec<Result<Value, Misfit>> {
        let cell = self.clean(column);
        match cell::latin_digits(&cell).to_lowercase().as_str() {
            "" | "0" | "0.0" | "false" | "no" | "لا" => Vec::new(),
            "1" | "1.0" | "true" | "yes" | "نعم" => {
                self.member(source, self.title(column), word).into_iter().collect()
            }
            _ => vec![Err(misfit(self.title(column), &cell, Trouble::ChoiceUnclear))],
        }
    }

    /// One member of a set: the word's code in the place of `*`.
    fn member(&self, source: &Source, title: &str, word: &str) -> Option<Result<Value, Misfit>> {
        let code = mapped(source, word);
        if code.is_empty() || self.null.contains(&code) {
            return None;
        }
        let key = entry::member(self.kind, &source.key, &code);
        let value = key.map(|key| (format!("{}{key}", self.prefix), Scalar::Bool(true)));
        Some(value.map_err(|fault| misfit(title, word, fault.into())))
    }
}

/// What a cell says, as the schema's parser takes it.
fn meaning(reading: Reading, word: &str) -> Result<String, Trouble> {
    match reading {
        Reading::Value => Ok(word.to_owned()),
        Reading::ExcelDate => excel_date(word).ok_or(Trouble::DateInvalid),
    }
}

fn misfit(column: &str, value: &str, trouble: Trouble) -> Misfit {
    Misfit { column: column.to_owned(), value: value.to_owned(), trouble }
}

/// Our word for the survey's, or the default for an empty cell.
fn mapped(source: &Source, cell: &str) -> String {
    if cell.is_empty() {
        return source.default.clone().unwrap_or_default();
    }
    source.values.get(cell).cloned().unwrap_or_else(|| cell.to_owned())
}

/// The value of a field in canonical form; the first refusal when no writing of the text fits.
fn parse(kind: Kind, key: &str, text: &str) -> Result<Scalar, Trouble> {
    let fault = match entry::parse(kind, key, text) {
        Ok(value) => return Ok(value),
        Err(fault) => fault,
    };
    let rewritten = cell::rewritings(&fault.code, text).find_map(|text| entry::parse(kind, key, &text).ok());
    rewritten.ok_or_else(|| fault.into())
}

/// `YYYY-01-01` from an age in years.
fn birth_date(age: &str, submitted: &str) -> Result<String, Trouble> {
    let age: i32 = cell::whole_number(age).and_then(|age| age.parse().ok()).ok_or(Trouble::AgeInvalid)?;
    let year = year_of(submitted).ok_or(Trouble::DateInvalid)?;
    let year_of_birth = year.checked_sub(age).ok_or(Trouble::AgeInvalid)?;
    if (0..=AGE_MAX).contains(&age) { Ok(format!("{year_of_birth:04}-01-01")) } else { Err(Trouble::AgeInvalid) }
}

/// The year in a date of whatever order: the only run of four digits.
fn year_of(date: &str) -> Option<i32> {
    let latin = cell::latin_digits(date);
    let mut runs = latin.split(|sign: char| !sign.is_ascii_digit());
    runs.find(|run| run.len() == 4).and_then(|run| run.parse().ok())
}

/// The day that a spreadsheet keeps as a number: days since 1899-12-30.
fn excel_date(text: &str) -> Option<String> {
    let days: i64 = cell::whole_number(text)?.parse().ok()?;
    let first = Date::from_calendar_date(1899, time::Month::December, 30).ok()?;
    let day = first.checked_add(Duration::days(days.min(100_000)))?;
    (days > 0).then(|| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_rewritten_only_as_what_it_was() {
        let read = |kind, key, text: &str| parse(kind, key, text).ok();
        assert_eq!(read(Kind::Family, "workers_family", "3.0"), Some(Scalar::from(3)));
        assert_eq!(read(Kind::Family, "mobile", "5.01234567E8"), Some(Scalar::from("+966501234567")));
        assert_eq!(read(Kind::Product, "price_halalas", "355.206109"), Some(Scalar::from(35_521)));
        assert_eq!(read(Kind::Visit, "next_visit_on", "2026-03-01T10:00:00Z"), Some(Scalar::from("2026-03-01")));
        assert_eq!(
            read(Kind::Visit, "started_at", "2026-03-01 01:00:00.5"),
            Some(Scalar::from("2026-02-28T22:00:00Z"))
        );
        assert_eq!(
            read(Kind::Family, "name_ar", &"اسم طويل ".repeat(20)),
            None,
            "a long name is not cut at its first word"
        );
        assert_eq!(read(Kind::Family, "governorate", "JED MKH"), None);
        assert_eq!(read(Kind::Visit, "started_at", "9999-12-31T23:30:00-02:00"), None, "in no year that there is");
    }

    #[test]
    fn a_day_that_a_spreadsheet_counted_is_the_day() {
        assert_eq!(excel_date("45000.0").as_deref(), Some("2023-03-15"));
        assert_eq!(excel_date("-1"), None);
    }
}
