//! `GET /console`: how many families, of what kind and where, what they need and got, and what is not known yet.

mod map;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{Redirect, Response};
use time::OffsetDateTime;

use super::page::{Page, Room, show};
use super::query::{NONE, Query};
use super::visitor::Visitor;
use super::{ROOT, counts, devices, duplicates, families, held, past, print, review, value, verification};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::counts::NotKnownYet;
use crate::registry::licences::Ends;
use crate::registry::overview::{self, Overview, Part};
use crate::words::Lang;
use map::{Ground, Spot};

/// The width of a bar's picture, in its own units.
const WIDTH: i64 = 100;
/// How many activities are shown: the largest.
pub(super) const ACTIVITIES: usize = 15;

/// A number that opens the rows it counts.
#[derive(Debug)]
pub(super) struct Number {
    pub(super) label: String,
    pub(super) count: i64,
    pub(super) href: String,
}

/// A part of a number, with its bar.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) families: i64,
    pub(super) verified: i64,
    pub(super) href: String,
    pub(super) verified_href: String,
    /// Where the bars begin and how long they are, of [`WIDTH`].
    pub(super) x: i64,
    pub(super) width: i64,
    pub(super) verified_x: i64,
    pub(super) verified_width: i64,
}

/// A column of the trend.
#[derive(Debug)]
struct Column {
    label: String,
    families: i64,
    href: String,
    x: i64,
    height: i64,
}

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    as_of: String,
    /// The sheet to print of the same families.
    print: String,
    families: Number,
    verified: Number,
    provisional: Number,
    fresh: Number,
    /// Where those wait that count provisionally, for who may verify them.
    queue: Option<String>,
    unknown: Vec<Number>,
    spots: Vec<Spot>,
    ground: Ground,
    charts: Vec<(&'static str, Vec<Bar>)>,
    /// Whether what families need and got is shown.
    households: bool,
    needs: Vec<Number>,
    services: Vec<Number>,
    licences: Vec<Number>,
    weeks: Vec<Column>,
    governorates: Vec<(String, String)>,
    sectors: Vec<(String, String)>,
    /// What is published here, as it stands in an address; nothing for who may not.
    publish: Option<String>,
}

/// Leads here.
pub async fn lead() -> Redirect {
    Redirect::to(ROOT)
}

/// Shows the overview.
///
/// # Errors
/// Those of storage.
pub async fn get(State(app): State<App>, visitor: Visitor, RawQuery(text): RawQuery) -> Result<Response, Refusal> {
    // A search finds families; the overview counts them, and has no columns.
    let query = Query::parse(&text.unwrap_or_default()).without("q").narrowing();
    if let Some(day) = query.as_of() {
        return past::overview(&app, &visitor, query, day).await;
    }
    let ground = map::ground(app.config.tiles.as_ref());
    let (found, now) = count(app, &visitor, &query).await?;
    show(&shown(&visitor, query, &found, (visitor.lang.moment(now), ground)))
}

/// The numbers that an address asks for, and their moment.
pub(super) async fn count(app: App, visitor: &Visitor, query: &Query) -> Result<(Overview, OffsetDateTime), Refusal> {
    let (now, areas, filter) = (app.clock.now(), visitor.areas(), visitor.asked(query, app.clock.now()).filter);
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        overview::overview(&mut conn, app.region, &areas, &filter, now).await
    };
    Ok((detached(work).await?, now))
}

fn shown(visitor: &Visitor, query: Query, found: &Overview, (as_of, ground): (String, Ground)) -> Shown {
    let lang = visitor.lang;
    let open = |changes: &[(&str, &str)]| query.with(changes).at(families::PATH);
    let number =
        |label: &str, number: i64, href: String| Number { label: lang.say(label).into_owned(), count: number, href };
    let counted = "counted";
    let of_households = |of: Vec<Number>| if visitor.reads_households() { of } else { Vec::new() };
    let coded = |list: &str, name: &str, of: &[(String, i64)]| {
        let one = |(code, families): &(String, i64)| Number {
            label: value::word(lang, list, code),
            count: *families,
            href: open(&[("standing", counted), (name, code)]),
        };
        of.iter().map(one).collect::<Vec<_>>()
    };
    let largest = found.by_activity.get(..ACTIVITIES).unwrap_or(&found.by_activity);
    Shown {
        page: Page::of(visitor, Room::Overview),
        lang,
        as_of,
        print: query.at(print::PATH),
        families: number("families-counted", found.total.families, open(&[("standing", counted)])),
        verified: number("families-verified", found.total.verified, open(&[("standing", "verified")])),
        provisional: number("families-provisional", found.total.provisional(), open(&[("standing", "provisional")])),
        fresh: number("families-fresh", found.fresh, open(&[("standing", counted), ("changed", "fresh")])),
        queue: visitor.decides().then(|| verification::of(&query)),
        unknown: if visitor.decides() { unknown(lang, &found.not_known_yet) } else { Vec::new() },
        spots: map::spots(lang, &found.by_governorate, (&query, counted)),
        ground,
        charts: charts(lang, [&found.by_governorate, &found.by_sector, largest], open),
        households: visitor.reads_households(),
        needs: of_households(coded("need_category", "need", &found.needs)),
        services: of_households(coded("service_type", "service", &found.services)),
        licences: licences(lang, found, (&query, counted)),
        weeks: columns(lang, found, (&query, counted)),
        governorates: value::options(lang, "governorate"),
        sectors: value::options(lang, "sector"),
        publish: visitor.decides().then(|| counts::filter(&query).text()),
        query,
    }
}

/// What could still change the numbers, each leading to where it is settled.
pub(super) fn unknown(lang: Lang, known: &NotKnownYet) -> Vec<Number> {
    let held = |state: &str| format!("{}?state={state}", held::PATH);
    [
        ("unknown-held", known.changes_held, held("held")),
        ("unknown-waiting", known.changes_waiting, held("waiting")),
        ("unknown-refused", known.changes_refused, held("refused")),
        ("unknown-conflicts", known.open_conflicts, review::PATH.to_owned()),
        ("unknown-duplicates", known.suspected_duplicates, duplicates::PATH.to_owned()),
        ("unknown-silent", known.phones_silent, format!("{}?silent=1", devices::PATH)),
    ]
    .map(|(label, number, href)| Number { label: lang.say(label).into_owned(), count: number, href })
    .into()
}

/// Whose licences ended or end soon.
fn licences(lang: Lang, found: &Overview, (query, counted): (&Query, &str)) -> Vec<Number> {
    let number = |(ends, count): &(Ends, i64)| Number {
        label: lang.say(&format!("licence-{}", ends.word())).into_owned(),
        count: *count,
        href: query.with(&[("standing", counted), ("licence", ends.word())]).at(families::PATH),
    };
    found.licences.iter().map(number).collect()
}

/// The charts of the parts by governorate, sector and activity; `open` makes the address of the rows of some parameters.
pub(super) fn charts(
    lang: Lang,
    [governorates, sectors, activities]: [&[Part]; 3],
    open: impl Fn(&[(&str, &str)]) -> String,
) -> Vec<(&'static str, Vec<Bar>)> {
    vec![
        ("by-governorate", bars(lang, governorates, "governorate", &open)),
        ("by-sector", bars(lang, sectors, "sector", &open)),
        ("by-activity", bars(lang, activities, "activity", &open)),
    ]
}

/// The parts of a number with their bars; each opens its families.
pub(super) fn bars(lang: Lang, parts: &[Part], name: &str, open: &impl Fn(&[(&str, &str)]) -> String) -> Vec<Bar> {
    let most = parts.iter().map(|part| part.tally.families).max().unwrap_or(1).max(1);
    let wide = |number: i64| number * WIDTH / most;
    // A bar begins where reading begins.
    let begin = |width: i64| if lang == Lang::Ar { WIDTH - width } else { 0 };
    let bar = |part: &Part| {
        let code = part.code.as_deref().unwrap_or(NONE);
        let label =
            part.code.as_ref().map_or_else(|| lang.say("not-given").into_owned(), |code| value::word(lang, name, code));
        let open = |standing: &str| open(&[("standing", standing), (name, code)]);
        let (width, verified_width) = (wide(part.tally.families), wide(part.tally.verified));
        Bar {
            label,
            families: part.tally.families,
            verified: part.tally.verified,
            href: open("counted"),
            verified_href: open("verified"),
            x: begin(width),
            width,
            verified_x: begin(verified_width),
            verified_width,
        }
    };
    parts.iter().map(bar).collect()
}

fn columns(lang: Lang, found: &Overview, (query, counted): (&Query, &str)) -> Vec<Column> {
    let most = found.weeks.iter().map(|(_, families)| *families).max().unwrap_or(1).max(1);
    let column = |(place, (week, families)): (i64, &(time::Date, i64))| Column {
        label: lang.day(*week),
        families: *families,
        href: query.with(&[("standing", counted), ("week", &week.to_string())]).at(families::PATH),
        x: if lang == Lang::Ar { 11 - place } else { place } * 20,
        height: families * WIDTH / most,
    };
    (0..).zip(&found.weeks).map(column).collect()
}
