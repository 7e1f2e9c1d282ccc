//! `GET /console/print`: the overview as a sheet of A4 to print: the moment by both calendars, the filter in words, the numbers and their parts.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use time::OffsetDateTime;

use super::narrowed;
use super::overview::{ACTIVITIES, Bar, Number, bars, count, unknown};
use super::page::{Page, Room, show};
use super::query::Query;
use super::visitor::Visitor;
use super::{ROOT, families};
use crate::clock::RIYADH;
use crate::http::App;
use crate::http::problem::Refusal;
use crate::registry::overview::{Overview, Part};
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/print";

/// A number by its parts.
#[derive(Debug)]
struct Table {
    name: &'static str,
    title: String,
    lines: Vec<Bar>,
    /// Whether the parts are all there are, so that they make the whole.
    whole: bool,
}

#[derive(Template)]
#[template(path = "console/print.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    as_of: String,
    back: String,
    narrowed: Vec<(String, String)>,
    numbers: Vec<Number>,
    /// The whole of a table: the families that count, and the verified ones.
    whole: [Number; 2],
    unknown: Vec<Number>,
    tables: Vec<Table>,
}

/// Shows the sheet.
///
/// # Errors
/// Those of storage.
pub async fn get(State(app): State<App>, visitor: Visitor, RawQuery(text): RawQuery) -> Result<Response, Refusal> {
    // The sheet is of now: an earlier day and a search are told not to be understood.
    let query = Query::parse(&text.unwrap_or_default()).refusing(&["as_of", "q"]).narrowing();
    let (found, now) = count(app, &visitor, &query).await?;
    show(&shown(&visitor, query, &found, now))
}

fn shown(visitor: &Visitor, query: Query, found: &Overview, now: OffsetDateTime) -> Shown {
    let lang = visitor.lang;
    Shown {
        page: Page::of(visitor, Room::Overview),
        lang,
        as_of: moment(lang, now),
        back: query.at(ROOT),
        narrowed: narrowed::words(lang, &query),
        numbers: numbers(lang, &query, found),
        whole: whole(lang, &query, found),
        unknown: if visitor.decides() { unknown(lang, &found.not_known_yet) } else { Vec::new() },
        tables: tables(lang, &query, found),
        query,
    }
}

/// A moment of Makkah by both calendars.
fn moment(lang: Lang, now: OffsetDateTime) -> String {
    let local = now.to_offset(RIYADH);
    let between = lang.pick("، ", ", ");
    format!("{}{between}{:02}:{:02}", lang.both(local.date()), local.hour(), local.minute())
}

fn number(lang: Lang, query: &Query, (label, count): (&str, i64), changes: &[(&str, &str)]) -> Number {
    Number { label: lang.say(label).into_owned(), count, href: query.with(changes).at(families::PATH) }
}

fn whole(lang: Lang, query: &Query, found: &Overview) -> [Number; 2] {
    [
        number(lang, query, ("families-counted", found.total.families), &[("standing", "counted")]),
        number(lang, query, ("families-verified", found.total.verified), &[("standing", "verified")]),
    ]
}

fn numbers(lang: Lang, query: &Query, found: &Overview) -> Vec<Number> {
    let [counted, verified] = whole(lang, query, found);
    let number = |label: &str, count: i64, changes: &[(&str, &str)]| number(lang, query, (label, count), changes);
    vec![
        counted,
        verified,
        number("families-provisional", found.total.provisional(), &[("standing", "provisional")]),
        number("families-fresh", found.fresh, &[("standing", "counted"), ("changed", "fresh")]),
    ]
}

fn tables(lang: Lang, query: &Query, found: &Overview) -> Vec<Table> {
    let table = |(name, field): (&'static str, &str), parts: &[Part]| Table {
        name,
        title: lang.say(name).into_owned(),
        lines: bars(lang, parts, field, &|changes: &[(&str, &str)]| query.with(changes).at(families::PATH)),
        whole: true,
    };
    let largest = found.by_activity.get(..ACTIVITIES);
    let activities = table(("by-activity", "activity"), largest.unwrap_or(&found.by_activity));
    let cut = i64::try_from(ACTIVITIES).unwrap_or(i64::MAX);
    vec![
        table(("by-governorate", "governorate"), &found.by_governorate),
        table(("by-sector", "sector"), &found.by_sector),
        match largest {
            Some(_) => Table { title: lang.say_n("sheet-largest", cut).into_owned(), whole: false, ..activities },
            None => activities,
        },
    ]
}
