//! What a surveyor notes of a first visit; written once.

use super::{Fields, number, put};
use crate::dice::Dice;

pub(super) fn fields(dice: &mut Dice) -> Fields {
    let mut fields = Fields::new();
    let (day, hour) = (dice.of(1..=28), dice.of(8..=17));
    put(&mut fields, "type", "ENROL");
    put(&mut fields, "outcome", "DONE");
    put(&mut fields, "started_at", format!("2026-10-{day:02}T{hour:02}:05:00Z").as_str());
    put(&mut fields, "ended_at", format!("2026-10-{day:02}T{hour:02}:48:00Z").as_str());
    put(&mut fields, "form_version", "2026.1");
    put(&mut fields, "note", "زيارة تعريفية؛ عرضت الأسرة منتجاتها.");
    fields.push(("accuracy_m".to_owned(), number(dice.of(3..=40))));
    fields
}
