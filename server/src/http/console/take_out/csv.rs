//! A list as CSV that Excel opens as UTF-8: a byte order mark first, and no cell that begins as a formula does.

use super::super::formula::harmless;
use super::columns::{Cell, Sheet};
use super::figures;

/// The list under its heads.
pub(super) fn write(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(sheet.columns.iter().map(|column| column.head(sheet.lang)))?;
    for row in &sheet.rows {
        writer.write_record(sheet.columns.iter().map(|column| text(column.cell(sheet.lang, row))))?;
    }
    Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

fn text(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text.unwrap_or_default()),
        Cell::Code(code) => harmless(code.map(|(_, word)| word).unwrap_or_default()),
        Cell::Day(day) => day.map(|day| day.to_string()).unwrap_or_default(),
        Cell::Moment(moment) => figures::local(moment),
        Cell::Whole(number) => number.map(|number| number.to_string()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::console::take_out::columns::tests::sheet;

    #[test]
    fn a_list_has_its_mark_its_heads_and_its_rows() {
        let bytes = write(&sheet(&["أ, ب"])).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("\u{FEFF}رقم الملف,الاسم التجاري,"), "{text}");
        let row = text.lines().nth(1).unwrap();
        assert!(row.starts_with(",\"أ, ب\",,جدة,"), "{row}");
        assert!(row.contains(",2026-11-29,2026-11-29 00:30,2026-11-29 12:00,2019,"), "{row}");
        assert!(row.ends_with(",'+966500000001,,"), "{row}");
    }
}
