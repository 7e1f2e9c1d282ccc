//! `/console/needs`: what families need, where it waits and for whom, how long it took to meet, and the list of it. For those who decide.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::choice::Choice;
use super::page::{Page, Room, show};
use super::query::{self, NONE, Query};
use super::turn::{Turn, whole};
use super::visitor::{Decider, Visitor};
use super::{families, need, value};
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::audit::By;
use crate::registry::needs::{self, Asked, Needs, Stage};
use crate::storage::need::{NeedRow, TimeRow};
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/needs";
/// Needs a page.
const SIZE: usize = 50;

/// A number that opens the rows it counts.
#[derive(Debug)]
struct Number {
    count: i64,
    href: String,
}

/// A category: its open needs, and those of each governorate.
#[derive(Debug)]
struct Category {
    label: String,
    all: Number,
    places: Vec<Number>,
}

/// How long needs took.
#[derive(Debug)]
struct Time {
    label: String,
    days: String,
    of: Number,
}

/// An agency.
#[derive(Debug)]
struct Agency {
    label: String,
    open: Number,
    /// Nothing but open needs is known of those that no agency is for.
    served: Option<(Number, Number)>,
    time: Option<Time>,
}

/// A need of the list.
#[derive(Debug)]
struct Row {
    family: String,
    name: String,
    place: String,
    href: String,
    category: String,
    priority: String,
    urgent: bool,
    status: String,
    agency: String,
}

#[derive(Template)]
#[template(path = "console/needs.html")]
struct Shown {
    page: Page,
    lang: Lang,
    query: Query,
    choices: Vec<Choice>,
    places: Vec<String>,
    categories: Vec<Category>,
    times: Vec<Time>,
    agencies: Vec<Agency>,
    total: i64,
    rows: Vec<Row>,
    turn: Turn,
}

/// Shows the needs.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(text): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse_of(&text.unwrap_or_default(), is_understood);
    let (areas, now, page) = (visitor.areas(), app.clock.now(), query.page());
    let asked = Asked {
        families: visitor.asked(&query, now).filter,
        category: query.code("category"),
        priority: query.code("priority"),
        status: query.code("state"),
        agency: query.code("agency"),
        served: query.code("served"),
        stage: query.get("stage").and_then(stage),
    };
    let by = By::Staff(visitor.who.staff_id);
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        needs::list(&mut conn, app.region, &areas, (&asked, by, now), (page, SIZE)).await
    };
    let found: Needs = detached(work).await?;
    show(&shown(&visitor, query, &found))
}

fn is_understood(name: &str, value: &str) -> bool {
    match name {
        "page" => query::is_page(value),
        "governorate" => query::is_code("governorate", value),
        "category" => query::is_code("need_category", value),
        "priority" => query::is_code("need_priority", value),
        "state" => query::is_code("need_status", value),
        "agency" => query::is_code("provider", value),
        "served" => value != NONE && query::is_code("provider", value),
        "stage" => stage(value).is_some(),
        _ => false,
    }
}

fn stage(word: &str) -> Option<Stage> {
    Stage::ALL.into_iter().find(|stage| stage.word() == word)
}

fn shown(visitor: &Visitor, query: Query, found: &Needs) -> Shown {
    let lang = visitor.lang;
    // The tables are of all needs of the governorate that is asked for.
    let all = query.with(&["category", "priority", "state", "agency", "served", "stage"].map(|name| (name, "")));
    let places: BTreeSet<Option<String>> = found.open.keys().map(|(_, place)| place.clone()).collect();
    Shown {
        page: Page::of(visitor, Room::Needs),
        lang,
        choices: choices(lang, &query),
        categories: categories(lang, found, (&all, &places)),
        places: places.iter().map(|place| word(lang, "governorate", place.as_deref())).collect(),
        times: found.times.iter().filter(|row| row.of_category).map(|row| time(lang, &all, row)).collect(),
        agencies: agencies(lang, found, &all),
        total: whole(found.total),
        rows: found.rows.iter().map(|row| of(lang, found, row)).collect(),
        turn: Turn::of((&query, PATH), found.page, (found.total, SIZE)),
        query,
    }
}

fn choices(lang: Lang, query: &Query) -> Vec<Choice> {
    let stages = Stage::ALL
        .map(|stage| (stage.word().to_owned(), lang.say(&format!("need-stage-{}", stage.word())).into_owned()));
    let coded = |name: &'static str, label: &str, list: &str| Choice::coded(lang, query, (name, label), list);
    vec![
        Choice::of(lang, query, ("stage", "need-stage"), stages.into()),
        coded("category", "category", "need_category").or_none(lang, "not-given"),
        coded("priority", "need-priority", "need_priority").or_none(lang, "not-given"),
        coded("state", "status", "need_status"),
        coded("agency", "need-agency", "provider").or_none(lang, "agency-none"),
        coded("served", "need-served-by", "provider"),
        coded("governorate", "by-governorate", "governorate").or_none(lang, "not-given"),
    ]
}

/// The word of a code; what has none has one too.
fn word(lang: Lang, list: &str, code: Option<&str>) -> String {
    code.map_or_else(|| lang.say("not-given").into_owned(), |code| value::word(lang, list, code))
}

type Places = BTreeSet<Option<String>>;

/// Open needs by category, most first.
fn categories(lang: Lang, found: &Needs, (all, places): (&Query, &Places)) -> Vec<Category> {
    let mut totals: BTreeMap<Option<&str>, i64> = BTreeMap::new();
    for ((category, _), count) in &found.open {
        *totals.entry(category.as_deref()).or_default() += count;
    }
    let mut totals: Vec<_> = totals.into_iter().collect();
    totals.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let of = |(category, count): (Option<&str>, i64)| {
        let open = all.with(&[("stage", "open"), ("category", category.unwrap_or(NONE))]);
        let place = |place: &Option<String>| Number {
            count: found.open.get(&(category.map(str::to_owned), place.clone())).copied().unwrap_or_default(),
            href: open.with(&[("governorate", place.as_deref().unwrap_or(NONE))]).at(PATH),
        };
        Category {
            label: word(lang, "need_category", category),
            places: places.iter().map(place).collect(),
            all: Number { count, href: open.at(PATH) },
        }
    };
    totals.into_iter().map(of).collect()
}

fn time(lang: Lang, all: &Query, row: &TimeRow) -> Time {
    let (name, list) = if row.of_category { ("category", "need_category") } else { ("agency", "provider") };
    let href = all.with(&[("stage", "met"), (name, row.code.as_deref().unwrap_or(NONE))]).at(PATH);
    Time {
        label: word(lang, list, row.code.as_deref()),
        days: days(lang, row.median_tenths),
        of: Number { count: row.needs, href },
    }
}

/// Tenths of a day as days.
fn days(lang: Lang, tenths: i64) -> String {
    let (days, rest) = (lang.number(tenths / 10), tenths % 10);
    if rest == 0 { days } else { format!("{days}.{rest}") }
}

/// Every agency that something is known of, and last those needs that are for none.
fn agencies(lang: Lang, found: &Needs, all: &Query) -> Vec<Agency> {
    let of_agencies = found.times.iter().filter(|row| !row.of_category);
    let times: BTreeMap<Option<&str>, &TimeRow> = of_agencies.map(|row| (row.code.as_deref(), row)).collect();
    let mut codes: BTreeSet<Option<&str>> = times.keys().copied().collect();
    codes.extend(found.assigned.keys().map(Option::as_deref));
    codes.extend(found.served.keys().chain(found.provided.keys()).map(|code| Some(code.as_str())));
    let mut agencies: Vec<Agency> =
        codes.iter().filter(|code| code.is_some()).map(|code| agency(lang, (found, all), *code, &times)).collect();
    if codes.contains(&None) {
        agencies.push(agency(lang, (found, all), None, &times));
    }
    agencies
}

fn agency(
    lang: Lang,
    (found, all): (&Needs, &Query),
    code: Option<&str>,
    times: &BTreeMap<Option<&str>, &TimeRow>,
) -> Agency {
    let open = all.with(&[("stage", "open"), ("agency", code.unwrap_or(NONE))]);
    let served = code.map(|code| {
        let of = |counts: &BTreeMap<String, i64>| counts.get(code).copied().unwrap_or_default();
        let families = all.with(&[("standing", "counted"), ("provider", code)]).at(families::PATH);
        let needs = Number { count: of(&found.served), href: all.with(&[("served", code)]).at(PATH) };
        (needs, Number { count: of(&found.provided), href: families })
    });
    Agency {
        label: code.map_or_else(|| lang.say("agency-none").into_owned(), |code| value::word(lang, "provider", code)),
        open: Number {
            count: found.assigned.get(&code.map(str::to_owned)).copied().unwrap_or_default(),
            href: open.at(PATH),
        },
        served,
        time: times.get(&code).map(|row| time(lang, all, row)),
    }
}

fn of(lang: Lang, found: &Needs, row: &NeedRow) -> Row {
    let family = found.families.get(&row.family_id);
    let place = family.and_then(|family| family.governorate.as_deref());
    let priority = row.priority.map(|priority| priority.to_string());
    let none = || lang.say("agency-none").into_owned();
    Row {
        family: format!("{}/{}", families::PATH, row.family_id),
        name: family.map(|family| families::name(lang, family)).unwrap_or_default(),
        place: word(lang, "governorate", place),
        href: need::address(row.family_id, &row.need_id),
        category: word(lang, "need_category", row.category.as_deref()),
        priority: word(lang, "need_priority", priority.as_deref()),
        urgent: row.priority == Some(1),
        status: value::word(lang, "need_status", &row.status),
        agency: row.agency.as_ref().map_or_else(none, |code| value::word(lang, "provider", code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_told_in_days_and_halves_of_them() {
        assert_eq!(
            (days(Lang::En, 120), days(Lang::Ar, 125), days(Lang::En, 0)),
            ("12".into(), "12.5".into(), "0".into())
        );
    }
}
