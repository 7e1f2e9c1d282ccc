//! The steps of a run, as values: what happens, to which phone, with dice of its own, so that the steps that are left after others
//! were taken out still do what they did.

use super::kept::KEPT;
use crate::dice::Dice;

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A phone joins.
    Enrol,
    /// A family's own phone joins.
    EnrolFamily,
    /// A family is registered.
    Register,
    /// A household, product or visit is added.
    Add,
    /// A field is edited.
    Edit,
    /// A field that is written once is written again.
    WriteAgain,
    /// A conflict is resolved.
    Resolve,
    /// An item of the tray is dismissed.
    Dismiss,
    /// A phone talks to the centre over a bad line.
    Talk,
    /// A phone syncs through over a good one.
    Sync,
    /// A request that was under way arrives.
    Arrive,
    /// A phone's clock jumps.
    Clock,
    /// Hours or days pass.
    Wait,
    /// A month and more passes.
    Months,
    /// A phone enrols again.
    Reenrol,
    /// A phone goes on with a copy of another one's store.
    Copy,
    /// Someone decides about held work.
    Decide,
    /// A phone offers what is not its to write.
    Forge,
    /// A phone restarts.
    Restart,
    /// The centre makes bundles.
    Pack,
    /// The centre orders something.
    Order(Order),
}

/// What the centre orders, or fate; it always works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// A family moves.
    Move,
    /// A phone works elsewhere.
    Reassign,
    /// A phone is revoked.
    Revoke,
    /// The tokens of a copied phone are used by both.
    Reuse,
    /// A phone is thrown away.
    Throw,
    /// The centre is backed up.
    Backup,
    /// The centre is restored.
    Restore,
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) act: Act,
    pub(super) phone: usize,
    pub(super) roll: u64,
}

/// How often each act is drawn.
const WEIGHTS: [(Act, u32); 25] = [
    (Act::Talk, 34),
    (Act::Sync, 12),
    (Act::Edit, 22),
    (Act::Register, 6),
    (Act::Add, 9),
    (Act::Arrive, 6),
    (Act::Resolve, 9),
    (Act::Order(Order::Move), 5),
    (Act::Wait, 5),
    (Act::Order(Order::Reassign), 4),
    (Act::Decide, 5),
    (Act::Forge, 3),
    (Act::Restart, 3),
    (Act::Clock, 2),
    (Act::WriteAgain, 2),
    (Act::Reenrol, 2),
    (Act::Order(Order::Backup), 2),
    (Act::Enrol, 1),
    (Act::EnrolFamily, 2),
    (Act::Dismiss, 1),
    (Act::Order(Order::Revoke), 1),
    (Act::Copy, 1),
    (Act::Order(Order::Reuse), 1),
    (Act::Order(Order::Throw), 1),
    (Act::Months, 1),
];

/// The phones that a run begins with, and the steps, drawn from the seed.
pub(super) fn steps(seed: u64) -> Vec<Step> {
    let mut dice = Dice::new(seed, 1);
    let phones = dice.of(3..=9) as usize;
    let mut steps: Vec<Step> = (0..phones).map(|phone| step(&mut dice, Act::Enrol, phone)).collect();
    for phone in 0..phones {
        steps.push(step(&mut dice, Act::Register, phone));
        steps.push(step(&mut dice, Act::Sync, phone));
    }
    // Most runs never lose their data; the others once or twice.
    let restores = dice.pick(&[0, 0, 1, 1, 2]);
    let length = dice.of(60..=180);
    for _ in 0..length {
        let act = draw(&mut dice);
        // Twelve phones at most: those of the beginning and those that join.
        let phone = dice.of(0..=u32::try_from(phones + 2).unwrap_or(11).min(11)) as usize;
        steps.push(step(&mut dice, act, phone));
    }
    for _ in 0..restores {
        let at = steps.len() - dice.of(1..=length) as usize;
        let restore = step(&mut dice, Act::Order(Order::Restore), 0);
        steps.insert(at, restore);
    }
    pack(seed, &mut steps);
    steps
}

/// Puts in when the centre makes bundles. The dice are others, so that the other steps stay what they were; a seed that once found something
/// keeps all of its steps.
fn pack(seed: u64, steps: &mut Vec<Step>) {
    if KEPT.iter().any(|(kept, _found)| *kept == seed) {
        return;
    }
    let mut dice = Dice::new(seed, 4);
    for _ in 0..dice.of(0..=20) {
        let at = dice.of(0..=u32::try_from(steps.len()).unwrap_or(0)) as usize;
        let pack = step(&mut dice, Act::Pack, 0);
        steps.insert(at, pack);
    }
}

fn step(dice: &mut Dice, act: Act, phone: usize) -> Step {
    Step { act, phone, roll: u64::from_le_bytes(dice.bytes()) }
}

fn draw(dice: &mut Dice) -> Act {
    let all: u32 = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let mut left = dice.of(1..=all);
    for (act, weight) in WEIGHTS {
        if left <= weight {
            return act;
        }
        left -= weight;
    }
    Act::Talk
}
