//! The overview and the list of families as of the end of an earlier day: what the centre had received by then says how many there were.

use askama::Template;
use axum::response::Response;
use time::{Date, OffsetDateTime};

use super::counts::in_words;
use super::overview::{Bar, Number, charts};
use super::page::{Page, Room, show};
use super::query::{Query, end_of};
use super::turn::{Turn, whole};
use super::visitor::Visitor;
use super::{families, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::past::{self, PastOverview, Then};
use crate::words::Lang;

/// What a family of the past can be narrowed by.
const KNOWN: [&str; 5] = ["governorate", "sector", "activity", "status", "standing"];
/// What says which families of the past are shown, beside that.
const OF_LISTS: [&str; 2] = ["as_of", "page"];

#[derive(Template)]
#[template(path = "console/past.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    as_of: String,
    left_out: Vec<String>,
    families: Number,
    verified: Number,
    provisional: Number,
    charts: Vec<(&'static str, Vec<Bar>)>,
    governorates: Vec<(String, String)>,
    sectors: Vec<(String, String)>,
}

/// A family as it was.
#[derive(Debug)]
struct Row {
    href: String,
    name: String,
    governorate: String,
    activity: String,
    status: String,
    status_kind: &'static str,
    standing: String,
    changed: String,
}

/// What a list of the past says of itself.
#[derive(Debug)]
pub(super) struct Heading {
    /// The message of its title.
    pub(super) title: &'static str,
    /// Where it leads back to, with what it is of.
    pub(super) back: (String, String),
    /// What is to be known of it.
    pub(super) notes: Vec<String>,
    /// Its own address.
    pub(super) path: String,
}

#[derive(Template)]
#[template(path = "console/past_families.html")]
struct Listed {
    page: Page,
    lang: Lang,
    heading: Heading,
    narrowed: Vec<String>,
    total: i64,
    rows: Vec<Row>,
    turn: Turn,
}

/// Shows the overview of an earlier day.
///
/// # Errors
/// Those of storage.
pub(super) async fn overview(app: &App, visitor: &Visitor, query: Query, day: Date) -> Result<Response, Refusal> {
    let now = app.clock.now();
    let (narrowed, left_out) = told_apart(visitor.lang, query.without("standing").without("page"));
    let counted = narrowed.with(&[("standing", "counted")]);
    let found = PastOverview::of(&found(app, visitor, (&counted, day), now).await?);
    let lang = visitor.lang;
    let open = |changes: &[(&str, &str)]| narrowed.with(changes).at(families::PATH);
    let number = |label: &str, count: i64, standing: &str| Number {
        label: lang.say(label).into_owned(),
        count,
        href: open(&[("standing", standing)]),
    };
    show(&Shown {
        page: Page::of(visitor, Room::Overview),
        lang,
        as_of: moment(lang, end_of(day).min(now)),
        left_out,
        families: number("families-counted", found.total.families, "counted"),
        verified: number("families-verified", found.total.verified, "verified"),
        provisional: number("families-provisional", found.total.provisional(), "provisional"),
        charts: charts(lang, [&found.by_governorate, &found.by_sector, &found.by_activity], open),
        governorates: value::options(lang, "governorate"),
        sectors: value::options(lang, "sector"),
        query: narrowed,
    })
}

/// Lists the families of an earlier day.
///
/// # Errors
/// Those of storage.
pub(super) async fn families(app: &App, visitor: &Visitor, query: &Query, day: Date) -> Result<Response, Refusal> {
    let (lang, now) = (visitor.lang, app.clock.now());
    let (narrowed, left_out) = told_apart(lang, query.clone());
    let found = found(app, visitor, (&narrowed, day), now).await?;
    let mut notes = vec![lang.say_what("as-of", &moment(lang, end_of(day).min(now))).into_owned()];
    notes.extend(left_out.iter().map(|name| lang.say_what("past-left-out", name).into_owned()));
    notes.push(lang.say("past-lead").into_owned());
    let back = narrowed.with(&[("standing", "")]).at(super::ROOT);
    let heading = Heading {
        title: "past-families-title",
        back: (back, lang.say("past-title").into_owned()),
        notes,
        path: families::PATH.to_owned(),
    };
    list(visitor, heading, (&narrowed, &query.faults), &found)
}

/// A page of a list of families as they were.
///
/// # Errors
/// The page cannot be made.
pub(super) fn list(
    visitor: &Visitor,
    mut heading: Heading,
    (query, faults): (&Query, &[String]),
    found: &[Then],
) -> Result<Response, Refusal> {
    let lang = visitor.lang;
    let pages = found.len().div_ceil(families::SIZE).max(1);
    let at = query.page().min(pages - 1);
    let turn = Turn::of((query, &heading.path), at, (found.len(), families::SIZE));
    heading.notes.extend(faults.iter().map(|fault| lang.say_what("filter-fault", fault).into_owned()));
    let narrowed = in_words(lang, &query.clone().without("as_of").without("page"));
    show(&Listed {
        page: Page::of(visitor, Room::Overview),
        lang,
        heading,
        narrowed,
        total: whole(found.len()),
        rows: found.iter().skip(at * families::SIZE).take(families::SIZE).map(|family| row(lang, family)).collect(),
        turn,
    })
}

fn row(lang: Lang, family: &Then) -> Row {
    let (found, name_ar) = (&family.found, family.name_ar.as_deref().unwrap_or("—"));
    let name = lang.pick(name_ar, family.name_en.as_deref().unwrap_or(name_ar));
    let word =
        |list: &str, code: &Option<String>| code.as_ref().map(|code| value::word(lang, list, code)).unwrap_or_default();
    Row {
        href: format!("{}/{}", families::PATH, found.record_id),
        name: name.to_owned(),
        governorate: word("governorate", &found.governorate),
        activity: word("activity", &found.activity),
        status: value::word(lang, "family_status", &found.status),
        status_kind: families::status_kind(&found.status),
        standing: lang.say(&format!("standing-{}", found.standing)).into_owned(),
        changed: lang.moment(found.changed_at),
    }
}

/// The families of the visitor's areas at the end of a day, or now where it is not over.
async fn found(
    app: &App,
    visitor: &Visitor,
    (query, day): (&Query, Date),
    now: OffsetDateTime,
) -> Result<Vec<Then>, Refusal> {
    let (areas, filter, moment) = (visitor.areas(), visitor.asked(query, now).filter, end_of(day).min(now));
    let (pool, region) = (app.pool.clone(), app.region);
    let work = async move { past::families(&mut *pool.acquire().await?, region, &areas, (&filter, moment)).await };
    detached::<_, sqlx::Error, _>(work).await
}

/// What of a query a family of the past can be narrowed by, and in words what not.
fn told_apart(lang: Lang, query: Query) -> (Query, Vec<String>) {
    let query = query.narrowing();
    let fits = |name: &str| KNOWN.contains(&name) || OF_LISTS.contains(&name);
    let others: Vec<String> = query.pairs().map(|(name, _)| name.to_owned()).filter(|name| !fits(name)).collect();
    let words = others.iter().map(|name| label(lang, name)).collect();
    (others.iter().fold(query, |query, name| query.without(name)), words)
}

/// What a parameter is called.
pub(super) fn label(lang: Lang, name: &str) -> String {
    match name {
        "week" => lang.say("week-of"),
        "changed" => lang.say("families-fresh"),
        "q" => lang.say("search"),
        "as_of" => lang.say("past-day"),
        other => lang.say(&format!("by-{other}")),
    }
    .into_owned()
}

/// A moment by both calendars.
pub(super) fn moment(lang: Lang, moment: OffsetDateTime) -> String {
    let day = moment.to_offset(crate::clock::RIYADH).date();
    format!("{} · {}", lang.moment(moment), lang.hijri(day))
}
