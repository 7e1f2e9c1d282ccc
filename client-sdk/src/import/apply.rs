//! Puts a plan's records onto a phone. A record that is new is made; of one that is there, a field is written only where the
//! export says something new since the last import and nobody changed it in between.

use std::collections::BTreeSet;

use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::scalar::Scalar;

use crate::entry;
use crate::error::PhoneError;
use crate::phone::Phone;
use crate::record::{Edited, NewRecord, RecordView};
use crate::store::Store;

use super::ledger::Ledger;
use super::plan::{Plan, Planned, Submission};
use super::reject::{LeftOut, Reject, Trouble};
use super::summary::Summary;

/// Imports into a phone, or looks what would come of it.
pub struct Importer<'a, S: Store> {
    /// The phone.
    pub phone: &'a mut Phone<S>,
    /// What earlier imports wrote.
    pub ledger: &'a mut Ledger,
    /// Writes nothing when set.
    pub dry_run: bool,
}

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Created,
    Updated,
    Unchanged,
    Rejected,
}

impl<S: Store> Importer<'_, S> {
    /// Imports everything. `tell` hears of each thing left out, `step` after each submission; `now_ms` is the phone's time.
    ///
    /// # Errors
    /// When the phone's store fails. What was imported until then is safe, and importing again goes on from there.
    pub fn run(
        &mut self,
        plan: &Plan<'_>,
        now_ms: u64,
        mut tell: impl FnMut(&Reject),
        mut step: impl FnMut(),
    ) -> Result<Summary, PhoneError> {
        let mut summary = Summary { dry_run: self.dry_run, submissions: plan.submissions(), ..Summary::default() };
        summary.rows_rejected = plan.stray_rows().len();
        plan.stray_rows().iter().for_each(|reject| {
            summary.count(reject);
            tell(reject);
        });
        let mut made = BTreeSet::new();
        for row in 0..plan.submissions() {
            let mut submission = plan.submission(row);
            leave_out_repeated(&mut submission, &mut made);
            self.submission(&mut submission, now_ms, &mut summary)?;
            submission.rejects.iter().for_each(|reject| {
                summary.count(reject);
                tell(reject);
            });
            step();
        }
        Ok(summary)
    }

    fn submission(
        &mut self,
        submission: &mut Submission,
        now_ms: u64,
        summary: &mut Summary,
    ) -> Result<(), PhoneError> {
        submission.skipped.iter().for_each(|kind| summary.of(*kind).skipped += 1);
        submission.rejected.iter().for_each(|kind| summary.of(*kind).rejected += 1);
        for mut record in std::mem::take(&mut submission.records) {
            let kind = record.kind;
            self.leave_out_forbidden(&mut record, &mut submission.rejects);
            let became = self.record(record, now_ms, &mut submission.rejects, summary)?;
            let count = summary.of(kind);
            match became {
                Became::Created => count.created += 1,
                Became::Updated => count.updated += 1,
                Became::Unchanged => count.unchanged += 1,
                Became::Rejected => count.rejected += 1,
            }
        }
        Ok(())
    }

    /// Takes out what this phone's role may not write, so that a dry run says the same as the import.
    fn leave_out_forbidden(&self, record: &mut Planned, rejects: &mut Vec<Reject>) {
        let Some(role) = self.phone.identity().map(|identity| identity.role) else { return };
        let (kind, row) = (record.kind, record.row.clone());
        record.fields.retain(|(key, value)| {
            let refusal = entry::allowed(role, kind, key, value).err();
            let reject = |fault| row.clone().because(Trouble::from(fault)).blaming(key, "").only(LeftOut::Value);
            rejects.extend(refusal.clone().map(reject));
            refusal.is_none()
        });
    }

    fn record(
        &mut self,
        mut record: Planned,
        now_ms: u64,
        rejects: &mut Vec<Reject>,
        summary: &mut Summary,
    ) -> Result<Became, PhoneError> {
        if let Some(there) = self.phone.record(record.id)? {
            let changed = self.changes(&record, &there, summary);
            return self.edit(&record, changed, now_ms, rejects);
        }
        let identity = self.phone.identity().ok_or(PhoneError::NotEnrolled)?;
        let named = record.area.as_deref().map(|code| identity.area_by_code(code));
        if named == Some(None) {
            rejects.push(record.row.clone().because(Trouble::AreaUnknown));
            return Ok(Became::Rejected);
        }
        let area = named.flatten().map(|area| area.id);
        self.create(&mut record, area, now_ms, rejects)
    }

    /// Creates a record; a field that the phone refuses is left out and the rest is tried again.
    fn create(
        &mut self,
        record: &mut Planned,
        area: Option<AreaId>,
        now_ms: u64,
        rejects: &mut Vec<Reject>,
    ) -> Result<Became, PhoneError> {
        if self.dry_run {
            return Ok(Became::Created);
        }
        loop {
            let (id, kind, family) = (Some(record.id), record.kind, Some(record.family));
            let family = family.filter(|family| Some(*family) != id);
            let new = NewRecord { id, kind, family, area, fields: record.fields.clone() };
            match self.phone.create(new, now_ms, [0; 10]) {
                Ok(_id) => {
                    self.note(record.id, &record.fields);
                    return Ok(Became::Created);
                }
                Err(refusal) if !leave_out(&mut record.fields, &record.row, &refusal, rejects) => {
                    rejects.push(refused(&record.row, refusal)?);
                    return Ok(Became::Rejected);
                }
                Err(_one_field_less) => {}
            }
        }
    }

    fn note(&mut self, id: RecordId, fields: &[(String, Scalar)]) {
        for (key, value) in fields {
            self.ledger.note(id, key, value);
        }
    }

    /// The values that the export changed and nobody else did.
    fn changes(&mut self, record: &Planned, there: &RecordView, summary: &mut Summary) -> Vec<(String, Scalar)> {
        let mut changed = Vec::new();
        for (key, value) in &record.fields {
            let shown = there.fields.get(key);
            let last = |value: &Scalar| self.ledger.is_last(record.id, key, value);
            // Untouched: what is shown is what the last import wrote, or nothing was ever imported and nothing is there.
            let untouched = shown.map_or_else(|| last(value).is_none(), |shown| last(shown) == Some(true));
            let same_export = last(value) == Some(true);
            let may_change = untouched && !(shown.is_some() && entry::written_once(record.kind, key));
            if shown == Some(value) {
                self.ledger.note(record.id, key, value);
            } else if !same_export && may_change {
                changed.push((key.clone(), value.clone()));
            } else if !same_export {
                summary.values_kept += 1;
            }
        }
        changed
    }

    fn edit(
        &mut self,
        record: &Planned,
        mut changed: Vec<(String, Scalar)>,
        now_ms: u64,
        rejects: &mut Vec<Reject>,
    ) -> Result<Became, PhoneError> {
        while !changed.is_empty() && !self.dry_run {
            match self.phone.edit(record.id, changed.clone(), now_ms) {
                Ok(edited) => {
                    self.note(record.id, &changed);
                    return Ok(Became::of(edited));
                }
                Err(refusal) if !leave_out(&mut changed, &record.row, &refusal, rejects) => {
                    rejects.push(refused(&record.row, refusal)?);
                    return Ok(Became::Rejected);
                }
                Err(_one_field_less) => {}
            }
        }
        Ok(if changed.is_empty() { Became::Unchanged } else { Became::Updated })
    }
}

/// A record is made once in an import: two rules or rows that would both write it would take turns, and each import would write it anew.
fn leave_out_repeated(submission: &mut Submission, made: &mut BTreeSet<RecordId>) {
    let records = std::mem::take(&mut submission.records);
    let (first, again): (Vec<Planned>, Vec<Planned>) = records.into_iter().partition(|record| made.insert(record.id));
    submission.records = first;
    submission.rejected.extend(again.iter().map(|record| record.kind));
    submission.rejects.extend(again.into_iter().map(|record| record.row.because(Trouble::RecordRepeated)));
}

impl Became {
    fn of(edited: Edited) -> Self {
        match edited {
            Edited::Nothing => Self::Unchanged,
            Edited::Saved(_change) => Self::Updated,
        }
    }
}

/// Takes the field that the phone refused out of `fields`; false when the refusal is about something else.
fn leave_out(
    fields: &mut Vec<(String, Scalar)>,
    row: &Reject,
    refusal: &PhoneError,
    rejects: &mut Vec<Reject>,
) -> bool {
    let Some(field) = refusal.field() else { return false };
    let Some(at) = fields.iter().position(|(key, _)| key == field) else { return false };
    fields.remove(at);
    rejects.push(row.clone().because(said(refusal)).blaming(field, "").only(LeftOut::Value));
    true
}

/// A refusal of one record as a reject; a failing store ends the import instead.
fn refused(row: &Reject, refusal: PhoneError) -> Result<Reject, PhoneError> {
    if matches!(refusal, PhoneError::Store(_) | PhoneError::NotEnrolled) {
        return Err(refusal);
    }
    Ok(row.clone().because(said(&refusal)))
}

fn said(refusal: &PhoneError) -> Trouble {
    Trouble::Refused { code: refusal.code().to_owned(), ar: refusal.sentence_ar(), en: refusal.sentence_en() }
}

#[cfg(test)]
mod tests;
