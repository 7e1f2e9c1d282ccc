//! Honest histories, made by automerge itself: phones that edit one record apart and merge now and then.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ROOT, ReadDoc, ScalarValue};
use usra_sync_protocol::id::{Actor, InstallId};
use usra_sync_protocol::scalar::Scalar;

use crate::dice::Dice;

/// Few keys, so that phones meet on them.
pub(crate) const KEYS: [&str; 8] = [
    "name_ar",
    "mobile",
    "activity/FOOD-BAKE",
    "member/k3f9/birth_date",
    "workers_family",
    "story_ar",
    "need/x/status",
    "ملاحظة",
];

const TEXTS: [&str; 5] = ["", "أسرة بيت البركة", "2026-11-24", "خبز وتمر وقهوة سعودية 🌴", "JED-01"];

/// One commit as automerge made it, and what was put.
pub(crate) struct Commit {
    pub(crate) bytes: Vec<u8>,
    pub(crate) puts: Vec<(String, Scalar)>,
}

pub(crate) fn actor(number: u64) -> Actor {
    let mut dice = Dice::new(number);
    let mut random = [0; 16];
    random[..8].copy_from_slice(&dice.roll().to_be_bytes());
    random[8..].copy_from_slice(&dice.roll().to_be_bytes());
    Actor::new(InstallId::new(random), u32::try_from(number % 3).unwrap())
}

pub(crate) fn phone(actor: Actor) -> AutoCommit {
    AutoCommit::new().with_actor(ActorId::from(actor.as_bytes().as_slice()))
}

pub(crate) fn value(dice: &mut Dice) -> Scalar {
    match dice.below(6) {
        0 => Scalar::Null,
        1 => Scalar::Bool(dice.chance(50)),
        2 => Scalar::Int(dice.number().cast_signed()),
        3 => Scalar::Int(i64::try_from(dice.below(300)).unwrap() - 150),
        4 => Scalar::Text("ب".repeat(dice.below(200))),
        _ => Scalar::from(*dice.pick(&TEXTS)),
    }
}

/// Commits the puts. One that equals the shown value is left out, as an honest phone does: automerge would make no
/// operation of it, or, where other values are open beside it, a delete of those, which is no put.
pub(crate) fn commit(phone: &mut AutoCommit, mut puts: Vec<(String, Scalar)>, time: i64) -> Option<Commit> {
    puts.retain(|(key, value)| {
        phone.get(ROOT, key.as_str()).unwrap().is_none_or(|(shown, _)| shown.as_scalar() != Some(&to_automerge(value)))
    });
    if puts.is_empty() {
        return None;
    }
    for (key, value) in &puts {
        phone.put(ROOT, key.as_str(), to_automerge(value)).unwrap();
    }
    phone.commit_with(CommitOptions::default().with_time(time));
    let bytes = phone.get_last_local_change().unwrap().raw_bytes().to_vec();
    Some(Commit { bytes, puts })
}

fn to_automerge(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Null => ScalarValue::Null,
        Scalar::Bool(yes) => ScalarValue::Boolean(*yes),
        Scalar::Int(number) => ScalarValue::Int(*number),
        Scalar::Text(text) => ScalarValue::Str(text.as_str().into()),
    }
}

/// The commits of `phones` phones in the order they were made, which is an order in which they can be applied.
pub(crate) fn history(dice: &mut Dice, phones: usize, commits: usize) -> Vec<Commit> {
    let first = dice.roll();
    let mut docs: Vec<AutoCommit> = (0..phones as u64).map(|n| phone(actor(first.wrapping_add(n)))).collect();
    let mut made = Vec::new();
    while made.len() < commits {
        let place = dice.below(docs.len());
        if dice.chance(40) {
            let mut other = docs[dice.below(phones)].clone();
            docs[place].merge(&mut other).unwrap();
        } else {
            let puts = some_puts(dice);
            let time = i64::try_from(1_764_000_000 + dice.below(1_000_000)).unwrap();
            made.extend(commit(&mut docs[place], puts, time));
        }
    }
    made
}

fn some_puts(dice: &mut Dice) -> Vec<(String, Scalar)> {
    let start = dice.below(KEYS.len());
    let keys = KEYS.iter().cycle().skip(start).take(1 + dice.below(KEYS.len()));
    keys.map(|key| ((*key).to_owned(), value(dice))).collect()
}
