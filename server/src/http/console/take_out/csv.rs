//! A list as CSV that Excel opens as UTF-8: a byte order mark first, and no cell that begins as a formula does.

use super::Cell;
use crate::http::problem::Refusal;
use crate::words::Lang;

pub(super) const MEDIA_TYPE: &str = "text/csv; charset=utf-8";

/// What makes a spreadsheet take a cell for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The rows under their heads.
pub(super) fn write(_: Lang, heads: &[String; 9], rows: &[[Cell; 9]]) -> Result<Vec<u8>, Refusal> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    let broken = |fault: csv::Error| Refusal::because(usra_sync_protocol::problem::Problem::Internal, fault);
    writer.write_record(heads).map_err(broken)?;
    for row in rows {
        writer.write_record(row.iter().map(text)).map_err(broken)?;
    }
    writer.into_inner().map_err(|fault| broken(fault.into_error().into()))
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Day(day) => day.to_string(),
        Cell::Text(text) if text.trim_start().starts_with(FORMULA) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn no_text_of_a_phone_becomes_a_formula() {
        for hostile in ["=1+1", "+1", "-1", "@sum(a1)", " =1", "\t=1"] {
            assert_eq!(text(&Cell::Text(hostile.to_owned())), format!("'{hostile}"));
        }
        assert_eq!(text(&Cell::Text("خوص = سعف".to_owned())), "خوص = سعف");
    }

    #[test]
    fn a_list_has_its_mark_its_heads_and_its_rows() {
        let heads = std::array::from_fn(|place| format!("h{place}"));
        let row = std::array::from_fn(|place| {
            if place == 8 { Cell::Day(date!(2026 - 11 - 29)) } else { Cell::Text("أ, ب".to_owned()) }
        });
        let bytes = write(Lang::Ar, &heads, &[row]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("\u{FEFF}h0,h1,"), "{text}");
        assert!(text.ends_with("\"أ, ب\",2026-11-29\n"), "{text}");
    }
}
