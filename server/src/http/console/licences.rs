//! `/console/licences`: the licences of families by their state and by when they end; `/console/licences/required`: which families lack a
//! licence that their main activity requires. Numbers of licences are masked; partners see those of their areas.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use time::Date;

use super::choice::Choice;
use super::page::{Page, Room, show};
use super::query::{self, NONE, Query};
use super::turn::{Turn, whole};
use super::visitor::Visitor;
use super::{families, licence, value};
use crate::clock::RIYADH;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::licences::Ends;
use crate::registry::licences::gap::{self, Required};
use crate::registry::licences::list::{self, Asked, Listing};
use crate::storage::licence::LicenceRow;
use crate::words::Lang;

/// The address of the list.
pub const PATH: &str = "/console/licences";
/// The address of what is required.
pub const REQUIRED: &str = "/console/licences/required";
/// Licences a page.
const SIZE: usize = 50;

/// A number that opens the rows it counts.
#[derive(Debug)]
struct Number {
    label: String,
    count: i64,
    href: String,
}

/// A licence of the list.
#[derive(Debug)]
struct Row {
    family: String,
    name: String,
    kind: String,
    issuer: String,
    numbered: bool,
    issued: String,
    expires: String,
    over: bool,
    state: String,
    state_kind: &'static str,
    /// Where it is decided on, for those who may.
    decide: Option<String>,
}

#[derive(Template)]
#[template(path = "console/licences.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    choices: Vec<Choice>,
    states: Vec<Number>,
    ends: Vec<Number>,
    required: String,
    total: i64,
    rows: Vec<Row>,
    turn: Turn,
}

/// A licence that an activity requires.
#[derive(Debug)]
struct Line {
    activity: String,
    licence: String,
    families: Number,
    holds: Number,
    lacks: Number,
}

#[derive(Template)]
#[template(path = "console/required.html")]
struct Gap {
    page: Page,
    lang: Lang,
    query: Query,
    choices: Vec<Choice>,
    lines: Vec<Line>,
}

/// Shows the licences.
///
/// # Errors
/// Those of storage.
pub async fn get(State(app): State<App>, visitor: Visitor, RawQuery(text): RawQuery) -> Result<Response, Refusal> {
    let query = Query::parse_of(&text.unwrap_or_default(), is_understood);
    let (areas, now, page) = (visitor.areas(), app.clock.now(), query.page());
    let (today, code) = (now.to_offset(RIYADH).date(), |name: &str| query.code(name));
    let asked = Asked {
        families: visitor.asked(&query.clone().without("licence"), now).filter,
        kind: code("type"),
        state: code("state"),
        ends: query.get("licence").and_then(query::ends),
    };
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        list::list(&mut conn, app.region, &areas, (&asked, today), (page, SIZE)).await
    };
    let listing: Listing = detached(work).await?;
    show(&shown(&visitor, query, &listing, today))
}

/// Shows what is required.
///
/// # Errors
/// Those of storage.
pub async fn required(State(app): State<App>, visitor: Visitor, RawQuery(text): RawQuery) -> Result<Response, Refusal> {
    let query = Query::parse_of(&text.unwrap_or_default(), narrows_families);
    let (areas, now) = (visitor.areas(), app.clock.now());
    let (filter, today) = (visitor.asked(&query, now).filter, now.to_offset(RIYADH).date());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        gap::required(&mut conn, app.region, &areas, (&filter, today)).await
    };
    let found: Vec<Required> = detached(work).await?;
    let lang = visitor.lang;
    let shown = Gap {
        page: Page::of(&visitor, Room::Licences),
        lang,
        choices: of_families(lang, &query).into(),
        lines: found.iter().map(|row| line(lang, &query, row)).collect(),
        query,
    };
    show(&shown)
}

fn narrows_families(name: &str, value: &str) -> bool {
    matches!(name, "governorate" | "sector") && query::is_code(name, value)
}

fn is_understood(name: &str, value: &str) -> bool {
    match name {
        "page" => query::is_page(value),
        "licence" => query::ends(value).is_some(),
        "type" => query::is_code("licence_type", value),
        "state" => query::is_code("licence_status", value),
        other => narrows_families(other, value),
    }
}

fn of_families(lang: Lang, query: &Query) -> [Choice; 2] {
    [
        Choice::coded(lang, query, ("governorate", "by-governorate"), "governorate").or_none(lang, "not-given"),
        Choice::coded(lang, query, ("sector", "by-sector"), "sector").or_none(lang, "not-given"),
    ]
}

fn shown(visitor: &Visitor, query: Query, found: &Listing, today: Date) -> Shown {
    let lang = visitor.lang;
    let state = |(code, count): &(Option<String>, i64)| Number {
        label: state_word(lang, code.as_deref()),
        count: *count,
        href: query.with(&[("state", code.as_deref().unwrap_or(NONE))]).at(PATH),
    };
    let end = |(ends, count): &(Ends, i64)| Number {
        label: ends_word(lang, *ends),
        count: *count,
        href: query.with(&[("licence", ends.word())]).at(PATH),
    };
    Shown {
        page: Page::of(visitor, Room::Licences),
        lang,
        choices: choices(lang, &query),
        states: found.by_state.iter().map(state).collect(),
        ends: found.by_end.iter().map(end).collect(),
        required: query.with(&[("type", ""), ("state", ""), ("licence", "")]).at(REQUIRED),
        total: whole(found.total),
        rows: found.rows.iter().map(|row| of(visitor, found, row, today)).collect(),
        turn: Turn::of((&query, PATH), found.page, (found.total, SIZE)),
        query,
    }
}

fn choices(lang: Lang, query: &Query) -> Vec<Choice> {
    let ends = Ends::ALL.map(|ends| (ends.word().to_owned(), ends_word(lang, ends))).into();
    let own = [
        Choice::coded(lang, query, ("type", "licence-type"), "licence_type").or_none(lang, "not-given"),
        Choice::coded(lang, query, ("state", "licence-state"), "licence_status").or_none(lang, "licence-undecided"),
        Choice::of(lang, query, ("licence", "licence-end"), ends),
    ];
    own.into_iter().chain(of_families(lang, query)).collect()
}

fn ends_word(lang: Lang, ends: Ends) -> String {
    let message = if ends == Ends::Over { "licence-ended".to_owned() } else { format!("licence-{}", ends.word()) };
    lang.say(&message).into_owned()
}

fn of(visitor: &Visitor, found: &Listing, row: &LicenceRow, today: Date) -> Row {
    let lang = visitor.lang;
    let family = found.families.get(&row.family_id);
    let word = |list: &str, code: &Option<String>| code.as_ref().map(|code| value::word(lang, list, code));
    let day = |day: Option<Date>| day.map(|day| lang.both(day)).unwrap_or_default();
    Row {
        family: format!("{}/{}", families::PATH, row.family_id),
        name: family.map(|family| families::name(lang, family)).unwrap_or_default(),
        kind: word("licence_type", &row.kind).unwrap_or_default(),
        issuer: word("provider", &row.issuer).unwrap_or_default(),
        numbered: row.numbered,
        issued: day(row.issued_on),
        expires: day(row.expires_on),
        over: row.expires_on.is_some_and(|day| day < today),
        state: state_word(lang, row.state.as_deref()),
        state_kind: state_kind(row.state.as_deref()),
        decide: visitor.decides().then(|| licence::address(row.family_id, &row.licence_id)),
    }
}

/// The word of a state; what nobody decided about has one too.
pub(super) fn state_word(lang: Lang, state: Option<&str>) -> String {
    state.map_or_else(|| lang.say("licence-undecided").into_owned(), |code| value::word(lang, "licence_status", code))
}

/// How a state looks.
pub(super) fn state_kind(state: Option<&str>) -> &'static str {
    match state {
        Some("valid") => "good",
        Some("expired" | "rejected" | "suspended") => "bad",
        None | Some("none" | "planned") => "quiet",
        Some(_) => "warn",
    }
}

fn line(lang: Lang, query: &Query, row: &Required) -> Line {
    let number = |count: i64, name: &str| Number {
        label: String::new(),
        count,
        href: query
            .with(&[("standing", "counted"), ("activity", row.activity), (name, row.licence)])
            .at(families::PATH),
    };
    Line {
        activity: value::word(lang, "activity", row.activity),
        licence: value::word(lang, "licence_type", row.licence),
        families: Number {
            href: query.with(&[("standing", "counted"), ("activity", row.activity)]).at(families::PATH),
            ..number(row.families, "holds")
        },
        holds: number(row.holds, "holds"),
        lacks: number(row.lacks(), "gap"),
    }
}
