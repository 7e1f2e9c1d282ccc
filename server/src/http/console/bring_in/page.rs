//! The pages of a list that is brought in: where it is sent, how it would be read, how far it is and what became of it.

use askama::Template;
use axum::http::header::REFRESH;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema;

use super::super::page::{Page, Room, show, show_as};
use super::super::value::{self, Sight};
use super::super::visitor::Visitor;
use super::{PATH, label, rejects};
use crate::http::problem::Refusal;
use crate::registry::bring_in::columns::{FIELDS, KEY, Means};
use crate::registry::bring_in::list::List;
use crate::registry::bring_in::reading::{Reading, Reject};
use crate::registry::bring_in::{self, BringIn, State};
use crate::storage::bring_in::Reached;
use crate::words::Lang;

/// Families shown as they would be read.
const FIRST: usize = 10;
/// Rows and values shown that would be left out.
const REJECTS: usize = 50;
/// Cells of a column shown beside its head.
const CELLS: usize = 3;
/// Seconds after which the page looks again.
const AGAIN_AFTER_S: u16 = 2;

/// A list as it would be read.
#[derive(Debug)]
pub(super) struct Preview {
    pub(super) list: BringIn,
    pub(super) found: List,
    pub(super) columns: Vec<Means>,
    pub(super) reading: Reading,
}

#[derive(Template)]
#[template(path = "console/bring_in.html")]
struct Send<'a> {
    page: Page,
    lang: Lang,
    source: &'a str,
    fault: Option<&'static str>,
}

/// A column with what it may be.
#[derive(Debug)]
struct Column {
    name: String,
    head: String,
    cells: String,
    chosen: &'static str,
}

/// Something that would be left out.
#[derive(Debug)]
struct Left {
    line: i64,
    column: String,
    value: String,
    what: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "console/bring_in_look.html")]
struct Look<'a> {
    page: Page,
    lang: Lang,
    at: String,
    source: &'a str,
    fault: Option<&'static str>,
    enough: bool,
    columns: Vec<Column>,
    meanings: Vec<(&'static str, String)>,
    families: i64,
    rejected: i64,
    heads: Vec<String>,
    rows: Vec<(i64, Vec<String>)>,
    lefts: Vec<Left>,
    left_total: i64,
}

#[derive(Template)]
#[template(path = "console/bring_in_told.html")]
struct Told<'a> {
    page: Page,
    lang: Lang,
    source: &'a str,
    brought_at: String,
    running: bool,
    done: bool,
    total: i64,
    percent: i64,
    rows: i64,
    /// What became of them, by the message that says so.
    counts: [(&'static str, String); 4],
    rejects: Option<String>,
    fault: Option<&'static str>,
}

/// Shows where a list is sent, with what is wrong with what was.
pub(super) fn send(
    visitor: &Visitor,
    (source, fault): (&str, Option<&'static str>),
    status: StatusCode,
) -> Result<Response, Refusal> {
    show_as(status, &Send { page: Page::of(visitor, Room::Families), lang: visitor.lang, source, fault })
}

/// Shows how a list would be read.
pub(super) fn look(
    visitor: &Visitor,
    preview: &Preview,
    (fault, status): (Option<&'static str>, StatusCode),
) -> Result<Response, Refusal> {
    let (lang, at) = (visitor.lang, format!("{PATH}/{}", preview.list.id));
    let Preview { list, columns, reading, .. } = preview;
    let taken: Vec<&Means> = columns.iter().filter(|means| matches!(means, Means::Field(_))).collect();
    let left = |reject: &Reject| left(lang, reject);
    let page = Page::of(visitor, Room::Families);
    let shown = Look {
        page: if fault.is_some() { page.at(at.clone()) } else { page },
        lang,
        at,
        source: &list.source,
        fault,
        enough: bring_in::suffice(columns),
        columns: columns_of(preview),
        meanings: meanings(lang),
        families: whole(reading.families.len()),
        rejected: whole(reading.rows_rejected()),
        heads: taken.iter().map(|means| label(lang, **means)).collect(),
        rows: rows(lang, reading, &taken),
        lefts: reading.rejects.iter().take(REJECTS).map(left).collect(),
        left_total: whole(reading.rejects.len()),
    };
    show_as(status, &shown)
}

fn columns_of(preview: &Preview) -> Vec<Column> {
    let column = |(place, means): (usize, &Means)| {
        let cells = preview.found.lines.iter().filter_map(|line| line.cells.get(place));
        let cells: Vec<&str> = cells.map(String::as_str).filter(|cell| !cell.is_empty()).take(CELLS).collect();
        Column {
            name: format!("c{place}"),
            head: preview.found.heads.get(place).cloned().unwrap_or_default(),
            cells: cells.join(" · "),
            chosen: means.word(),
        }
    };
    preview.columns.iter().enumerate().map(column).collect()
}

fn meanings(lang: Lang) -> Vec<(&'static str, String)> {
    let words = ["", KEY].into_iter().chain(FIELDS);
    words.map(|word| (word, label(lang, Means::of_word(word)))).collect()
}

/// The first families, each with its row's number and what every taken column would be.
fn rows(lang: Lang, reading: &Reading, taken: &[&Means]) -> Vec<(i64, Vec<String>)> {
    let told = |key: &str, value: &Scalar| {
        let field = schema::field(Kind::Family, key).map(|(field, _)| field);
        let text = field.and_then(|field| value::written(lang, field, value, Sight::Revealed)).unwrap_or_default();
        // A number keeps its own direction, or its sign would be drawn behind it.
        if text.starts_with('+') { format!("\u{2066}{text}\u{2069}") } else { text }
    };
    let row = |(line, family): &(u64, crate::sync::bring::Family)| {
        let cell = |means: &&Means| {
            let value = family.fields.iter().find(|(key, _)| key == means.word());
            value.map(|(key, value)| told(key, value)).unwrap_or_default()
        };
        (i64::try_from(*line).unwrap_or(i64::MAX), taken.iter().map(cell).collect())
    };
    reading.families.iter().take(FIRST).map(row).collect()
}

fn left(lang: Lang, reject: &Reject) -> Left {
    Left {
        line: i64::try_from(reject.line).unwrap_or(i64::MAX),
        column: reject.column.clone(),
        value: reject.value.clone(),
        what: rejects::left_out(lang, reject),
        reason: rejects::reason(lang, reject.fault),
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Shows how far a list is, or what became of it. While it is being written the page looks again by itself.
pub(super) fn told(visitor: &Visitor, found: &BringIn) -> Result<Response, Refusal> {
    let (lang, total) = (visitor.lang, i64::from(found.total));
    let done = found.state == State::Done;
    let mut answer = show(&Told {
        page: Page::of(visitor, Room::Families),
        lang,
        source: &found.source,
        brought_at: lang.moment(found.brought_at),
        running: found.state == State::Running,
        done,
        total,
        percent: i64::from(found.reached.rows) * 100 / total.max(1),
        rows: i64::from(found.reached.rows),
        counts: counts(lang, found.reached),
        rejects: (done && found.has_rejects).then(|| format!("{PATH}/{}/rejects", found.id)),
        fault: fault(found.state),
    })?;
    if found.state == State::Running {
        answer.headers_mut().insert(REFRESH, HeaderValue::from(AGAIN_AFTER_S));
    }
    Ok(answer)
}

fn counts(lang: Lang, reached: Reached) -> [(&'static str, String); 4] {
    [
        ("bring-in-new", reached.new),
        ("bring-in-updated", reached.updated),
        ("bring-in-same", reached.same),
        ("bring-in-rejected", reached.rejected),
    ]
    .map(|(name, count)| (name, lang.number(i64::from(count))))
}

fn fault(state: State) -> Option<&'static str> {
    match state {
        State::Waiting | State::Running | State::Done => None,
        State::Gone => Some("bring-in-gone"),
        State::Failed => Some("bring-in-failed"),
        State::Lost => Some("bring-in-lost"),
    }
}
