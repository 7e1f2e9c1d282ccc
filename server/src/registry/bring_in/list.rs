//! A list as it stands in a file: heads and rows of text, whatever the file's form. It judges nothing but the shape, and holds no more than a
//! list may have, whatever the file says of itself.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};
use csv::ReaderBuilder;
use usra_sync_protocol::brought::decode;
use zip::ZipArchive;

/// Rows that a list may have below its heads.
pub const ROWS_MAX: usize = 20_000;
/// Columns that it may have.
const COLUMNS_MAX: usize = 60;
/// Bytes that a workbook may be unpacked.
const UNPACKED_MAX: u64 = 64 * 1024 * 1024;

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated text.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// Its word in the table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The form that the bytes are of: a workbook begins as every zip does.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"PK\x03\x04") { Self::Xlsx } else { Self::Csv }
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its cells; fewer than there are heads where the last are empty.
    pub cells: Vec<String>,
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// What its columns are called.
    pub heads: Vec<String>,
    /// Its rows, without those that are empty.
    pub lines: Vec<Line>,
}

/// Why a file is no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is neither text that we read nor a workbook.
    #[error("the file is neither CSV in UTF-8 nor an Excel workbook")]
    Form,
    /// It has no row below its heads.
    #[error("the list has no rows below its heads")]
    Empty,
    /// It has too many rows.
    #[error("a list may have {ROWS_MAX} rows")]
    Rows,
    /// It has too many columns, or is too large once it is unpacked.
    #[error("a list may have {COLUMNS_MAX} columns")]
    Columns,
}

/// Reads a list.
///
/// # Errors
/// An [`Unreadable`].
pub fn read(bytes: &[u8]) -> Result<List, Unreadable> {
    let lines = match Form::of(bytes) {
        Form::Csv => of_text(bytes)?,
        Form::Xlsx => of_workbook(bytes)?,
    };
    let mut lines = lines.into_iter().filter(|line| line.cells.iter().any(|cell| !cell.trim().is_empty()));
    let heads = lines.next().ok_or(Unreadable::Empty)?.cells;
    let heads: Vec<String> = heads.iter().map(|head| head.trim().trim_matches('\u{feff}').to_owned()).collect();
    let lines: Vec<Line> = lines.collect();
    if lines.is_empty() { Err(Unreadable::Empty) } else { Ok(List { heads, lines }) }
}

fn of_text(bytes: &[u8]) -> Result<Vec<Line>, Unreadable> {
    let text = decode::text(bytes.to_vec()).ok_or(Unreadable::Form)?;
    if text.contains('\0') {
        return Err(Unreadable::Form);
    }
    // The reader counts lines by their last sign, and would be one short after "\r\n".
    let text = text.replace("\r\n", "\n");
    let mut reader = ReaderBuilder::new()
        .delimiter(decode::delimiter(&text))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_broken| Unreadable::Form)?;
        let number = record.position().map_or(0, csv::Position::line);
        fits(lines.len(), record.len())?;
        lines.push(Line { number, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(lines)
}

/// Whether one more row of so many columns fits; the heads are a row too.
fn fits(rows: usize, columns: usize) -> Result<(), Unreadable> {
    match (rows > ROWS_MAX, columns > COLUMNS_MAX) {
        (true, _) => Err(Unreadable::Rows),
        (false, true) => Err(Unreadable::Columns),
        (false, false) => Ok(()),
    }
}

/// The first sheet. Cells are taken one by one: a sheet with one cell in its last corner would be large as a whole.
fn of_workbook(bytes: &[u8]) -> Result<Vec<Line>, Unreadable> {
    unpacks_small(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_broken| Unreadable::Form)?;
    let name = book.sheet_names().first().cloned().ok_or(Unreadable::Empty)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_broken| Unreadable::Form)?;
    let mut lines: Vec<Line> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_broken| Unreadable::Form)? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (number, column) = (u64::from(row) + 1, usize::try_from(column).map_err(|_huge| Unreadable::Columns)?);
        if lines.last().is_none_or(|line| line.number != number) {
            fits(lines.len(), 0)?;
            lines.push(Line { number, cells: Vec::new() });
        }
        fits(0, column + 1)?;
        if let Some(line) = lines.last_mut() {
            line.cells.truncate(column);
            line.cells.resize(column, String::new());
            line.cells.push(text);
        }
    }
    Ok(lines)
}

/// Unpacks it into nothing, so that a small file that unpacks into a large one is refused.
fn unpacks_small(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_broken| Unreadable::Form)?;
    let mut left = UNPACKED_MAX;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|_broken| Unreadable::Form)?;
        let mut file = file.take(left + 1);
        let size = std::io::copy(&mut file, &mut std::io::sink()).map_err(|_broken| Unreadable::Form)?;
        left = left.checked_sub(size).ok_or(Unreadable::Columns)?;
    }
    Ok(())
}

/// A cell as a person would type it: whole numbers without a point, days as days.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        #[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53 are exact")]
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => (*number as i64).to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn line(number: u64, cells: &[&str]) -> Line {
        Line { number, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
    }

    #[test]
    fn a_text_is_read_with_the_numbers_of_its_rows_and_without_empty_ones() {
        let list = read("\u{feff}الرقم;الاسم\r\n1;\"أم\nخالد\"\r\n;\r\n2;نورة\r\n".as_bytes()).unwrap();
        assert_eq!(list.heads, ["الرقم", "الاسم"]);
        assert_eq!(list.lines, [line(2, &["1", "أم\nخالد"]), line(5, &["2", "نورة"])]);
    }

    #[test]
    fn a_workbook_is_read_as_a_person_would_type_it() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "الرقم").unwrap().write_string(0, 2, "الجوال").unwrap();
        sheet.write_number(2, 0, 7).unwrap().write_number(2, 2, 501_234_567).unwrap();
        let list = read(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(list.heads, ["الرقم", "", "الجوال"]);
        assert_eq!(list.lines, [line(3, &["7", "", "501234567"])]);
    }

    #[test]
    fn what_is_no_list_is_refused_with_the_reason() {
        assert_eq!(read(b""), Err(Unreadable::Empty));
        assert_eq!(read(b"a,b\n"), Err(Unreadable::Empty));
        assert_eq!(read(&[0xc3, 0x28]), Err(Unreadable::Form));
        assert_eq!(read(b"PK\x03\x04 and then nothing"), Err(Unreadable::Form));
        assert_eq!(read(format!("a\n{}", "1\n".repeat(ROWS_MAX + 1)).as_bytes()), Err(Unreadable::Rows));
        assert_eq!(read(format!("a\n{}", "1\n".repeat(ROWS_MAX)).as_bytes()).unwrap().lines.len(), ROWS_MAX);
        assert_eq!(read(format!("{}\n1", ",".repeat(COLUMNS_MAX)).as_bytes()), Err(Unreadable::Columns));
    }

    #[test]
    fn a_sheet_with_a_cell_in_its_last_corner_takes_no_room() {
        let mut book = Workbook::new();
        book.add_worksheet().write_string(1_048_575, 0, "x").unwrap().write_string(0, 16_383, "y").unwrap();
        assert_eq!(read(&book.save_to_buffer().unwrap()), Err(Unreadable::Columns));
    }
}
