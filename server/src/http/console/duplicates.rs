//! `GET /console/duplicates`: pairs of families that may be one, the most alike first, each with what speaks for it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::families::{self, Row};
use super::page::{Page, Room, show};
use super::query::Query;
use super::turn::{Turn, whole};
use super::visitor::{Decider, Visitor};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::duplicates::Level;
use crate::registry::duplicates::pairs::{self, Pair, Pairs};
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/duplicates";
/// Pairs a page.
const SIZE: usize = 20;

/// A pair of the list.
#[derive(Debug)]
struct Two {
    href: String,
    level: String,
    level_kind: &'static str,
    reasons: Vec<String>,
    found: String,
    families: [Row; 2],
}

#[derive(Template)]
#[template(path = "console/duplicates.html")]
struct Shown {
    page: Page,
    lang: Lang,
    total: i64,
    behind: i64,
    pairs: Vec<Two>,
    turn: Turn,
}

/// Shows what waits.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(text): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(&text.unwrap_or_default());
    let (page, areas) = (query.page(), visitor.areas());
    let work = async move { pairs::list(&mut *app.pool.acquire().await?, app.region, &areas, (page, SIZE)).await };
    let found = detached(work).await?;
    show(&shown(&visitor, &query, found))
}

fn shown(visitor: &Visitor, query: &Query, found: Pairs) -> Shown {
    let lang = visitor.lang;
    Shown {
        page: Page::of(visitor, Room::Duplicates),
        lang,
        total: whole(found.total),
        behind: found.behind,
        turn: Turn::of((query, PATH), found.page, (found.total, SIZE)),
        pairs: found.pairs.into_iter().map(|pair| two(lang, pair)).collect(),
    }
}

fn two(lang: Lang, pair: Pair) -> Two {
    Two {
        href: format!("{PATH}/{}/{}", pair.one.record_id, pair.other.record_id),
        level: level(lang, pair.level),
        level_kind: level_kind(pair.level),
        reasons: reasons(lang, &pair.reasons),
        found: lang.moment(pair.found_at),
        families: [families::of(lang, pair.one), families::of(lang, pair.other)],
    }
}

/// How sure it is, in words.
pub(super) fn level(lang: Lang, level: Level) -> String {
    lang.say(&format!("duplicate-{}", level.word())).into_owned()
}

/// How that looks.
pub(super) fn level_kind(level: Level) -> &'static str {
    match level {
        Level::Certain => "bad",
        Level::Likely => "warn",
        Level::Possible => "quiet",
    }
}

/// What speaks for it, in words.
pub(super) fn reasons(lang: Lang, reasons: &[String]) -> Vec<String> {
    reasons.iter().map(|reason| lang.say(&format!("alike-{reason}")).into_owned()).collect()
}
