//! One phone at work: it edits and syncs, and remembers by itself what it was told to be kept.

use std::collections::BTreeSet;

use anyhow::Result;
use usra_client_sdk::Edited;
use usra_client_sdk::store::{ChangeState, Store as _};
use usra_client_sdk::sync::SyncReport;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use crate::dice::Dice;
use crate::harness::{Handset, someone};

/// A change of a record.
pub(super) type Made = (RecordId, ChangeHash);

/// Fields that are edited again and again: one that asks a person when two disagree, and three that do not.
const TEXTS: [&str; 2] = ["district", "address"];
/// Records beyond which only edits are made, so that looking at everything stays quick.
const RECORDS: usize = 60;

/// A phone and what it knows to be kept.
pub(super) struct Hand {
    pub(super) handset: Handset,
    /// What it was told that the centre has.
    pub(super) acknowledged: BTreeSet<Made>,
    /// What it made and has no word of yet.
    open: Vec<Made>,
    /// What was acknowledged since somebody last asked.
    news: Vec<Made>,
    dice: Dice,
    turns: u64,
    number: u64,
}

impl Hand {
    pub(super) fn new(handset: Handset, (seed, number): (u64, u64)) -> Self {
        let (acknowledged, open, news) = Default::default();
        Self { handset, acknowledged, open, news, dice: Dice::new(seed, 40_000 + number), turns: 0, number }
    }

    /// Registers or edits something; durable on the phone when it returns.
    pub(super) fn edit(&mut self) -> Result<()> {
        self.turns += 1;
        let records = self.handset.records()?;
        let one = self.dice.pick_of(&records).filter(|_| records.len() >= RECORDS || self.dice.chance(75));
        let made = match one {
            Some(id) => self.change(id)?,
            None => Some(self.create()?),
        };
        self.open.extend(made);
        Ok(())
    }

    fn create(&mut self) -> Result<Made> {
        let id = self.handset.create(Kind::Family, None, someone(self.number * 1_000_000 + self.turns).family)?;
        let first = self.handset.phone.store().changes(id)?.first().map(|row| row.hash);
        Ok((id, first.unwrap_or(ChangeHash([0; 32]))))
    }

    fn change(&mut self, id: RecordId) -> Result<Option<Made>> {
        let (key, value) = match self.dice.of(0..=3) {
            0 => ("workers_hired", Scalar::Int(i64::from(self.dice.of(0..=90)))),
            1 => ("mobile", Scalar::from(format!("+9665000{:05}", self.dice.of(0..=99_999)).as_str())),
            _ => (self.dice.pick(&TEXTS), Scalar::from(format!("حي {} {}", self.number, self.turns).as_str())),
        };
        let edited = self.handset.put(id, key, value)?;
        Ok(if let Edited::Saved(hash) = edited { Some((id, hash)) } else { None })
    }

    /// Syncs once, whatever comes of it; whether the conversation came to its end.
    pub(super) async fn sync(&mut self) -> Result<bool> {
        Ok(self.try_sync().await?.failure.is_none())
    }

    /// Syncs once; what came of it.
    pub(super) async fn try_sync(&mut self) -> Result<SyncReport> {
        let report = self.handset.sync().await?;
        self.hear()?;
        Ok(report)
    }

    /// Looks which of its changes have been acknowledged.
    fn hear(&mut self) -> Result<()> {
        let mut open = Vec::new();
        for made in std::mem::take(&mut self.open) {
            match self.handset.phone.store().change_state(made.0, made.1)? {
                Some(ChangeState::Confirmed) => self.news.push(made),
                _ => open.push(made),
            }
        }
        self.open = open;
        self.acknowledged.extend(&self.news);
        Ok(())
    }

    /// What was acknowledged since this was last asked.
    pub(super) fn take_news(&mut self) -> Vec<Made> {
        std::mem::take(&mut self.news)
    }

    /// Whether it has word of everything that it made.
    pub(super) fn is_settled(&self) -> bool {
        self.open.is_empty()
    }
}
