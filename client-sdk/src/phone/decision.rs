//! What people at the centre decided about this phone's held work. What was released or adopted leaves the held tray, since
//! its values come with the record; what was rejected stays there with the centre's words until a person dismisses it.

use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::sync::{Decision, Outcome, Reason};

use super::page::Page;
use crate::error::PhoneError;
use crate::held::HeldItem;
use crate::store::{Store, Write};

impl<S: Store> Page<'_, S> {
    /// Takes one decision; one that was heard before, or that is about nothing in the tray, changes nothing.
    pub(super) fn hear(&mut self, decision: Decision) -> Result<(), PhoneError> {
        if decision.number <= self.sync.heard {
            return Ok(());
        }
        self.sync.heard = decision.number;
        let Some(item) = self.in_tray(decision.record, decision.change)? else { return Ok(()) };
        match decision.outcome {
            Outcome::Released | Outcome::Adopted => self.take_out(decision.record, decision.change)?,
            Outcome::Rejected => self.explain(item, decision.note),
            Outcome::Unknown => {}
        }
        Ok(())
    }

    /// Takes an item out of the held tray, if it is there.
    pub(super) fn take_out(&mut self, record: RecordId, change: ChangeHash) -> Result<(), PhoneError> {
        if self.in_tray(record, change)?.is_none() {
            return Ok(());
        }
        if let Some(work) = self.work(record)? {
            work.row.held = work.row.held.saturating_sub(1);
        }
        self.tray.insert((record, change), None);
        Ok(())
    }

    fn explain(&mut self, item: HeldItem, note: String) {
        let note = Some(note).filter(|note| !note.is_empty());
        let item = HeldItem { reason: Reason::Rejected, refused: true, note, ..item };
        self.tray.insert((item.record, item.change), Some(item));
    }

    /// The item as it will stand in the tray once this page is kept.
    fn in_tray(&mut self, record: RecordId, change: ChangeHash) -> Result<Option<HeldItem>, PhoneError> {
        if let Some(decided) = self.tray.get(&(record, change)) {
            return Ok(decided.clone());
        }
        let new = self.work(record)?.and_then(|work| work.newly_held(change).cloned());
        if new.is_some() {
            return Ok(new);
        }
        Ok(self.store.held(Some(record))?.into_iter().find(|item| item.change == change))
    }

    /// What became of the tray, to be written after everything else.
    pub(super) fn tray_writes(tray: super::page::Tray) -> Vec<Write> {
        let writes = |((record, change), item): ((RecordId, ChangeHash), Option<HeldItem>)| {
            std::iter::once(Write::Unhold(record, change)).chain(item.map(Write::Hold))
        };
        tray.into_iter().flat_map(writes).collect()
    }
}
