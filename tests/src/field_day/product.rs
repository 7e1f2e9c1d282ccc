//! A product of a field day, and how it is corrected.

use usra_sync_protocol::scalar::Scalar;

use super::words::words;
use super::{number, put};
use crate::dice::Dice;
use crate::people::Fields;
use crate::people::market::ACTIVITIES;

pub(super) fn registered(dice: &mut Dice) -> Fields {
    let mut fields = Fields::new();
    let (activity, count) = (dice.pick(&ACTIVITIES), dice.of(1..=99));
    let good = dice.pick(&activity.goods);
    put(&mut fields, "name_ar", format!("{} {count}", good.name_ar).as_str());
    put(&mut fields, "description_ar", words(dice, 29..=40).as_str());
    put(&mut fields, "activity", activity.code);
    put(&mut fields, "price_halalas", number(dice, 500..=20_000));
    put(&mut fields, "unit", good.unit);
    for place in 0..dice.of(1..=3) {
        let [a, b] = [dice.bytes::<16>(), dice.bytes()].map(u128::from_be_bytes);
        put(&mut fields, format!("photo/{a:032x}{b:032x}/order"), Scalar::Int(i64::from(place)));
    }
    put(&mut fields, "min_quantity", number(dice, 1..=200));
    // Its tags.
    put(&mut fields, "name_id", words(dice, 1..=3).as_str());
    put(&mut fields, "submitted", dice.chance(50));
    fields
}

/// Another price.
pub(super) fn corrected(dice: &mut Dice) -> Fields {
    let mut fields = Fields::new();
    put(&mut fields, "price_halalas", number(dice, 500..=20_000));
    fields
}
