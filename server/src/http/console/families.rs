//! `GET /console/families`: the families that a filter means and a search finds, fifty a page.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::columns::{self, Cell, Column};
use super::page::{Page, Room, show_as};
use super::query::{CODED, OF_HOUSEHOLDS, Query, STANDINGS, VISITED, area};
use super::turn::{Turn, whole};
use super::visitor::Visitor;
use super::{areas, past, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::families::{self, Listed};
use crate::registry::licences::Ends;
use crate::registry::take_out::Form;
use crate::storage::listed_family::ListedRow;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/families";
/// Families a page.
pub(super) const SIZE: usize = 50;

/// A family of a list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) file_no: String,
    pub(super) place: String,
    pub(super) activity: String,
    pub(super) status: String,
    pub(super) status_kind: &'static str,
    pub(super) changed: String,
}

/// A family of the list with the chosen columns.
#[derive(Debug)]
struct Line {
    href: String,
    name: String,
    /// Its conflicts, beside the name: none where they have a column.
    conflicts: i64,
    cells: Vec<Cell>,
}

/// A column that may be chosen.
#[derive(Debug)]
struct Offer {
    word: &'static str,
    label: &'static str,
    chosen: bool,
}

/// A field to narrow by.
#[derive(Debug)]
struct Choice {
    name: &'static str,
    label: String,
    options: Vec<(String, String)>,
    chosen: String,
}

/// The list as a file, as somebody wishes for it.
#[derive(Debug, Default)]
pub(super) struct Wish {
    /// The form's word.
    pub(super) form: String,
    pub(super) personal: bool,
    pub(super) reason: String,
    /// What is wrong with it.
    pub(super) fault: Option<String>,
    /// Lists that must be ready first: where it is told of each, and what it is called.
    pub(super) busy: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "console/families.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    total: i64,
    heads: Vec<Column>,
    rows: Vec<Line>,
    offers: Vec<Offer>,
    choices: Vec<Choice>,
    search: String,
    /// The filter as it stands in an address, for the list as a file.
    text: String,
    forms: Vec<(&'static str, String)>,
    decides: bool,
    wish: Wish,
    turn: Turn,
}

/// Shows the list.
///
/// # Errors
/// Those of storage.
pub async fn get(State(app): State<App>, visitor: Visitor, RawQuery(text): RawQuery) -> Result<Response, Refusal> {
    let query = Query::parse(&text.unwrap_or_default());
    if let Some(day) = query.as_of() {
        return past::families(&app, &visitor, &query, day).await;
    }
    page(app, &visitor, query, (Wish::default(), StatusCode::OK)).await
}

/// The page of the list, with what is wrong when it was wished for as a file.
pub(super) async fn page(
    app: App,
    visitor: &Visitor,
    query: Query,
    (wish, status): (Wish, StatusCode),
) -> Result<Response, Refusal> {
    let (areas, asked, page) = (visitor.areas(), visitor.asked(&query, app.clock.now()), query.page());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        families::list(&mut conn, app.region, &areas, &asked, (page, SIZE)).await
    };
    let listed: Listed = detached(work).await?;
    show_as(status, &shown(visitor, query, &listed, wish))
}

fn shown(visitor: &Visitor, query: Query, listed: &Listed, wish: Wish) -> Shown {
    let lang = visitor.lang;
    let frame = Page::of(visitor, Room::Families);
    let heads = columns::chosen(&query);
    let offer = |of: Column| Offer { word: of.word(), label: of.label(), chosen: heads.contains(&of) };
    Shown {
        page: if wish.fault.is_some() { frame.at(query.at(PATH)) } else { frame },
        lang,
        total: whole(listed.total),
        rows: listed.rows.iter().map(|row| line(visitor, row, &heads)).collect(),
        offers: Column::ALL.map(offer).into(),
        heads,
        choices: choices(visitor, &query),
        search: query.get("q").unwrap_or_default().to_owned(),
        text: query.text(),
        forms: Form::ALL.map(|form| (form.word(), lang.say(&format!("take-out-{}", form.word())).into_owned())).into(),
        decides: visitor.decides(),
        wish,
        turn: Turn::of((&query, PATH), listed.page, (listed.total, SIZE)),
        query,
    }
}

fn line(visitor: &Visitor, row: &ListedRow, heads: &[Column]) -> Line {
    Line {
        href: format!("{PATH}/{}", row.record_id),
        name: name(visitor.lang, row),
        conflicts: if heads.contains(&Column::Conflicts) { 0 } else { row.conflicts },
        cells: heads.iter().map(|column| column.cell(visitor.lang, row, visitor.decides())).collect(),
    }
}

/// Where a family says that it lives.
pub(super) fn place(lang: Lang, row: &ListedRow) -> String {
    let word = |list: &str, code: &Option<String>| code.as_ref().map(|code| value::word(lang, list, code));
    let place = [word("governorate", &row.governorate), word("centre", &row.centre), row.district.clone()];
    place.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("، ", ", "))
}

/// A family as lists show it.
pub(super) fn of(lang: Lang, row: ListedRow) -> Row {
    Row {
        href: format!("{PATH}/{}", row.record_id),
        name: name(lang, &row),
        place: place(lang, &row),
        file_no: row.file_no.unwrap_or_default(),
        activity: row.activity.map(|code| value::word(lang, "activity", &code)).unwrap_or_default(),
        status_kind: status_kind(&row.status),
        status: value::word(lang, "family_status", &row.status),
        changed: lang.moment(row.changed_at),
    }
}

/// A family's trade name in the reader's language, where it has one.
pub(super) fn name(lang: Lang, row: &ListedRow) -> String {
    let name = lang.pick(row.name_ar.as_deref().unwrap_or_default(), row.name_en.as_deref().unwrap_or_default());
    if name.is_empty() { row.name_ar.as_deref().unwrap_or("—") } else { name }.to_owned()
}

/// How a status looks.
pub(super) fn status_kind(status: &str) -> &'static str {
    match status {
        "verified" | "active" => "good",
        "closed" | "refused" | "duplicate" | "moved" => "quiet",
        _ => "warn",
    }
}

fn choices(visitor: &Visitor, query: &Query) -> Vec<Choice> {
    let lang = visitor.lang;
    let chosen = |name: &str| query.get(name).unwrap_or_default().to_owned();
    let standing =
        STANDINGS.iter().map(|code| ((*code).to_owned(), lang.say(&format!("standing-{code}")).into_owned()));
    let standing = Choice {
        name: "standing",
        label: lang.say("by-standing").into_owned(),
        options: standing.collect(),
        chosen: chosen("standing"),
    };
    let ends =
        Ends::ALL.map(|ends| (ends.word().to_owned(), lang.say(&format!("licence-{}", ends.word())).into_owned()));
    let licence = Choice {
        name: "licence",
        label: lang.say("by-licence").into_owned(),
        options: ends.into(),
        chosen: chosen("licence"),
    };
    let visited = Choice {
        name: "visited",
        label: lang.say("by-visited").into_owned(),
        options: VISITED.map(|word| (word.to_owned(), lang.say(&format!("visited-{word}")).into_owned())).into(),
        chosen: chosen("visited"),
    };
    let heard = |name: &str| visitor.reads_households() || !OF_HOUSEHOLDS.contains(&name);
    let coded = CODED.iter().filter(|(name, _)| heard(name)).map(|(name, list)| Choice {
        name,
        label: lang.say(&format!("by-{name}")).into_owned(),
        options: value::options(lang, list),
        chosen: chosen(name),
    });
    let visited = visitor.decides().then_some(visited);
    std::iter::once(standing).chain(coded).chain([licence]).chain(visited).chain(places(lang, query)).collect()
}

/// The area asked for, where one is; without it the list says nothing of areas: it has governorates.
fn places(lang: Lang, query: &Query) -> impl Iterator<Item = Choice> {
    let choice = |name: &'static str| {
        let area = query.get(name).and_then(area)?;
        let word = areas::name(lang, &area);
        let word = if name == "home" { lang.say_what("fieldwork-itself", &word).into_owned() } else { word };
        let label = lang.say("fieldwork-area").into_owned();
        Some(Choice { name, label, options: vec![(area.code.clone(), word)], chosen: area.code })
    };
    ["area", "home"].map(choice).into_iter().flatten()
}
