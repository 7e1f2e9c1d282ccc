//! One table of an export: its name, header and rows as they stand in the file. It judges nothing but the file's shape.

use csv::{ReaderBuilder, StringRecord};
use usra_sync_protocol::brought::decode;

use super::fault::ImportFault;

/// One CSV file.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The file's name without its ending; `households-members` for `households-members.csv`.
    pub(super) name: String,
    /// The file as a person knows it.
    pub(super) file: String,
    /// Column titles, trimmed; a title may be empty.
    pub(super) header: Vec<String>,
    /// The rows below the header.
    pub(super) rows: Vec<StringRecord>,
}

impl Table {
    /// Reads a table from its file's bytes.
    pub(super) fn read(file: &str, bytes: Vec<u8>) -> Result<Self, ImportFault> {
        let text = decode::text(bytes).ok_or_else(|| ImportFault::Encoding { file: file.to_owned() })?;
        // The reader counts lines by their last sign, and would be one short after "\r\n".
        let text = text.replace("\r\n", "\n");
        let delimiter = decode::delimiter(&text);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let titles = reader.headers().map_err(|cause| ImportFault::table(file, &cause))?.clone();
        let header = titles.iter().map(|title| title.trim().trim_matches('\u{feff}').to_owned()).collect();
        let rows: Result<Vec<StringRecord>, csv::Error> = reader.records().collect();
        let rows = rows.map_err(|cause| ImportFault::table(file, &cause))?;
        let rows = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        Ok(Self { name: stem(file).to_owned(), file: file.to_owned(), header, rows })
    }

    /// The line in the file where a row begins, from 1.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.rows.get(row).and_then(StringRecord::position).map_or(0, csv::Position::line)
    }

    /// A cell as it stands in the file; empty when the row is shorter than the header.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|cells| cells.get(column)).unwrap_or_default()
    }

    /// Where a title stands, when it stands there exactly.
    pub(super) fn position(&self, title: &str) -> Option<usize> {
        self.header.iter().position(|have| have == title)
    }
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _ending)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_and_blank_rows_leave_no_trace() {
        let table = Table::read("f.csv", "\u{feff}KEY,,اسم\nk1,,\"أم\nخالد\"\n,,\nk2\n".into()).unwrap();
        assert_eq!(table.header, ["KEY", "", "اسم"]);
        assert_eq!((table.rows.len(), table.cell(0, 2), table.cell(1, 2)), (2, "أم\nخالد", ""));
        assert_eq!((table.line(0), table.line(1), table.name.as_str()), (2, 5, "f"));
        let of_windows = Table::read("f.csv", "KEY\r\nk1\r\nk2\r\n".into()).unwrap();
        assert_eq!((of_windows.line(0), of_windows.line(1)), (2, 3));
    }
}
