//! `GET /console/verify`: the families that wait to be verified, the longest-waiting first, each with what a person decides by and the button.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::choice::Choice;
use super::page::{Page, Room, show};
use super::query::{self, Query};
use super::turn::{Turn, whole};
use super::visitor::{Decider, Visitor};
use super::{duplicates, families, review, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::verification::{self, Queue, Waiting};
use crate::storage::listed_family::ListedRow;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/verify";
/// What a form says that leads back here once a family is verified.
pub(super) const BACK: &str = "queue";
/// Families a page.
const SIZE: usize = 20;

/// A family that waits.
#[derive(Debug)]
struct Row {
    family: families::Row,
    verify: String,
    by: String,
    registered: String,
    members: i64,
    products: i64,
    visits: i64,
    /// How the last visit ended, and when it was.
    outcome: String,
    visited: Option<String>,
    conflicts: i64,
    conflicts_at: String,
    /// The pairs it is in: where each is compared, and the other's name.
    alike: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "console/verification.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    choices: Vec<Choice>,
    total: i64,
    rows: Vec<Row>,
    /// What a form carries so that it leads back to this page of the queue.
    here: String,
    turn: Turn,
}

/// Shows who waits.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(text): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse_of(&text.unwrap_or_default(), is_understood);
    let (areas, page) = (visitor.areas(), query.page());
    let filter = visitor.asked(&query, app.clock.now()).filter;
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        verification::list(&mut conn, app.region, (&areas, &filter), (page, SIZE)).await
    };
    let found = detached::<_, sqlx::Error, _>(work).await?;
    show(&shown(&visitor, query, found))
}

/// The queue of the families that a query of the overview means.
pub(super) fn of(query: &Query) -> String {
    let kept = NARROWED.map(|name| (name, query.get(name).unwrap_or_default()));
    Query::default().with(&kept).at(PATH)
}

/// Where a form that stood in the queue leads once its family is verified: to the page that it stood on.
pub(super) fn after(text: &str) -> String {
    let query = Query::parse_of(text, is_understood);
    let page = query.get("page").unwrap_or_default();
    query.with(&[("said", "verified"), ("page", page)]).at(PATH)
}

/// What the queue is narrowed by.
const NARROWED: [&str; 2] = ["governorate", "sector"];

fn is_understood(name: &str, value: &str) -> bool {
    match name {
        "page" => query::is_page(value),
        other => NARROWED.contains(&other) && query::is_code(other, value),
    }
}

fn shown(visitor: &Visitor, query: Query, found: Queue) -> Shown {
    let lang = visitor.lang;
    let choice = |name| {
        let label = if name == "governorate" { "by-governorate" } else { "by-sector" };
        Choice::coded(lang, &query, (name, label), name).or_none(lang, "not-given")
    };
    Shown {
        page: Page::of(visitor, Room::Verification),
        lang,
        choices: NARROWED.map(choice).into(),
        total: whole(found.total),
        rows: found.families.into_iter().map(|family| row(lang, family)).collect(),
        here: query.at("").trim_start_matches('?').to_owned(),
        turn: Turn::of((&query, PATH), found.page, (found.total, SIZE)),
        query,
    }
}

fn row(lang: Lang, waiting: Waiting) -> Row {
    let Waiting { listed, known, by, alike } = waiting;
    let id = listed.record_id;
    let pair = |other: &ListedRow| {
        let (one, two) = (id.min(other.record_id), id.max(other.record_id));
        (format!("{}/{one}/{two}", duplicates::PATH), families::name(lang, other))
    };
    Row {
        verify: format!("{}/{id}/verify", families::PATH),
        by: value::who(lang, &by),
        registered: lang.moment(listed.created_at),
        members: known.members,
        products: known.products,
        visits: known.visits,
        outcome: known.outcome.map(|code| value::word(lang, "visit_outcome", &code)).unwrap_or_default(),
        visited: known.visited_at.map(|at| lang.moment(at)),
        conflicts: listed.conflicts,
        conflicts_at: review::of_family(id),
        alike: alike.iter().map(pair).collect(),
        family: families::of(lang, listed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_its_page_of_the_queue_and_nowhere_else() {
        for (text, to) in [
            ("", "/console/verify?said=verified"),
            ("governorate=JED&page=3", "/console/verify?governorate=JED&page=3&said=verified"),
            ("//evil.example", "/console/verify?said=verified"),
            ("sector=NONE&said=merged&q=x", "/console/verify?said=verified"),
        ] {
            assert_eq!(after(text), to, "{text}");
        }
    }

    #[test]
    fn the_overview_leads_to_the_families_that_it_means() {
        assert_eq!(of(&Query::parse("governorate=JED&sector=-&page=2")), "/console/verify?governorate=JED&sector=-");
        assert_eq!(of(&Query::default()), PATH);
    }
}
