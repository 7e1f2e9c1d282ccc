//! `GET /console/fieldwork`: how far visits reached the families, by area and by block, and who of the field works where.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use usra_sync_protocol::area::Area;

use super::page::{self, Page, Room, show};
use super::query::{NONE, Query};
use super::visitor::{Decider, Visitor};
use super::{areas, devices, families, visits};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::fieldwork::cover::Cover;
use crate::registry::fieldwork::surveyor::Surveyor;
use crate::registry::fieldwork::{self, Fieldwork, Place};
use crate::storage::area;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/fieldwork";

/// A number with the rows that it counts.
#[derive(Debug)]
struct Door {
    count: i64,
    href: String,
}

/// An area or a block.
#[derive(Debug)]
struct Row {
    name: String,
    /// Where it is looked at more closely.
    href: Option<String>,
    cover: Doors,
    people: Option<Door>,
}

/// The numbers of some families.
#[derive(Debug)]
struct Doors {
    families: Door,
    visited: Door,
    missed: Door,
    last: String,
}

/// Somebody of the field.
#[derive(Debug)]
struct Person {
    name: String,
    role: &'static str,
    areas: String,
    phones: Door,
    families: Door,
    visits: Door,
    heard: String,
    silent: bool,
    works: bool,
    reassign: String,
}

#[derive(Template)]
#[template(path = "console/fieldwork.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    title: Option<String>,
    all: Doors,
    places: Vec<Row>,
    blocks: Vec<Row>,
    people: Vec<Person>,
    visits: String,
}

/// Shows the coverage.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(text): RawQuery,
) -> Result<Response, Refusal> {
    let query = only_area(&text.unwrap_or_default());
    let (scope, now) = (visitor.scope.clone(), app.clock.now());
    let chosen = query.area().map(|area| area.id);
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        let found = fieldwork::fieldwork(&mut conn, app.region, &scope, chosen, now).await?;
        Ok::<_, sqlx::Error>((found, area::list(&mut conn, app.region).await?))
    };
    let (found, areas) = detached(work).await?;
    let day = fieldwork::recent(now).to_offset(crate::clock::RIYADH).date();
    show(&shown(&visitor, query, (&found, &areas), &day.to_string()))
}

/// The query, of which this page hears the area alone.
fn only_area(text: &str) -> Query {
    let asked = Query::parse(text);
    let mut heard = Query::default().with(&[("area", asked.get("area").unwrap_or_default())]);
    heard.faults = asked.faults;
    heard
}

fn shown(visitor: &Visitor, query: Query, (found, all): (&Fieldwork, &[Area]), since: &str) -> Shown {
    let lang = visitor.lang;
    let counted = query.with(&[("standing", "counted")]);
    Shown {
        page: Page::of(visitor, Room::Fieldwork),
        lang,
        title: query.area().map(|area| areas::name(lang, &area)),
        all: doors(lang, &counted, found.all),
        places: found.places.iter().map(|place| of_place(lang, place)).collect(),
        blocks: blocks(lang, &counted, found),
        people: found.people.iter().map(|person| of_person(lang, &counted, (person, all), since)).collect(),
        visits: query.at(visits::PATH),
        query,
    }
}

/// The numbers of the families that a query means.
fn doors(lang: Lang, query: &Query, cover: Cover) -> Doors {
    let door = |count: i64, visited: &str| Door { count, href: query.with(&[("visited", visited)]).at(families::PATH) };
    Doors {
        families: door(cover.families, ""),
        visited: door(cover.visited, "yes"),
        missed: door(cover.missed(), "no"),
        last: cover.last_at.map_or("—".to_owned(), |at| lang.moment(at)),
    }
}

fn of_place(lang: Lang, place: &Place) -> Row {
    let (code, name) = (place.area.code.as_str(), areas::name(lang, &place.area));
    let only = |path: &str| Query::default().with(&[("area", code)]).at(path);
    let parameter = if place.alone { "home" } else { "area" };
    let counted = Query::default().with(&[("standing", "counted"), (parameter, code)]);
    Row {
        name: if place.alone { lang.say_what("fieldwork-itself", &name).into_owned() } else { name },
        href: (!place.alone).then(|| only(PATH)),
        cover: doors(lang, &counted, place.cover),
        people: (!place.alone).then(|| Door {
            count: i64::try_from(place.people).unwrap_or(i64::MAX),
            href: format!("{}#people", only(PATH)),
        }),
    }
}

/// The blocks; where no family has one, there is nothing to tell.
fn blocks(lang: Lang, counted: &Query, found: &Fieldwork) -> Vec<Row> {
    if found.blocks.keys().all(Option::is_none) {
        return Vec::new();
    }
    found.blocks.iter().map(|(block, cover)| of_block(lang, counted, block.as_deref(), *cover)).collect()
}

fn of_block(lang: Lang, counted: &Query, block: Option<&str>, cover: Cover) -> Row {
    let narrowed = counted.with(&[("block", block.unwrap_or(NONE))]);
    Row {
        name: block.map_or_else(|| lang.say("not-given").into_owned(), str::to_owned),
        href: None,
        cover: doors(lang, &narrowed, cover),
        people: None,
    }
}

fn of_person(lang: Lang, counted: &Query, (person, all): (&Surveyor, &[Area]), since: &str) -> Person {
    let phone = person.phone.to_string();
    let surveyor = ("surveyor", phone.as_str());
    let visits = counted.with(&[("standing", ""), surveyor]).at(visits::PATH);
    Person {
        name: person.name.clone(),
        role: page::role(person.role),
        areas: areas::names(lang, all, &person.areas),
        phones: Door {
            count: i64::try_from(person.phones.len()).unwrap_or(i64::MAX),
            href: Query::default().with(&[surveyor]).at(devices::PATH),
        },
        families: Door { count: person.families, href: counted.with(&[surveyor]).at(families::PATH) },
        visits: Door { count: person.visits, href: format!("{visits}&from={since}") },
        heard: lang.moment(person.heard_at),
        silent: person.silent,
        works: person.working > 0,
        reassign: format!("{}/{phone}/areas", devices::PATH),
    }
}
