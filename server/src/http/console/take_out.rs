//! `GET /console/families/take-out`: the list as it is on screen, every page of it, as CSV or as a workbook. Only what the list shows: nothing
//! sensitive. What phones wrote stays text: no cell of it becomes a formula.

mod csv;
mod workbook;

use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use time::Date;
use usra_sync_protocol::problem::Problem;

use super::query::{Query, first};
use super::value;
use super::visitor::Visitor;
use crate::clock::RIYADH;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::audit::By;
use crate::registry::families;
use crate::storage::listed_family::ListedRow;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/families/take-out";

/// The messages that head the columns.
const HEADS: [&str; 9] =
    ["file-no", "name", "name-en", "by-governorate", "by-centre", "by-district", "by-activity", "status", "changed"];

/// One cell.
enum Cell {
    Text(String),
    Day(Date),
}

/// Gives the list out.
///
/// # Errors
/// `not_found` for another form than `csv` and `xlsx`, and those of storage.
pub async fn get(State(app): State<App>, visitor: Visitor, RawQuery(text): RawQuery) -> Result<Response, Refusal> {
    let text = text.unwrap_or_default();
    let form = first(&text, "as").unwrap_or_default();
    let query = Query::parse(&text);
    let (now, lang) = (app.clock.now(), visitor.lang);
    let (areas, asked, by) = (visitor.areas(), visitor.asked(&query, now), By::Staff(visitor.who.staff_id));
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        families::take_out(&mut conn, app.region, &areas, &asked, (by, now)).await
    };
    let write = match form.as_str() {
        "csv" => csv::write,
        "xlsx" => workbook::write,
        _ => return Err(Problem::NotFound.into()),
    };
    let rows: Vec<[Cell; 9]> = detached(work).await?.iter().map(|row| cells(lang, row)).collect();
    let bytes = write(lang, &HEADS.map(|head| lang.say(head).into_owned()), &rows)?;
    let kind = if form == "csv" { csv::MEDIA_TYPE } else { workbook::MEDIA_TYPE };
    let name = format!("attachment; filename=\"families-{}.{form}\"", now.to_offset(RIYADH).date());
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn cells(lang: Lang, row: &ListedRow) -> [Cell; 9] {
    let word =
        |list: &str, code: &Option<String>| code.as_ref().map(|code| value::word(lang, list, code)).unwrap_or_default();
    [
        Cell::Text(row.file_no.clone().unwrap_or_default()),
        Cell::Text(row.name_ar.clone().unwrap_or_default()),
        Cell::Text(row.name_en.clone().unwrap_or_default()),
        Cell::Text(word("governorate", &row.governorate)),
        Cell::Text(word("centre", &row.centre)),
        Cell::Text(row.district.clone().unwrap_or_default()),
        Cell::Text(word("activity", &row.activity)),
        Cell::Text(value::word(lang, "family_status", &row.status)),
        Cell::Day(row.changed_at.to_offset(RIYADH).date()),
    ]
}
