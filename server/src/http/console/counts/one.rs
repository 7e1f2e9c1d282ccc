//! `/console/counts/{id}`: a published count with its parts, made again from the histories of its families; and those families.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use usra_sync_protocol::id::hex_of_bytes;
use usra_sync_protocol::problem::Problem;
use uuid::Uuid;

use super::{Row, address, row};
use crate::http::App;
use crate::http::console::id::Id;
use crate::http::console::overview::{Bar, Number, charts, unknown};
use crate::http::console::page::{Page, Room, show};
use crate::http::console::past::{self, Heading};
use crate::http::console::query::Query;
use crate::http::console::visitor::{Decider, Visitor};
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::published::reproduce::{Outcome, Reproduced, reproduce, reproduced_families};
use crate::registry::published::{self, Published};
use crate::storage::listed_family::VERSION;
use crate::words::Lang;

#[derive(Template)]
#[template(path = "console/count.html")]
struct Shown {
    page: Page,
    lang: Lang,
    count: Row,
    families: Number,
    verified: Number,
    provisional: Number,
    unknown: Vec<Number>,
    charts: Vec<(&'static str, Vec<Bar>)>,
    /// Whether the query is another one by now.
    older: bool,
    made: Made,
}

/// The count as it was made again.
#[derive(Debug)]
struct Made {
    outcome: &'static str,
    good: bool,
    hash: String,
    erased: i64,
    differing: Vec<Uuid>,
}

/// Shows one, and makes it again.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn one(State(app): State<App>, Decider(visitor): Decider, Id(id): Id<Uuid>) -> Result<Response, Refusal> {
    let (pool, region, areas) = (app.pool.clone(), app.region, visitor.areas());
    let work = async move {
        let mut conn = pool.acquire().await?;
        let found = published::find(&mut conn, region, id, Some(&areas)).await?.ok_or(Problem::NotFound)?;
        let made = reproduce(&mut conn, region, &found).await?;
        Ok::<_, Refusal>((found, made))
    };
    let (found, made) = detached(work).await?;
    show(&shown(&app, &visitor, &found, made))
}

/// Lists the families that it counted, as they were.
///
/// # Errors
/// `not_found`, and those of storage.
pub async fn families(
    State(app): State<App>,
    Decider(visitor): Decider,
    Id(id): Id<Uuid>,
    RawQuery(text): RawQuery,
) -> Result<Response, Refusal> {
    let (lang, query) = (visitor.lang, Query::parse(&text.unwrap_or_default()).narrowing());
    let (pool, region, areas) = (app.pool.clone(), app.region, visitor.areas());
    let filter = query.filter(app.clock.now());
    let work = async move {
        let mut conn = pool.acquire().await?;
        let found = published::find(&mut conn, region, id, Some(&areas)).await?.ok_or(Problem::NotFound)?;
        let made = reproduced_families(&mut conn, region, (id, &areas), &filter).await?;
        Ok::<_, Refusal>((found, made))
    };
    let (found, made) = detached(work).await?;
    let notes = vec![
        lang.say_what("as-of", &past::moment(lang, found.at)).into_owned(),
        lang.say("count-families-lead").into_owned(),
    ];
    let heading = Heading {
        title: "count-families-title",
        back: (address(id), lang.say("count-title").into_owned()),
        notes,
        path: format!("{}/families", address(id)),
    };
    past::list(&visitor, heading, (&query, &query.faults), &made)
}

fn shown(app: &App, visitor: &Visitor, found: &Published, made: Reproduced) -> Shown {
    let lang = visitor.lang;
    let path = format!("{}/families", address(found.id));
    let open = |changes: &[(&str, &str)]| Query::default().with(changes).at(&path);
    let number = |label: &str, count: i64, standing: &str| Number {
        label: lang.say(label).into_owned(),
        count,
        href: open(&[("standing", standing)]),
    };
    let parts = &found.parts;
    Shown {
        page: Page::of(visitor, Room::Overview),
        lang,
        count: row(app, visitor, found, usize::MAX),
        families: number("families-counted", found.total.families, "counted"),
        verified: number("families-verified", found.total.verified, "verified"),
        provisional: number("families-provisional", found.total.provisional(), "provisional"),
        unknown: unknown(lang, &found.not_known),
        charts: charts(lang, [&parts.by_governorate, &parts.by_sector, &parts.by_activity], open),
        older: found.version != VERSION,
        made: Made {
            outcome: message(made.outcome),
            good: made.outcome != Outcome::Different,
            hash: hex_of_bytes(&made.hash),
            erased: made.erased,
            differing: made.differing,
        },
    }
}

fn message(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Same => "count-same",
        Outcome::SameButErased => "count-but-erased",
        Outcome::Different => "count-different",
    }
}
