//! The line between a phone and the centre: what may happen to one exchange.

use crate::dice::Dice;

/// What happens to a request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Both arrive.
    Fine,
    /// The request is lost.
    RequestLost,
    /// The request is cut.
    RequestCut,
    /// The phone gives up, and the request arrives later.
    RequestLate,
    /// The request takes its time; the phone waits.
    RequestSlow,
    /// The same request arrives so many times, and perhaps once more later.
    Doubled(u32, bool),
    /// The centre has too much to do.
    Overload,
    /// The centre dies over it, before or after its commit.
    CentreDies(bool),
    /// The answer is lost.
    AnswerLost,
    /// The answer is cut.
    AnswerCut,
    /// The answer takes its time; the phone waits.
    AnswerSlow,
    /// The phone restarts before the answer is there.
    Restart,
}

/// Draws what happens; some six of ten exchanges are fine.
pub(super) fn fate(dice: &mut Dice) -> Fate {
    match dice.of(1..=100) {
        1..=4 => Fate::RequestLost,
        5..=7 => Fate::RequestCut,
        8..=11 => Fate::RequestLate,
        12..=15 => Fate::RequestSlow,
        16..=21 => Fate::Doubled(dice.of(2..=5), dice.chance(40)),
        22..=23 => Fate::Overload,
        24..=26 => Fate::CentreDies(true),
        27..=29 => Fate::CentreDies(false),
        30..=33 => Fate::AnswerLost,
        34..=37 => Fate::AnswerCut,
        38..=42 => Fate::AnswerSlow,
        43..=44 => Fate::Restart,
        _ => Fate::Fine,
    }
}

/// Some beginning of the bytes, never all of them.
pub(super) fn cut(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let last = u32::try_from(bytes.len()).unwrap_or(1).saturating_sub(1);
    bytes.iter().copied().take(dice.of(0..=last) as usize).collect()
}
