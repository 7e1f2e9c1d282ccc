//! `GET /console/visits`: the visits of a time by day and outcome, and each of them. Never where exactly: that is sealed.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use time::{Date, Duration, OffsetDateTime};
use usra_sync_protocol::area::{Area, below};
use usra_sync_protocol::code_list;
use usra_sync_protocol::place;

use super::page::{Page, Room, show};
use super::query::{NONE, area, day, midnight};
use super::visitor::{Decider, Visitor};
use super::{areas, families, value};
use crate::clock::RIYADH;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::problem::Refusal;
use crate::registry::device;
use crate::registry::fieldwork::{self, surveyor};
use crate::registry::visits::{self, Visits};
use crate::storage::visit::{Filter, VisitRow};
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/visits";
/// Visits a page.
const SIZE: i64 = 50;
/// The list of outcomes.
const OUTCOMES: &str = "visit_outcome";

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    values: BTreeMap<&'static str, String>,
    faults: Vec<String>,
}

impl Asked {
    const NAMES: [&'static str; 6] = ["area", "from", "outcome", "page", "surveyor", "until"];

    fn parse(text: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let value = value.trim();
            let known = Self::NAMES.into_iter().find(|known| *known == name);
            match known.filter(|name| is_understood(name, value)) {
                _ if value.is_empty() || name == "said" => {}
                Some(known) => drop(asked.values.insert(known, value.to_owned())),
                None => asked.faults.push(name.into_owned()),
            }
        }
        asked
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    fn page(&self) -> i64 {
        self.get("page").and_then(|page| page.parse::<i64>().ok()).unwrap_or(1).max(1)
    }

    /// The first and the last day: the last thirty unless told.
    fn days(&self, now: OffsetDateTime) -> (Date, Date) {
        let until = self.get("until").and_then(day);
        let last = until.unwrap_or_else(|| now.to_offset(RIYADH).date());
        let recent = last.saturating_sub(Duration::days(fieldwork::RECENT_DAYS - 1));
        (self.get("from").and_then(day).unwrap_or(recent), last)
    }

    /// The address of the same with other values, from the first page.
    fn with(&self, changes: &[(&'static str, &str)]) -> String {
        let mut values = self.values.clone();
        values.remove("page");
        values.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        values.retain(|_, value| !value.is_empty());
        let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(&values).finish();
        if pairs.is_empty() { PATH.to_owned() } else { format!("{PATH}?{pairs}") }
    }

    fn filter(&self, visitor: &Visitor, now: OffsetDateTime) -> Filter {
        let (first, last) = self.days(now);
        // Without a last day those count too that a phone with a fast clock dates from tomorrow.
        let until = self.get("until").map(|_given| midnight(last.saturating_add(Duration::DAY)));
        Filter {
            areas: within(visitor, self.get("area").and_then(area)),
            surveyor: self.get("surveyor").and_then(|id| id.parse().ok()),
            outcome: self.get("outcome").map(|code| if code == NONE { String::new() } else { code.to_owned() }),
            from: Some(midnight(first)),
            until,
        }
    }
}

fn is_understood(name: &str, value: &str) -> bool {
    match name {
        "area" => area(value).is_some(),
        "from" | "until" => day(value).is_some(),
        "outcome" => value == NONE || code_list::list(OUTCOMES).is_some_and(|list| list.get(value).is_some()),
        "page" => value.parse::<u32>().is_ok_and(|page| page > 0),
        "surveyor" => value.parse::<uuid::Uuid>().is_ok(),
        _ => false,
    }
}

fn within(visitor: &Visitor, chosen: Option<Area>) -> Vec<i32> {
    let below: Option<BTreeSet<_>> = chosen.map(|area| below(&place::areas(), area.id).into_iter().collect());
    let inside = visitor.scope.areas.iter().filter(|area| below.as_ref().is_none_or(|below| below.contains(area)));
    inside.map(|area| area.0.cast_signed()).collect()
}

/// A number with the visits that it counts.
#[derive(Debug)]
struct Door {
    count: i64,
    href: String,
}

/// A day with a number for each outcome.
#[derive(Debug)]
struct Day {
    name: String,
    all: Door,
    outcomes: Vec<Door>,
}

/// A visit.
#[derive(Debug)]
struct Row {
    family: String,
    name: String,
    kind: String,
    outcome: String,
    at: String,
    minutes: Option<i64>,
    next: String,
    by: String,
}

/// Options of a field with the chosen one.
type Options = Vec<(String, String, bool)>;

#[derive(Template)]
#[template(path = "console/visits.html")]
struct Shown {
    page: Page,
    lang: Lang,
    faults: Vec<String>,
    places: Options,
    outcomes: Options,
    people: Options,
    from: String,
    until: String,
    total: i64,
    heads: Vec<String>,
    days: Vec<Day>,
    rows: Vec<Row>,
    before: Option<String>,
    after: Option<String>,
    number: i64,
    pages: i64,
}

/// Shows the visits.
///
/// # Errors
/// Those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(text): RawQuery,
) -> Result<Response, Refusal> {
    let (asked, now) = (Asked::parse(&text.unwrap_or_default()), app.clock.now());
    let (filter, page, scope) = (asked.filter(&visitor, now), asked.page(), visitor.scope.clone());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        let found = visits::visits(&mut conn, app.region, &filter, (page, SIZE)).await?;
        Ok::<_, sqlx::Error>((found, device::seen(&mut conn, app.region, &scope, now).await?))
    };
    let (found, phones) = detached(work).await?;
    let people = surveyor::people(&phones, &place::areas(), (&[], &[]));
    let chosen = asked.get("surveyor").and_then(|id| id.parse().ok());
    let is_chosen = |person: &surveyor::Surveyor| chosen.is_some_and(|id| person.phones.contains(&id));
    let people = people.iter().map(|one| (one.phone.to_string(), one.name.clone(), is_chosen(one))).collect();
    show(&shown(&visitor, &asked, (found, people), now))
}

fn shown(visitor: &Visitor, asked: &Asked, (found, people): (Visits, Options), now: OffsetDateTime) -> Shown {
    let lang = visitor.lang;
    let (first, last) = asked.days(now);
    let outcomes = outcomes(lang, &found);
    let turn = |to: i64| asked.with(&[("page", &if to > 1 { to.to_string() } else { String::new() })]);
    let chosen = |name: &str, code: &str| asked.get(name) == Some(code);
    let option = |area: &Area| (area.code.clone(), areas::name(lang, area), chosen("area", &area.code));
    let inside = place::areas().into_iter().filter(|area| visitor.scope.areas.contains(&area.id));
    let coded = |(code, word): &(String, String)| (code.clone(), word.clone(), chosen("outcome", code));
    Shown {
        page: Page::of(visitor, Room::Fieldwork),
        lang,
        faults: asked.faults.clone(),
        places: inside.map(|area| option(&area)).collect(),
        outcomes: outcomes.iter().map(coded).collect(),
        people,
        from: first.to_string(),
        until: last.to_string(),
        total: found.total,
        heads: outcomes.iter().map(|(_, word)| word.clone()).collect(),
        days: days(lang, asked, &found, &outcomes),
        rows: found.rows.into_iter().map(|row| of(lang, row)).collect(),
        before: (found.page > 1).then(|| turn(found.page - 1)),
        after: (found.page < found.pages).then(|| turn(found.page + 1)),
        number: found.page,
        pages: found.pages,
    }
}

/// The outcomes by the order of their list, with what no list knows and with none where visits have such.
fn outcomes(lang: Lang, found: &Visits) -> Vec<(String, String)> {
    let mut outcomes = value::options(lang, OUTCOMES);
    for code in found.days.values().flat_map(BTreeMap::keys) {
        let code = if code.is_empty() { NONE } else { code.as_str() };
        if !outcomes.iter().any(|(known, _)| known == code) {
            let word = if code == NONE { lang.say("not-given").into_owned() } else { code.to_owned() };
            outcomes.push((code.to_owned(), word));
        }
    }
    outcomes
}

fn days(lang: Lang, asked: &Asked, found: &Visits, outcomes: &[(String, String)]) -> Vec<Day> {
    let day = |(day, by_outcome): (&Date, &BTreeMap<String, i64>)| {
        let text = day.to_string();
        let on = [("from", text.as_str()), ("until", text.as_str())];
        let one = |(code, _): &(String, String)| {
            let kept = if code == NONE { "" } else { code };
            let narrowed = [on.as_slice(), &[("outcome", code.as_str())]].concat();
            Door { count: by_outcome.get(kept).copied().unwrap_or_default(), href: asked.with(&narrowed) }
        };
        Day {
            name: lang.day(*day),
            all: Door { count: by_outcome.values().sum(), href: asked.with(&on) },
            outcomes: outcomes.iter().map(one).collect(),
        }
    };
    found.days.iter().rev().map(day).collect()
}

fn of(lang: Lang, row: VisitRow) -> Row {
    let name = lang.pick(row.name_ar.as_deref().unwrap_or_default(), row.name_en.as_deref().unwrap_or_default());
    let name = if name.is_empty() { row.name_ar.as_deref().unwrap_or("—") } else { name }.to_owned();
    let word = |list: &str, code: Option<String>| code.map(|code| value::word(lang, list, &code)).unwrap_or_default();
    let minutes = row.ended_at.map(|end| (end - row.at).whole_minutes()).filter(|minutes| *minutes >= 0);
    Row {
        family: format!("{}/{}", families::PATH, row.family_id),
        name,
        kind: word("visit_type", row.kind),
        outcome: word(OUTCOMES, row.outcome),
        at: lang.moment(row.at),
        minutes,
        next: row.next_visit_on.map(|day| lang.day(day)).unwrap_or_default(),
        by: row.by.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn an_address_says_which_visits_and_what_it_does_not_say_well_is_told() {
        let asked = Asked::parse("area=JED&outcome=DONE&from=2026-11-01&until=soon&page=0&colour=red&said=moved");
        assert_eq!(asked.faults, ["until", "page", "colour"]);
        assert_eq!(asked.days(datetime!(2026-11-29 22:00 UTC)), (date!(2026 - 11 - 01), date!(2026 - 11 - 30)));
        assert_eq!(asked.with(&[("outcome", ""), ("page", "2")]), "/console/visits?area=JED&from=2026-11-01&page=2");
    }

    #[test]
    fn thirty_days_are_meant_unless_told() {
        let now = datetime!(2026-11-29 09:00 UTC);
        assert_eq!(Asked::default().days(now), (date!(2026 - 10 - 31), date!(2026 - 11 - 29)));
        let (first, _) = Asked::default().days(now);
        assert_eq!(midnight(first), fieldwork::recent(now), "as a surveyor's visits are counted");
    }
}
