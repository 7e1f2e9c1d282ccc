//! A family of a field day, and how it is corrected.

use usra_sync_protocol::scalar::Scalar;

use super::words::{few, words};
use super::{number, put};
use crate::dice::Dice;
use crate::people::Fields;
use crate::people::market::ACTIVITIES;
use crate::people::name::{DISTRICTS, FAMILIES, MEN, WOMEN};
use crate::people::place::Governorate;

const LICENCES: [&str; 6] = ["PFC", "FLD", "HOM", "HCD", "CRF", "STL"];
const ISSUERS: [&str; 3] = ["SDB", "MOMAH", "HC"];
const LANGUAGES: [&str; 5] = ["ar", "en", "ur", "id", "tr"];
const PLACES: [&str; 2] = ["HOME", "SHOP"];

pub(super) fn registered(dice: &mut Dice, count: u32, home: Governorate) -> Fields {
    let mut fields = Fields::new();
    let name = format!("{} {} {}", dice.pick(&WOMEN), dice.pick(&MEN), dice.pick(&FAMILIES));
    put(&mut fields, "name_ar", name.as_str());
    put(&mut fields, "origin/key", format!("9{:010}", dice.any()).as_str());
    put(&mut fields, "mobile", format!("+96650000{count:04}").as_str());
    put(&mut fields, "governorate", home.code);
    put(&mut fields, "district", dice.pick(&DISTRICTS));
    let point = format!("21.{:06} 39.{:06}", dice.of(0..=999_999), dice.of(0..=999_999));
    put(&mut fields, "name_en", point.as_str());
    let members = dice.of(3..=7);
    put(&mut fields, "workers_family", Scalar::Int(i64::from(members)));
    (1..=members).for_each(|place| member(dice, place, &mut fields));
    work(dice, &mut fields);
    let needs = dice.of(1..=3);
    (1..=needs).for_each(|place| need(dice, place, &mut fields));
    put(&mut fields, "capacity_note", words(dice, 17..=25).as_str());
    put(&mut fields, "origin/system", format!("dev-{}", dice.of(0..=19)).as_str());
    put(&mut fields, "address", moment(dice).as_str());
    fields
}

fn work(dice: &mut Dice, fields: &mut Fields) {
    put(fields, "primary_activity", dice.pick(&ACTIVITIES).code);
    put(fields, "started_year", number(dice, 1990..=2025));
    put(fields, "lead_time_days", number(dice, 0..=365));
    put(fields, "place_of_work", dice.pick(&PLACES));
    let (skills, services) = (dice.of(1..=4), dice.of(0..=3));
    let mut sets: Vec<String> = (0..skills).map(|_| format!("activity/{}", dice.pick(&ACTIVITIES).code)).collect();
    sets.extend((0..services).map(|_| format!("language/{}", dice.pick(&LANGUAGES))));
    sets.sort();
    sets.dedup();
    for key in sets {
        put(fields, key, true);
    }
    put(fields, "consent/c1/purpose", "REG");
    put(fields, "consent/c1/at", moment(dice).as_str());
}

/// A member's name, kin and skill, age and sex.
fn member(dice: &mut Dice, place: u32, fields: &mut Fields) {
    let row = format!("licence/m{place}");
    let name = if dice.chance(50) { dice.pick(&WOMEN) } else { dice.pick(&MEN) };
    put(fields, format!("{row}/number"), name);
    put(fields, format!("{row}/type"), dice.pick(&LICENCES));
    put(fields, format!("{row}/issuer"), dice.pick(&ISSUERS));
    put(fields, format!("{row}/issued_on"), day(dice).as_str());
    put(fields, format!("{row}/expires_on"), day(dice).as_str());
}

/// A need's kind, urgency and note.
fn need(dice: &mut Dice, place: u32, fields: &mut Fields) {
    let row = format!("licence/n{place}");
    put(fields, format!("{row}/type"), dice.pick(&LICENCES));
    put(fields, format!("{row}/issuer"), dice.pick(&ISSUERS));
    put(fields, format!("{row}/number"), few(dice).as_str());
}

/// Another size, one more need, and a longer note.
pub(super) fn corrections(dice: &mut Dice, family: &Fields) -> Vec<Fields> {
    let note = family.iter().find(|(key, _)| key == "capacity_note").and_then(|(_, note)| note.as_text());
    let mut size = Fields::new();
    put(&mut size, "workers_family", number(dice, 8..=12));
    let mut another = Fields::new();
    need(dice, 4, &mut another);
    let mut longer = Fields::new();
    put(&mut longer, "capacity_note", format!("{} {}", note.unwrap_or_default(), words(dice, 4..=6)).as_str());
    let mut all = vec![size, another, longer];
    for fields in &mut all {
        put(fields, "address", moment(dice).as_str());
    }
    all
}

/// What is found on a later day.
pub(super) fn later(dice: &mut Dice, turn: u32, note: &str) -> Fields {
    let mut fields = Fields::new();
    need(dice, 5 + turn, &mut fields);
    put(&mut fields, "capacity_note", format!("{note} {}", words(dice, 3..=4)).as_str());
    fields
}

fn day(dice: &mut Dice) -> String {
    format!("{}-{:02}-{:02}", dice.of(1950..=2030), dice.of(1..=12), dice.of(1..=28))
}

fn moment(dice: &mut Dice) -> String {
    let (hour, minute, second) = (dice.of(0..=23), dice.of(0..=59), dice.of(0..=59));
    format!("2026-11-{:02}T{hour:02}:{minute:02}:{second:02}Z", dice.of(1..=24))
}
