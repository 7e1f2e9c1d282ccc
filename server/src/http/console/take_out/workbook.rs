//! A list as a workbook: right to left in Arabic, text as text, days as days, the heads kept in sight.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};
use time::Date;

use super::Cell;
use crate::http::problem::Refusal;
use crate::words::Lang;

pub(super) const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How wide columns are, in letters.
const WIDTH: f64 = 22.0;

/// The rows under their heads.
pub(super) fn write(lang: Lang, heads: &[String; 9], rows: &[[Cell; 9]]) -> Result<Vec<u8>, Refusal> {
    workbook(lang, heads, rows)
        .map_err(|fault| Refusal::because(usra_sync_protocol::problem::Problem::Internal, anyhow::anyhow!("{fault}")))
}

fn workbook(lang: Lang, heads: &[String; 9], rows: &[[Cell; 9]]) -> Result<Vec<u8>, XlsxError> {
    let (mut book, bold, days) =
        (Workbook::new(), Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    let sheet = book.add_worksheet();
    sheet.set_name(lang.say("families-title"))?.set_right_to_left(lang == Lang::Ar).set_freeze_panes(1, 0)?;
    for (column, head) in (0_u16..).zip(heads) {
        sheet.set_column_width(column, WIDTH)?.write_string_with_format(0, column, head, &bold)?;
    }
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Day(day) => sheet.write_datetime_with_format(row, column, excel(*day)?, &days)?,
            };
        }
    }
    book.save_to_buffer()
}

fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or_default(), u8::from(day.month()), day.day())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use time::macros::date;
    use zip::ZipArchive;

    use super::*;

    #[test]
    fn text_stays_text_days_are_numbers_and_arabic_begins_at_the_right() {
        let heads = std::array::from_fn(|place| format!("h{place}"));
        let row = std::array::from_fn(|place| {
            if place == 8 { Cell::Day(date!(2026 - 11 - 29)) } else { Cell::Text("=1+1".to_owned()) }
        });
        let bytes = write(Lang::Ar, &heads, &[row]).unwrap();
        let mut book = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut sheet = String::new();
        book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert!(sheet.contains("rightToLeft=\"1\""), "{sheet}");
        assert!(!sheet.contains("<f>") && sheet.contains("t=\"s\""), "{sheet}");
        // 29 November 2026 in days since 30 December 1899.
        assert!(sheet.contains("<v>46355</v>"), "{sheet}");
    }
}
