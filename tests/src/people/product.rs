//! One public listing as a surveyor may fill it in; ingredients and stock are the family's own to write.

use super::market::{Activity, Good};
use super::{Fields, number, put};
use crate::dice::Dice;

pub(super) fn fields(dice: &mut Dice, activity: &Activity, good: Good) -> Fields {
    let mut fields = Fields::new();
    put(&mut fields, "name_ar", good.name_ar);
    put(&mut fields, "name_en", good.name_en);
    put(&mut fields, "activity", activity.code);
    put(&mut fields, "description_ar", format!("{}، يُحضَّر في المنزل عند الطلب.", good.name_ar).as_str());
    let halalas = good.riyals * dice.of(80..=125);
    fields.push(("price_halalas".to_owned(), number(halalas)));
    put(&mut fields, "unit", good.unit);
    fields.push(("min_quantity".to_owned(), number(dice.of(1..=5))));
    put(&mut fields, "submitted", true);
    fields
}
