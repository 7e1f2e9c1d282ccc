//! Whether automerge and we agree on one accepted change.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{AutoCommit, Automerge, ReadDoc};
use usra_sync_protocol::change::{Change, Known, read};
use usra_sync_protocol::open_values::OpenValues;
use usra_sync_protocol::scalar::Scalar;

use crate::phones::{self, Commit};
use crate::record::Record;
use crate::shown;

/// A record up to some change, as automerge and as we hold it.
#[derive(Clone, Default)]
pub(crate) struct Stage {
    pub(crate) record: Record,
    open: OpenValues,
    doc: Automerge,
}

impl Stage {
    /// The record before each commit.
    pub(crate) fn all(commits: &[Commit]) -> Vec<Self> {
        let mut stage = Self::default();
        let step = |commit: &Commit| {
            let before = stage.clone();
            let change = read(&commit.bytes).unwrap();
            let puts = change.draft().puts.iter().map(|put| (put.key.clone(), put.value.clone()));
            assert_eq!(puts.collect::<Vec<_>>(), commit.puts, "what was put is read");
            assert_eq!(stage.record.history.check(&change), Ok(Known::New));
            stage.apply(&change, &commit.bytes).unwrap();
            stage.compare("honest").unwrap();
            before
        };
        commits.iter().map(step).collect()
    }

    pub(crate) fn apply(&mut self, change: &Change, bytes: &[u8]) -> Result<(), String> {
        let theirs = automerge::Change::from_bytes(bytes.to_vec()).map_err(|fault| format!("not parsed: {fault}"))?;
        ensure(theirs.hash().0 == change.hash().0, "another hash")?;
        self.doc.apply_changes([theirs]).map_err(|fault| format!("not applied: {fault}"))?;
        self.record.add(change);
        self.open.apply(change, &());
        Ok(())
    }

    fn compare(&self, when: &str) -> Result<(), String> {
        let (theirs, ours) = (shown::by_automerge(&self.doc), shown::by_us(&self.open));
        ensure(theirs == ours, &format!("{when}: shown as {theirs:?}, not as {ours:?}"))?;
        let heads: Vec<[u8; 32]> = self.doc.get_heads().into_iter().map(|head| head.0).collect();
        let our_heads: Vec<[u8; 32]> = self.record.history.heads().into_iter().map(|head| head.0).collect();
        ensure(heads == our_heads, &format!("{when}: other heads"))
    }

    fn reload(&mut self) -> Result<(), String> {
        self.doc = Automerge::load(&self.doc.save()).map_err(|fault| format!("not reloaded: {fault}"))?;
        Ok(())
    }

    /// Every change comes out of the document with the bytes that went in.
    fn same_bytes(&self, change: &Change, bytes: &[u8]) -> Result<(), String> {
        let kept = self.doc.get_change_by_hash(&automerge::ChangeHash(change.hash().0));
        ensure(kept.is_some_and(|kept| kept.raw_bytes() == bytes), "other bytes after the reload")
    }

    /// A phone that has everything edits the same keys: we read its change and agree again.
    fn edit_further(&mut self, change: &Change) -> Result<(), String> {
        let mut phone = AutoCommit::load(&self.doc.save()).map_err(|fault| format!("not loaded: {fault}"))?;
        phone.set_actor(automerge::ActorId::from(phones::actor(u64::MAX).as_bytes().as_slice()));
        let puts = change.draft().puts.iter().map(|put| (put.key.clone(), Scalar::from("a further edit")));
        let next = phones::commit(&mut phone, puts.collect(), 0).ok_or("nothing to edit")?;
        let read = read(&next.bytes).map_err(|fault| format!("the next edit is not read: {fault}"))?;
        ensure(self.record.history.check(&read) == Ok(Known::New), "the next edit does not fit")?;
        self.apply(&read, &next.bytes)
    }
}

/// Applies the change on both sides, saves, reloads and edits further, comparing after each step. A panic is a disagreement.
pub(crate) fn agrees(stage: &Stage, change: &Change, bytes: &[u8]) -> Result<(), String> {
    let run = || {
        let mut stage = stage.clone();
        stage.apply(change, bytes)?;
        stage.compare("applied")?;
        stage.reload()?;
        stage.compare("reloaded")?;
        stage.same_bytes(change, bytes)?;
        stage.edit_further(change)?;
        stage.compare("edited further")?;
        stage.reload()?;
        stage.compare("reloaded after a further edit")
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("a panic".to_owned()))
}

fn ensure(holds: bool, reason: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason.to_owned()) }
}
