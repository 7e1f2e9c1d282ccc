//! What people write: a field that their role may write, with a value that nobody wrote before where a text can hold one.

use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema;

use crate::dice::Dice;

/// A field with its value.
pub(super) type Field = (String, Scalar);

const FAMILY: [&str; 11] = [
    "name_ar",
    "district",
    "address",
    "mobile",
    "workers_family",
    "story_en",
    "activity/FOOD-BAKE",
    "licence/l1/number",
    "licence/l2/number",
    "consent/c1/text_version",
    "block",
];
const HOUSEHOLD: [&str; 7] = [
    "member/m1/name",
    "rooms",
    "need/n1/detail",
    "need/n1/priority",
    "need/n1/status",
    "income/i1/amount",
    "service/#/note",
];
const PRODUCT: [&str; 5] = ["name_ar", "price_halalas", "description_en", "in_stock", "season/RAMADAN"];
const VISIT: [&str; 2] = ["note", "origin/key"];

/// Fields of a kind that people of the simulation write.
fn keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Family => &FAMILY,
        Kind::Household => &HOUSEHOLD,
        Kind::Product => &PRODUCT,
        Kind::Visit => &VISIT,
    }
}

/// Something that `role` may write into a record of `kind`; `turn` makes texts unlike all others.
pub(super) fn something(dice: &mut Dice, (role, kind): (Role, Kind), turn: u64) -> Option<Field> {
    let written = |key: &&&str| {
        let key = key.replace('#', "s1");
        schema::field(kind, &key).is_some_and(|(field, _)| policy::may_write(role, field))
    };
    let may: Vec<&&str> = keys(kind).iter().filter(written).collect();
    let key = dice.pick_of(&may)?.replace('#', &format!("s{turn}"));
    Some((key.clone(), value(dice, role, &key, turn)))
}

/// A value for the field. Numbers and yes or no are few, so that people also write the same.
pub(super) fn value(dice: &mut Dice, role: Role, key: &str, turn: u64) -> Scalar {
    match key {
        "mobile" => Scalar::Text(format!("+96650{:07}", turn % 10_000_000)),
        "workers_family" | "rooms" => Scalar::Int(dice.of(1..=9).into()),
        "price_halalas" | "income/i1/amount" => Scalar::Int(i64::from(dice.of(1..=50)) * 100),
        "need/n1/priority" => Scalar::Int(dice.of(1..=4).into()),
        "need/n1/status" if role == Role::Family => Scalar::from("withdrawn"),
        "need/n1/status" => Scalar::from(dice.pick(&["open", "met", "withdrawn"])),
        "in_stock" | "season/RAMADAN" | "activity/FOOD-BAKE" => Scalar::Bool(dice.chance(50)),
        // What is written once cannot be cleared.
        _ if dice.chance(4) && !is_log(key) => Scalar::Null,
        "story_en" | "description_en" => Scalar::Text(text(turn, turn * 37 % 590)),
        "address" | "need/n1/detail" | "note" => Scalar::Text(text(turn, turn * 17 % 190)),
        _ => Scalar::Text(text(turn, 0)),
    }
}

fn is_log(key: &str) -> bool {
    key == "note" || ["consent/", "income/", "service/"].iter().any(|group| key.starts_with(group))
}

/// A text that occurs nowhere else, as long as it may be, so that pages are full now and then.
fn text(turn: u64, filler: u64) -> String {
    format!("t{turn:05}{}x", "-".repeat(usize::try_from(filler).unwrap_or_default()))
}

/// The beginning of a hash or an id's end, for stories.
pub(super) fn short(bytes: &[u8]) -> String {
    hex(bytes.iter().take(3))
}

/// What a record is called in a story.
pub(super) fn name(record: RecordId) -> String {
    hex(record.0.as_bytes().iter().skip(13))
}

fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
