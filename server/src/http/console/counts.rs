//! `/console/counts`: counts that were published, each with the families it was made of; publishing one, and making it again.

mod one;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use usra_sync_protocol::id::{AreaId, hex_of_bytes};
use uuid::Uuid;

pub use one::{families, one};

use super::form::Form;
use super::page::{Page, Room, show};
use super::query::{CODED, NONE, Query};
use super::visitor::{Decider, Visitor};
use super::{ROOT, past, value};
use crate::dice;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::author::Author;
use crate::registry::published::{self, Published, Publishing};
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/counts";
/// One of them.
pub const ONE: &str = "/console/counts/{id}";
/// The families that it counted.
pub const FAMILIES: &str = "/console/counts/{id}/families";

/// How many characters of a hash tell it from others.
const FIRST: usize = 12;

/// A published count in a list, and at the head of its page.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) href: String,
    pub(super) at: String,
    pub(super) by: String,
    pub(super) filter: String,
    pub(super) areas: String,
    pub(super) families: i64,
    pub(super) verified: i64,
    pub(super) version: i64,
    pub(super) hash: String,
}

#[derive(Template)]
#[template(path = "console/counts.html")]
struct Shown {
    page: Page,
    lang: Lang,
    total: i64,
    rows: Vec<Row>,
}

/// Lists them.
///
/// # Errors
/// Those of storage.
pub async fn get(State(app): State<App>, Decider(visitor): Decider) -> Result<Response, Refusal> {
    let (pool, region, areas) = (app.pool.clone(), app.region, visitor.areas());
    let work = async move { published::list(&mut *pool.acquire().await?, region, Some(&areas)).await };
    let found = detached::<_, sqlx::Error, _>(work).await?;
    show(&Shown {
        page: Page::of(&visitor, Room::Overview),
        lang: visitor.lang,
        total: i64::try_from(found.len()).unwrap_or(i64::MAX),
        rows: found.iter().map(|count| row(&app, &visitor, count, FIRST)).collect(),
    })
}

/// Publishes what the overview shows by the filter that the form carries; leads back there when another number was seen.
///
/// # Errors
/// `origin_foreign`, and those of storage.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    form: Form,
) -> Result<Response, Refusal> {
    let (query, now) = (filter(&Query::parse(form.text("filter"))), app.clock.now());
    let id = uuid::Builder::from_random_bytes(dice::roll()?).into_uuid();
    let publishing = Publishing {
        id,
        staff: visitor.who.staff_id,
        roots: visitor.who.areas.iter().map(|area| area.0.cast_signed()).collect(),
        areas: visitor.areas(),
        filter: visitor.asked(&query, now).filter,
        written: query.text(),
        seen: form.get("seen").and_then(|seen| seen.parse().ok()),
    };
    let (pool, region) = (app.pool.clone(), app.region);
    let work = async move { published::publish(&mut *pool.acquire().await?, region, &publishing, now).await };
    let published = detached::<_, sqlx::Error, _>(work).await?;
    let to = if published {
        format!("{}?said=published", address(id))
    } else {
        query.with(&[("said", "moved-on")]).at(ROOT)
    };
    Ok(Redirect::to(&to).into_response())
}

/// What of a query says which families are counted now.
pub(super) fn filter(query: &Query) -> Query {
    ["q", "page", "standing", "as_of"].into_iter().fold(query.clone(), Query::without).narrowing()
}

fn address(id: Uuid) -> String {
    format!("{PATH}/{id}")
}

fn row(app: &App, visitor: &Visitor, count: &Published, digits: usize) -> Row {
    let lang = visitor.lang;
    let narrowed = in_words(lang, &Query::parse(&count.filter));
    let by = count.by.clone().map_or(Author::Centre, Author::Person);
    Row {
        href: address(count.id),
        at: past::moment(lang, count.at),
        by: value::who(lang, &by),
        filter: if narrowed.is_empty() { lang.say("all").into_owned() } else { joined(lang, &narrowed) },
        areas: areas(app, lang, &count.areas),
        families: count.total.families,
        verified: count.total.verified,
        version: i64::from(count.version),
        hash: hex_of_bytes(&count.hash).chars().take(digits).collect(),
    }
}

fn areas(app: &App, lang: Lang, ids: &[i32]) -> String {
    let name = |id: &i32| {
        let area = app.sync.areas().get(AreaId(id.cast_unsigned()))?;
        Some(lang.pick(&area.name_ar, area.name_en.as_ref().unwrap_or(&area.name_ar)).to_owned())
    };
    joined(lang, &ids.iter().filter_map(name).collect::<Vec<_>>())
}

fn joined(lang: Lang, words: &[String]) -> String {
    words.join(lang.pick("، ", ", "))
}

/// What a query narrows by, each in words.
pub(super) fn in_words(lang: Lang, query: &Query) -> Vec<String> {
    let one = |(name, value): (&str, &str)| {
        let list = CODED.iter().find(|(known, _)| *known == name).map(|(_, list)| *list);
        let said = match (name, list) {
            (_, Some(_)) if value == NONE => lang.say("not-given").into_owned(),
            (_, Some(list)) => value::word(lang, list, value),
            ("standing" | "licence", None) => lang.say(&format!("{name}-{value}")).into_owned(),
            ("changed", None) => lang.say("yes").into_owned(),
            (_, None) => value.to_owned(),
        };
        format!("{}: {said}", past::label(lang, name))
    };
    query.pairs().map(one).collect()
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::code_list;

    use super::*;

    #[test]
    fn a_filter_is_told_in_words() {
        let query =
            Query::parse("governorate=JED&sector=-&standing=verified&week=2026-11-22&licence=soon&changed=fresh");
        let told = in_words(Lang::En, &query);
        assert_eq!(told[1], "Governorate: Jeddah");
        assert!(
            told.contains(&"Sector: Not given".to_owned()) && told.contains(&"Counting: Verified".to_owned()),
            "{told:?}"
        );
        assert!(told.iter().all(|told| !told.contains('-') || told.contains("2026-11-22")), "{told:?}");
        assert!(CODED.iter().all(|(_, list)| code_list::list(list).is_some()));
    }

    #[test]
    fn what_is_published_is_what_the_overview_counts() {
        let query = Query::parse("governorate=JED&standing=verified&page=2&q=x&as_of=2026-11-22&need=TOOLS&cols=place");
        assert_eq!(filter(&query).get("governorate"), Some("JED"));
        assert_eq!(filter(&query).get("standing"), None);
        assert_eq!(filter(&query).get("cols"), None);
        assert!(filter(&Query::parse("page=2&q=x&as_of=2026-11-22")).text().is_empty());
    }
}
