//! A family's own record: trade name, place, activities, contacts, licences and consents.

use super::market::Activity;
use super::name::{DISTRICTS, FAMILIES, SHOPS, WOMEN};
use super::place::Governorate;
use super::{Fields, date, number, put};
use crate::dice::Dice;

pub(super) fn fields(dice: &mut Dice, count: u32, home: Governorate, activity: &Activity) -> Fields {
    let mut fields = Fields::new();
    put(&mut fields, "name_ar", format!("{} {}", dice.pick(&SHOPS), dice.pick(&WOMEN)).as_str());
    put(&mut fields, "name_en", format!("Family shop {}", count + 1).as_str());
    put(&mut fields, "mobile", format!("+96650000{count:04}").as_str());
    reach(dice, count, &mut fields);
    live(dice, home, &mut fields);
    work(dice, activity, &mut fields);
    hold(dice, activity, &mut fields);
    fields
}

fn reach(dice: &mut Dice, count: u32, fields: &mut Fields) {
    put(fields, "contact/whatsapp", format!("+96650000{count:04}").as_str());
    if dice.chance(60) {
        put(fields, "contact/instagram", format!("usra_{count}").as_str());
    }
    for channel in ["HOME", "WA"] {
        put(fields, format!("channel/{channel}"), true);
    }
    if dice.chance(40) {
        put(fields, format!("channel/{}", dice.pick(&["IG", "SNAP", "BAZR", "HAJJ"])), true);
    }
}

fn live(dice: &mut Dice, home: Governorate, fields: &mut Fields) {
    put(fields, "governorate", home.code);
    put(fields, "centre", format!("{}-{:02}", home.code, dice.of(1..=home.centres)).as_str());
    put(fields, "district", dice.pick(&DISTRICTS));
    put(fields, "address", format!("شارع {}، منزل {}", dice.pick(&FAMILIES), dice.of(1..=240)).as_str());
    put(fields, "short_address", format!("MQ{}{:04}", dice.pick(&["AA", "BC", "DF"]), dice.of(1000..=9999)).as_str());
}

fn work(dice: &mut Dice, activity: &Activity, fields: &mut Fields) {
    put(fields, "primary_activity", activity.code);
    put(fields, format!("activity/{}", activity.code), true);
    let other = dice.pick(&super::market::ACTIVITIES);
    if dice.chance(35) && other.code != activity.code {
        put(fields, format!("activity/{}", other.code), true);
    }
    put(fields, "started_year", number(dice.of(1998..=2026)));
    put(fields, "lead_time_days", number(dice.of(0..=14)));
    put(fields, "capacity_note", format!("حتى {} طلبًا في الأسبوع", dice.of(3..=60)).as_str());
    put(fields, "workers_family", number(dice.of(1..=6)));
    put(fields, "workers_hired", number(dice.of(0..=3)));
}

fn hold(dice: &mut Dice, activity: &Activity, fields: &mut Fields) {
    put(fields, "licence/l1/type", activity.licence);
    put(fields, "licence/l1/number", format!("9{:07}", dice.of(0..=9_999_999)).as_str());
    fields.push(("licence/l1/issued_on".to_owned(), date(2025, dice)));
    fields.push(("licence/l1/expires_on".to_owned(), date(2028, dice)));
    for (id, purpose) in [("c1", "REG"), ("c2", "PUB")] {
        put(fields, format!("consent/{id}/purpose"), purpose);
        put(fields, format!("consent/{id}/at"), format!("2026-10-{:02}T09:30:00Z", dice.of(1..=28)).as_str());
    }
}
