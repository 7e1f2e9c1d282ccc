//! The sensitive record: members, housing, eligibility, income and needs.

use super::name::{FAMILIES, MEN, WOMEN};
use super::{Fields, date, number, put};
use crate::dice::Dice;

pub(super) fn fields(dice: &mut Dice) -> Fields {
    let mut fields = Fields::new();
    let family = dice.pick(&FAMILIES);
    member(dice, "m1", ("F", "HEAD"), family, &mut fields);
    for count in 2..=dice.of(2..=4) {
        let role = dice.pick(&[("F", "DAUG"), ("M", "SON"), ("M", "SPOU")]);
        member(dice, &format!("m{count}"), role, family, &mut fields);
    }
    put(&mut fields, format!("eligibility/{}", dice.pick(&["SSEC", "CITA", "WIDW", "FHEA", "UNEM", "NONE"])), true);
    put(&mut fields, "rooms", number(dice.of(2..=7)));
    income(dice, &mut fields);
    need(dice, "n1", &mut fields);
    if dice.chance(50) {
        need(dice, "n2", &mut fields);
    }
    fields
}

fn member(dice: &mut Dice, id: &str, (gender, relation): (&str, &str), family: &str, fields: &mut Fields) {
    let given = if gender == "F" { dice.pick(&WOMEN) } else { dice.pick(&MEN) };
    let years = if relation == "HEAD" || relation == "SPOU" { 1960..=1998 } else { 2000..=2024 };
    let name = format!("{given} {} {} {family}", dice.pick(&MEN), dice.pick(&MEN));
    put(fields, format!("member/{id}/name"), name.as_str());
    put(fields, format!("member/{id}/gender"), gender);
    put(fields, format!("member/{id}/relation"), relation);
    let year = dice.of(years);
    fields.push((format!("member/{id}/birth_date"), date(year, dice)));
    put(fields, format!("member/{id}/birth_precision"), "day");
    put(fields, format!("member/{id}/work_role"), dice.pick(&["LEAD", "PROD", "SALE", "DELV", "NONE"]));
    put(fields, format!("member/{id}/education"), dice.pick(&["PRIM", "SECD", "DIPL", "BACH"]));
}

fn income(dice: &mut Dice, fields: &mut Fields) {
    put(fields, "income/i1/period_from", "2026-09-01");
    put(fields, "income/i1/period_to", "2026-09-30");
    put(fields, "income/i1/band", dice.pick(&["0", "1", "2", "3"]));
    fields.push(("income/i1/amount".to_owned(), number(dice.of(300..=6_000) * 100)));
}

fn need(dice: &mut Dice, id: &str, fields: &mut Fields) {
    put(fields, format!("need/{id}/category"), dice.pick(&["FUND", "TRNG", "LICN", "MRKT", "PACK", "EQPT", "DIGI"]));
    put(fields, format!("need/{id}/detail"), "طلبت الأسرة ذلك أثناء الزيارة");
    fields.push((format!("need/{id}/priority"), number(dice.of(1..=4))));
    fields.push((format!("need/{id}/amount"), number(dice.of(5..=80) * 10_000)));
}
