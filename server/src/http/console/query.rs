//! The filter as it stands in an address: the same for the overview, the list and every link between them. What cannot be understood is told on
//! the page and narrows nothing.

use std::collections::BTreeMap;

use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};
use usra_sync_protocol::area::{Area, below};
use usra_sync_protocol::code_list;
use usra_sync_protocol::place::areas;
use uuid::Uuid;

use super::columns::{self, Column};
use crate::clock::RIYADH;
use crate::registry::fieldwork::VISITED_WITHIN;
use crate::registry::licences::Ends;
use crate::registry::overview::FRESH_FOR;
use crate::storage::listed_family::Filter;

/// What families can be narrowed by, and the list that its codes are of.
pub(super) const CODED: [(&str, &str); 9] = [
    ("governorate", "governorate"),
    ("sector", "sector"),
    ("activity", "activity"),
    ("status", "family_status"),
    ("need", "need_category"),
    ("service", "service_type"),
    ("provider", "provider"),
    ("holds", "licence_type"),
    ("gap", "licence_type"),
];
/// Those of them that tell of households.
pub(super) const OF_HOUSEHOLDS: [&str; 3] = ["need", "service", "provider"];
/// How families stand, for the parameter `standing`.
pub(super) const STANDINGS: [&str; 4] = ["counted", "verified", "provisional", "uncounted"];
/// Whether a family was visited lately, for the parameter `visited`.
pub(super) const VISITED: [&str; 2] = ["yes", "no"];
/// Parameters that say something else than which families.
const OF_OTHERS: [&str; 2] = ["said", "as"];
/// What stands for "none" in an address.
pub(super) const NONE: &str = "-";

/// The parameters of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    values: BTreeMap<String, String>,
    /// The names of those that were not understood.
    pub(super) faults: Vec<String>,
}

impl Query {
    /// Reads what stands behind the question mark of an address that means families.
    pub(super) fn parse(text: &str) -> Self {
        Self::parse_of(text, is_understood)
    }

    /// Reads it where other names and values are understood.
    pub(super) fn parse_of(text: &str, is_understood: fn(&str, &str) -> bool) -> Self {
        let (mut query, mut columns) = (Self::default(), Vec::new());
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let (name, value) = (name.into_owned(), value.trim().to_owned());
            if value.is_empty() || OF_OTHERS.contains(&name.as_str()) {
                continue;
            }
            if name == columns::PARAMETER {
                columns.extend(value.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()));
            } else if is_understood(&name, &value) {
                query.values.insert(name, value);
            } else if !query.faults.contains(&name) {
                query.faults.push(name);
            }
        }
        query.choose(&columns, is_understood);
        query
    }

    /// Keeps the columns that are understood.
    fn choose(&mut self, words: &[String], is_understood: fn(&str, &str) -> bool) {
        let name = columns::PARAMETER;
        let known: Vec<String> = words.iter().filter(|word| is_understood(name, word)).cloned().collect();
        if known.len() < words.len() {
            self.faults.push(name.to_owned());
        }
        self.values.extend(columns::written(&known).map(|columns| (name.to_owned(), columns)));
    }

    /// A value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A code: empty where the address asks for those that have none.
    pub(super) fn code(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| if value == NONE { String::new() } else { value.to_owned() })
    }

    /// Whether nothing narrows.
    pub(super) fn is_empty(&self) -> bool {
        self.values.keys().all(|name| name == "page" || name == columns::PARAMETER)
    }

    /// The same without what says only how a list looks.
    pub(super) fn narrowing(self) -> Self {
        self.without(columns::PARAMETER)
    }

    /// The page asked for, from 0.
    pub(super) fn page(&self) -> usize {
        self.get("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).saturating_sub(1)
    }

    /// The same with other values, and from the first page; an empty value takes one away.
    pub(super) fn with(&self, changes: &[(&str, &str)]) -> Self {
        let mut values = self.values.clone();
        values.remove("page");
        for (name, value) in changes {
            values.remove(*name);
            if !value.is_empty() {
                values.insert((*name).to_owned(), (*value).to_owned());
            }
        }
        Self { values, faults: Vec::new() }
    }

    /// The same without one, and with what was not understood.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.values.remove(name);
        self
    }

    /// The same without these, each told not to be understood where it was given.
    pub(super) fn refusing(mut self, names: &[&str]) -> Self {
        let given = names.iter().filter(|name| self.values.remove(**name).is_some());
        self.faults.extend(given.map(|name| (*name).to_owned()));
        self
    }

    /// The address of `path` with these parameters.
    pub(super) fn at(&self, path: &str) -> String {
        if self.values.is_empty() {
            return path.to_owned();
        }
        let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.values).finish();
        format!("{path}?{pairs}")
    }

    /// The area asked for.
    pub(super) fn area(&self) -> Option<Area> {
        self.get("area").and_then(area)
    }

    /// The areas that families must lie in: all of one, or what lies in it and nothing below.
    fn within(&self) -> Option<Vec<i32>> {
        let exactly = self.get("home").and_then(area).map(|area| vec![area.id]);
        let all = || self.area().map(|area| below(&areas(), area.id));
        let ids = exactly.or_else(all)?;
        Some(ids.into_iter().map(|area| area.0.cast_signed()).collect())
    }

    /// The parameters alone, from the first page, as they stand behind the question mark.
    pub(super) fn text(&self) -> String {
        self.with(&[]).at("").trim_start_matches('?').to_owned()
    }

    /// Every name with its value.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The day at whose end the families shall be as they were.
    pub(super) fn as_of(&self) -> Option<Date> {
        self.get("as_of").and_then(day)
    }

    /// What the parameters mean.
    pub(super) fn filter(&self, now: OffsetDateTime) -> Filter {
        let text = |name: &str| self.code(name);
        let week = self.get("week").and_then(day);
        let today = now.to_offset(RIYADH).date();
        let licence = |name: &str| self.get(name).map(|kind| (kind.to_owned(), today));
        Filter {
            governorate: text("governorate"),
            sector: text("sector"),
            activity: text("activity"),
            status: text("status"),
            standing: text("standing"),
            need: text("need"),
            service: text("service"),
            from: week.map(midnight),
            until: week.map(|week| midnight(week.saturating_add(Duration::WEEK))),
            licence_ends: self.get("licence").and_then(ends).map(|ends| ends.days(today)),
            provider: text("provider"),
            holds: licence("holds"),
            lacks: licence("gap"),
            changed_after: self.get("changed").map(|_fresh| now - FRESH_FOR),
            within: self.within(),
            block: text("block"),
            visited: self.get("visited").map(|word| (word == VISITED[0], now - VISITED_WITHIN)),
            surveyor: self.get("surveyor").and_then(|id| id.parse().ok()),
        }
    }
}

fn is_understood(name: &str, value: &str) -> bool {
    match name {
        "standing" => STANDINGS.contains(&value),
        columns::PARAMETER => Column::of_word(value).is_some(),
        "week" | "as_of" => day(value).is_some(),
        "page" => is_page(value),
        "q" => value.chars().count() <= 100,
        "changed" => value == "fresh",
        "licence" => ends(value).is_some(),
        "area" | "home" => area(value).is_some(),
        "block" => value.chars().count() <= 64,
        "visited" => VISITED.contains(&value),
        "surveyor" => value.parse::<Uuid>().is_ok(),
        // To hold or to lack none says nothing.
        "gap" | "holds" => value != NONE && is_code("licence_type", value),
        other => CODED.iter().find(|(known, _)| *known == other).is_some_and(|(_, list)| is_code(list, value)),
    }
}

/// Whether it is a code of the list, or stands for none.
pub(super) fn is_code(list: &str, value: &str) -> bool {
    value == NONE || code_list::list(list).is_some_and(|list| list.get(value).is_some())
}

/// The area of a code.
pub(super) fn area(code: &str) -> Option<Area> {
    areas().into_iter().find(|area| area.code == code)
}

/// Whether it is the number of a page.
pub(super) fn is_page(value: &str) -> bool {
    value.parse::<u32>().is_ok_and(|page| page > 0)
}

/// How soon a licence ends, by its word.
pub(super) fn ends(word: &str) -> Option<Ends> {
    Ends::ALL.into_iter().find(|ends| ends.word() == word)
}

pub(super) fn day(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// The last moment of a day in Makkah.
pub(super) fn end_of(day: Date) -> OffsetDateTime {
    midnight(day.saturating_add(Duration::DAY)) - Duration::MICROSECOND
}

pub(super) fn midnight(day: Date) -> OffsetDateTime {
    day.midnight().assume_offset(RIYADH)
}

/// The first value of a name in a query.
pub(super) fn first(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn an_address_says_what_it_means_and_comes_back_the_same() {
        let query = Query::parse(
            "governorate=JED&sector=FOOD&standing=verified&week=2026-11-22&q=%D9%86%D9%88%D8%B1%D8%A9&page=3",
        );
        assert_eq!(query.faults, Vec::<String>::new());
        assert_eq!(query.page(), 2);
        let filter = query.filter(datetime!(2026-11-29 09:00 UTC));
        assert_eq!((filter.governorate.as_deref(), filter.standing.as_deref()), (Some("JED"), Some("verified")));
        assert_eq!(filter.from, Some(datetime!(2026-11-21 21:00 UTC)));
        assert_eq!(filter.until, Some(datetime!(2026-11-28 21:00 UTC)));
        let address = query.at("/console/families");
        assert_eq!(Query::parse(address.split_once('?').unwrap().1), query);
    }

    #[test]
    fn a_day_ends_with_its_last_moment_in_makkah() {
        let query = Query::parse("as_of=2026-11-28&governorate=JED");
        assert_eq!(query.as_of().map(end_of), Some(datetime!(2026-11-28 20:59:59.999_999 UTC)));
        assert_eq!(query.without("as_of").text(), "governorate=JED");
        assert_eq!(Query::parse("as_of=28.11.2026").faults, ["as_of"]);
    }

    #[test]
    fn none_is_a_value_of_its_own() {
        assert_eq!(
            Query::parse("governorate=-").filter(datetime!(2026-11-29 09:00 UTC)).governorate.as_deref(),
            Some("")
        );
        assert_eq!(Query::parse("governorate=").filter(datetime!(2026-11-29 09:00 UTC)), Filter::default());
    }

    #[test]
    fn what_is_not_understood_is_told_and_narrows_nothing() {
        let query = Query::parse("governorate=XXX&week=soon&page=0&colour=red&sector=FOOD");
        assert_eq!(query.faults, ["governorate", "week", "page", "colour"]);
        assert_eq!(
            query.filter(datetime!(2026-11-29 09:00 UTC)),
            Filter { sector: Some("FOOD".to_owned()), ..Filter::default() }
        );
    }

    #[test]
    fn a_licence_that_is_held_or_lacked_is_so_on_the_day_in_makkah() {
        let filter = Query::parse("gap=HOM&holds=CRF").filter(datetime!(2026-11-28 22:00 UTC));
        let today = day("2026-11-29").unwrap();
        assert_eq!(filter.lacks, Some(("HOM".to_owned(), today)));
        assert_eq!(filter.holds, Some(("CRF".to_owned(), today)));
        assert_eq!(Query::parse("gap=-&holds=XXX").faults, ["gap", "holds"]);
    }

    #[test]
    fn an_area_means_all_below_it_and_a_home_only_itself() {
        let filter = |text: &str| Query::parse(text).filter(datetime!(2026-11-29 09:00 UTC));
        let all = filter("area=JED&visited=no&block=-").within.unwrap();
        assert!(all.len() > 1 && all.contains(&201));
        assert_eq!(filter("area=JED&home=JED").within, Some(vec![200]));
        let since = datetime!(2025-11-29 09:00 UTC);
        assert_eq!(filter("visited=no").visited, Some((false, since)));
        assert_eq!(filter("block=-").block.as_deref(), Some(""));
        assert_eq!(Query::parse("area=JED-99&visited=often&surveyor=huda").faults, ["area", "visited", "surveyor"]);
    }

    #[test]
    fn another_value_begins_at_the_first_page() {
        let query = Query::parse("governorate=JED&page=3");
        assert_eq!(query.with(&[("sector", "FOOD")]).at("/a"), "/a?governorate=JED&sector=FOOD");
        assert_eq!(query.with(&[("governorate", "")]).at("/a"), "/a");
        assert!(Query::parse("page=2").is_empty() && !query.is_empty());
    }

    #[test]
    fn columns_go_along_and_narrow_nothing() {
        let query = Query::parse("cols=place,colour&cols=standing&governorate=JED&page=2");
        assert_eq!(query.faults, ["cols"]);
        assert_eq!(query.with(&[("sector", "FOOD")]).text(), "cols=place%2Cstanding&governorate=JED&sector=FOOD");
        assert_eq!(query.narrowing().text(), "governorate=JED");
        assert!(Query::parse("cols=place").is_empty());
        assert_eq!(Query::parse("cols=place").filter(datetime!(2026-11-29 09:00 UTC)), Filter::default());
        assert_eq!(Query::parse_of("cols=place", |name, _| name == "page").faults, ["cols"]);
    }
}
