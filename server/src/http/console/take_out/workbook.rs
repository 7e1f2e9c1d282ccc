//! A list as a workbook: right to left in Arabic, text as text, days, moments and numbers as what they are, the heads kept in sight.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use time::{Date, OffsetDateTime};

use super::columns::{Cell, Sheet};
use crate::clock::RIYADH;
use crate::words::Lang;

/// How wide columns are, in letters.
const WIDTH: f64 = 22.0;

struct Formats {
    head: Format,
    day: Format,
    moment: Format,
}

/// The list under its heads.
pub(super) fn write(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let formats = Formats {
        head: Format::new().set_bold(),
        day: Format::new().set_num_format("yyyy-mm-dd"),
        moment: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
    };
    let page = book.add_worksheet();
    let title = sheet.lang.say("families-title");
    page.set_name(title)?.set_right_to_left(sheet.lang == Lang::Ar).set_freeze_panes(1, 0)?;
    fill(page, sheet, &formats)?;
    Ok(book.save_to_buffer()?)
}

fn fill(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    for (place, column) in (0_u16..).zip(&sheet.columns) {
        page.set_column_width(place, WIDTH)?;
        page.write_string_with_format(0, place, column.head(sheet.lang), &formats.head)?;
    }
    for (line, row) in (1_u32..).zip(&sheet.rows) {
        for (place, column) in (0_u16..).zip(&sheet.columns) {
            put(page, (line, place), column.cell(sheet.lang, row), formats)?;
        }
    }
    Ok(())
}

/// Writes a cell; nothing where there is nothing.
fn put(page: &mut Worksheet, (line, place): (u32, u16), cell: Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(Some(text)) | Cell::Code(Some((_, text))) => page.write_string(line, place, text)?,
        Cell::Day(Some(day)) => page.write_datetime_with_format(line, place, excel(day)?, &formats.day)?,
        Cell::Moment(moment) => page.write_datetime_with_format(line, place, at(moment)?, &formats.moment)?,
        #[expect(clippy::cast_precision_loss, reason = "what is counted here fits")]
        Cell::Whole(Some(number)) => page.write_number(line, place, number as f64)?,
        Cell::Text(None) | Cell::Code(None) | Cell::Day(None) | Cell::Whole(None) => return Ok(()),
    };
    Ok(())
}

fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or_default(), u8::from(day.month()), day.day())
}

/// The moment as Makkah's clocks show it, to the minute.
fn at(moment: OffsetDateTime) -> Result<ExcelDateTime, XlsxError> {
    let local = moment.to_offset(RIYADH);
    excel(local.date())?.and_hms(u16::from(local.hour()), local.minute(), 0)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use zip::ZipArchive;

    use super::*;
    use crate::http::console::take_out::columns::tests::sheet;

    #[test]
    fn text_stays_text_days_and_numbers_are_numbers_and_arabic_begins_at_the_right() {
        let bytes = write(&sheet(&["=1+1"])).unwrap();
        let mut book = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut page = String::new();
        book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut page).unwrap();
        assert!(page.contains("rightToLeft=\"1\""), "{page}");
        assert!(!page.contains("<f>") && page.contains("t=\"s\""), "{page}");
        // 29 November 2026 in days since 30 December 1899; half past midnight of it, and noon.
        for number in ["46355", "46355.0208333", "46355.5", "2019"] {
            assert!(page.contains(&format!("<v>{number}")), "{number}: {page}");
        }
    }
}
