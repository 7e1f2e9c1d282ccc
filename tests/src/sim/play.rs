//! A run under way: the centre, the phones, what is in the air, and what each step does. Every step writes a sentence into the story
//! and its bytes into the trace.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{ChangeHash, Epoch, InstallId, RecordId};

use super::centre::Centre;
use super::handset::Handset;
use super::late::Knowledge;
use super::step::{Act, Order, Step};
use super::tables::Tables;
use super::violation::Holds;
use super::witness::Witness;
use crate::dice::Dice;

/// When every run begins: 2026-01-01, in milliseconds since 1970.
const BEGINNING_MS: u64 = 1_767_225_600_000;

/// A request that is under way and whose phone has given up waiting.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) token: String,
    pub(super) body: Vec<u8>,
}

/// A backup of the centre, with what was proved by then and who held which change that it lacks.
#[derive(Clone, Debug)]
pub(super) struct Backup {
    pub(super) tables: Tables,
    pub(super) knowledge: Knowledge,
}

/// A run.
#[derive(Debug)]
pub(super) struct Play {
    pub(super) centre: Centre,
    pub(super) handsets: Vec<Handset>,
    pub(super) air: Vec<Letter>,
    pub(super) backup: Option<Backup>,
    /// What a restore lost and some phone held then: those phones, as far as they did not rightly let go of it since.
    pub(super) owed: BTreeMap<(RecordId, ChangeHash), BTreeSet<usize>>,
    pub(super) families: Vec<RecordId>,
    /// Texts that a phone said were saved, with the phone.
    pub(super) saved: Vec<(usize, RecordId, String)>,
    /// Texts that a restore lost, with the change that brought each.
    pub(super) forgiven: BTreeMap<String, (RecordId, ChangeHash)>,
    /// Changes that a phone offered past its engine, by its install.
    pub(super) forged: BTreeSet<(InstallId, RecordId, ChangeHash)>,
    pub(super) witness: Witness,
    pub(super) now_ms: u64,
    pub(super) turn: u64,
    pub(super) story: Vec<String>,
    trace: Sha256,
}

impl Play {
    pub(super) fn new() -> Self {
        Self {
            centre: Centre::new(Epoch(1)),
            handsets: Vec::new(),
            air: Vec::new(),
            backup: None,
            owed: BTreeMap::new(),
            families: Vec::new(),
            saved: Vec::new(),
            forgiven: BTreeMap::new(),
            forged: BTreeSet::new(),
            witness: Witness::default(),
            now_ms: BEGINNING_MS,
            turn: 0,
            story: Vec::new(),
            trace: Sha256::new(),
        }
    }

    /// The centre's clock.
    pub(super) fn now(&self) -> OffsetDateTime {
        let since = Duration::milliseconds(i64::try_from(self.now_ms).unwrap_or(i64::MAX));
        OffsetDateTime::UNIX_EPOCH + since
    }

    /// Goes one step.
    pub(super) fn go(&mut self, step: Step) -> Holds {
        let mut dice = Dice::new(step.roll, 2);
        self.now_ms += u64::from(dice.of(1_000..=600_000));
        let (who, dice) = (step.phone, &mut dice);
        match step.act {
            Act::Enrol => self.enrol(dice),
            Act::EnrolFamily => self.enrol_family(dice),
            Act::Reenrol => self.reenrol(who, dice),
            Act::Copy => self.copy(who, dice),
            Act::Register => self.register(who, dice),
            Act::Add => self.add(who, dice),
            Act::Edit => self.edit(who, dice),
            Act::WriteAgain => self.write_again(who, dice),
            Act::Resolve => self.resolve(who, dice),
            Act::Dismiss => self.dismiss(who, dice),
            Act::Talk => self.talk(who, dice),
            Act::Sync => self.sync(who).map(drop),
            Act::Arrive => self.arrive(dice),
            Act::Forge => self.forge(who, dice),
            Act::Restart => self.restart(who),
            Act::Pack => self.pack(dice),
            Act::Decide => self.decide(dice),
            Act::Clock => self.jump(who, dice),
            Act::Wait => self.wait(hours(dice), "hours"),
            Act::Months => self.wait(24 * dice.of(31..=70), "months passed"),
            Act::Order(Order::Restore) => self.restore(dice),
            Act::Order(order) => {
                self.order(order, who, dice);
                Ok(())
            }
        }
    }

    fn order(&mut self, order: Order, who: usize, dice: &mut Dice) {
        match order {
            Order::Move => self.relocate(dice),
            Order::Reassign => self.reassign(who, dice),
            Order::Revoke => self.revoke(who),
            Order::Reuse => self.reuse(who),
            Order::Throw => self.throw(who, dice),
            Order::Backup => self.back_up(),
            // It has a way of its own, since phones notice it.
            Order::Restore => {}
        }
    }

    /// Something happened; it stands in the story and in the trace.
    pub(super) fn tell(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        self.mark(sentence.as_bytes());
        self.story.push(sentence);
    }

    /// A fault or event happened.
    pub(super) fn count(&mut self, fault: &'static str) {
        self.witness.counts.add(fault);
    }

    /// Bytes of the trace.
    pub(super) fn mark(&mut self, bytes: &[u8]) {
        self.trace.update((bytes.len() as u64).to_le_bytes());
        self.trace.update(bytes);
    }

    /// The trace so far.
    pub(super) fn trace(&self) -> [u8; 32] {
        self.trace.clone().finalize().into()
    }

    /// A number that was not given before.
    pub(super) fn turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn
    }

    /// The phone's place, if it is there and not thrown away.
    pub(super) fn here(&self, who: usize) -> Option<usize> {
        let who = if self.handsets.is_empty() { return None } else { who % self.handsets.len() };
        self.handsets.get(who).filter(|handset| !handset.lost).map(|_| who)
    }
}

/// Mostly some hours; now and then so many that what phones hold expires.
fn hours(dice: &mut Dice) -> u32 {
    if dice.chance(15) { dice.of(24..=80) } else { dice.of(1..=12) }
}
