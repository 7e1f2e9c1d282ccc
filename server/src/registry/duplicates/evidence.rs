//! How alike two families are, and by what. Points say how much each thing weighs; a national id that both have is enough by itself,
//! and no name is (docs/decisions/0018). Pure.

use std::collections::BTreeSet;

use time::Date;
use usra_sync_protocol::arabic::name;

/// With fewer points two families are not told to be alike.
const ENOUGH: i16 = 40;
/// From here on two families are likely one.
const LIKELY: i16 = 60;
/// Only a shared national id gives as many.
const CERTAIN: i16 = 100;
/// The most that people of alike names give beyond the first.
const MORE_PEOPLE: i16 = 30;
/// Years by which births may differ that are not known to the day.
const YEARS: i32 = 2;

/// A family as it is compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) trade: BTreeSet<String>,
    pub(super) mobile: Option<String>,
    pub(super) governorate: Option<String>,
    pub(super) centre: Option<String>,
    /// Folded.
    pub(super) district: Option<String>,
    pub(super) people: Vec<Person>,
    /// Blind indices.
    pub(super) ids: BTreeSet<Vec<u8>>,
}

/// One of its people.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// The parts of the name, folded.
    pub(super) parts: Vec<String>,
    pub(super) gender: Option<String>,
    pub(super) born: Option<Date>,
    /// Whether the birth is known to the day.
    pub(super) to_the_day: bool,
}

/// How alike two families are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Points, 40 to 100.
    pub(super) score: i16,
    /// What gave them, by words.
    pub(super) reasons: Vec<&'static str>,
}

/// How sure it is that two families are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They share a national id.
    Certain,
    /// They share a mobile number and an alike name, or as much.
    Likely,
    /// Alike names in one place, or as much.
    Possible,
}

impl Level {
    /// The level of so many points.
    #[must_use]
    pub fn of(score: i16) -> Self {
        match score {
            CERTAIN.. => Self::Certain,
            LIKELY.. => Self::Likely,
            _ => Self::Possible,
        }
    }

    /// The word in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

/// What speaks for the two being one, where it is enough.
pub(super) fn compare(one: &Facts, other: &Facts) -> Option<Evidence> {
    let points = [id(one, other), mobile(one, other), people(one, other), trade(one, other), place(one, other)];
    let reasons: Vec<&'static str> = points.iter().flat_map(|(_, reasons)| reasons.clone()).collect();
    let score: i16 = points.iter().map(|(points, _)| points).sum();
    let score = if reasons.contains(&"id") { CERTAIN } else { score.min(CERTAIN - 1) };
    (score >= ENOUGH).then_some(Evidence { score, reasons })
}

type Points = (i16, Vec<&'static str>);

fn id(one: &Facts, other: &Facts) -> Points {
    if one.ids.is_disjoint(&other.ids) { (0, Vec::new()) } else { (CERTAIN, vec!["id"]) }
}

fn mobile(one: &Facts, other: &Facts) -> Points {
    if same(one.mobile.as_ref(), other.mobile.as_ref()) { (40, vec!["mobile"]) } else { (0, Vec::new()) }
}

fn trade(one: &Facts, other: &Facts) -> Points {
    if !one.trade.is_empty() && one.trade == other.trade { (15, vec!["trade"]) } else { (0, Vec::new()) }
}

fn place(one: &Facts, other: &Facts) -> Points {
    if !same(one.governorate.as_ref(), other.governorate.as_ref()) {
        return (0, Vec::new());
    }
    if same(one.district.as_ref(), other.district.as_ref()) {
        return (15, vec!["district"]);
    }
    if same(one.centre.as_ref(), other.centre.as_ref()) { (10, vec!["centre"]) } else { (5, vec!["governorate"]) }
}

fn same(one: Option<&String>, other: Option<&String>) -> bool {
    one.is_some() && one == other
}

/// People of both who may be one, each taken once: the most alike first.
fn people(one: &Facts, other: &Facts) -> Points {
    let mut free: Vec<&Person> = other.people.iter().collect();
    let mut found = Vec::new();
    for person in &one.people {
        let best = (0..free.len()).max_by_key(|place| free.get(*place).map_or(0, |other| agree(person, other)));
        if let Some(place) = best.filter(|place| free.get(*place).is_some_and(|other| agree(person, other) > 0)) {
            let other = free.remove(place);
            found.push((agree(person, other), born_alike(person, other)));
        }
    }
    let Some(best) = found.iter().map(|(points, _)| *points).max() else { return (0, Vec::new()) };
    let more = i16::try_from(found.len() - 1).unwrap_or(i16::MAX).saturating_mul(15).min(MORE_PEOPLE);
    let birth = found.iter().any(|(_, born)| *born);
    let mut reasons = vec![if found.len() > 1 { "people" } else { "person" }];
    reasons.extend(birth.then_some("birth"));
    (best + more + if birth { 20 } else { 0 }, reasons)
}

/// What the names of two people give; nothing when they cannot be one.
fn agree(one: &Person, other: &Person) -> i16 {
    let gender = one.gender.is_none() || other.gender.is_none() || one.gender == other.gender;
    match name::agreeing_parts(&one.parts, &other.parts) {
        _ if !gender || !may_be_born_alike(one, other) => 0,
        // A first name alone says nothing.
        0 | 1 => 0,
        2 => 15,
        3 => 30,
        _ => 40,
    }
}

fn may_be_born_alike(one: &Person, other: &Person) -> bool {
    let years = one.born.zip(other.born).map_or(0, |(one, other)| (one.year() - other.year()).abs());
    years <= YEARS
}

fn born_alike(one: &Person, other: &Person) -> bool {
    one.to_the_day && other.to_the_day && one.born.is_some() && one.born == other.born
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn person(name: &str) -> Person {
        Person { parts: name::parts(name), ..Person::default() }
    }

    fn family(names: &[&str]) -> Facts {
        Facts {
            governorate: Some("JED".to_owned()),
            people: names.iter().map(|name| person(name)).collect(),
            ..Facts::default()
        }
    }

    #[test]
    fn a_national_id_of_both_is_certain_whatever_else_differs() {
        let one = Facts { ids: BTreeSet::from([vec![1], vec![2]]), ..family(&["سعد الحربي"]) };
        let other = Facts { ids: BTreeSet::from([vec![2]]), governorate: None, ..Facts::default() };
        let found = compare(&one, &other).unwrap();
        assert_eq!((Level::of(found.score), found.reasons), (Level::Certain, vec!["id"]));
    }

    #[test]
    fn a_mobile_number_and_an_alike_name_are_likely_one_family() {
        let with = |facts: Facts| Facts { mobile: Some("+966500000001".to_owned()), ..facts };
        let found = compare(&with(family(&["فاطمة محمد الغامدي"])), &with(family(&["فاطمة الغامدي"]))).unwrap();
        assert_eq!(Level::of(found.score), Level::Likely);
        assert_eq!(found.reasons, ["mobile", "person", "governorate"]);
        let strangers = compare(&with(family(&["سعد الحربي"])), &with(family(&["نورة العتيبي"]))).unwrap();
        assert_eq!(Level::of(strangers.score), Level::Possible, "families may share a number");
    }

    #[test]
    fn an_alike_name_is_possible_in_one_place_and_nothing_without() {
        let near = |facts: Facts| Facts { centre: Some("JED-1".to_owned()), ..facts };
        let name = ["فاطمة محمد سعد الغامدي"];
        let found = compare(&near(family(&name)), &near(family(&["فاطمة محمد الغامدي"]))).unwrap();
        assert_eq!((Level::of(found.score), found.reasons), (Level::Possible, vec!["person", "centre"]));
        assert_eq!(
            compare(&near(family(&name)), &near(family(&["فاطمة الغامدي"]))),
            None,
            "two parts are many people's"
        );
        let elsewhere =
            Facts { governorate: Some("TAI".to_owned()), ..family(&["فاطمة محمد الغامدي"]) };
        assert_eq!(compare(&family(&name), &elsewhere), None);
    }

    #[test]
    fn names_that_only_look_alike_are_nobodys() {
        for (one, other) in [("محمد سعد الحربي", "محمود سعد الحربي"), ("سعد علي", "سعيد علي"), ("سعد", "سعد")]
        {
            let near = |name: &str| Facts { district: Some("سلامه".to_owned()), ..family(&[name]) };
            assert_eq!(compare(&near(one), &near(other)), None, "{one} {other}");
        }
    }

    #[test]
    fn a_household_whose_people_are_all_there_twice_is_likely_one() {
        let names = ["سعد محمد الحربي", "نورة علي العتيبي", "خالد سعد الحربي"];
        let near = |facts: Facts| Facts { district: Some("سلامه".to_owned()), ..facts };
        let found = compare(&near(family(&names)), &near(family(&names))).unwrap();
        assert_eq!((Level::of(found.score), found.reasons), (Level::Likely, vec!["people", "district"]));
        assert!(found.score < CERTAIN);
    }

    #[test]
    fn who_was_born_years_apart_or_is_of_another_gender_is_another() {
        let near = |born: Date, gender: &str| {
            let person = Person {
                born: Some(born),
                to_the_day: true,
                gender: Some(gender.to_owned()),
                ..person("نور محمد سعد الحربي")
            };
            Facts { people: vec![person], ..family(&[]) }
        };
        let one = near(date!(1990 - 05 - 01), "F");
        assert_eq!(compare(&one, &near(date!(1993 - 05 - 01), "F")), None);
        assert_eq!(compare(&one, &near(date!(1990 - 05 - 01), "M")), None);
        let found = compare(&one, &near(date!(1990 - 05 - 01), "F")).unwrap();
        assert_eq!(found.reasons, ["person", "birth", "governorate"]);
    }

    #[test]
    fn one_person_is_not_two_of_the_other_family() {
        let near = |facts: Facts| Facts { centre: Some("JED-1".to_owned()), ..facts };
        let one = near(family(&["سعد محمد الحربي", "سعد محمد الحربي"]));
        let found = compare(&one, &near(family(&["سعد محمد الحربي"]))).unwrap();
        assert_eq!(found.reasons, ["person", "centre"]);
    }
}
