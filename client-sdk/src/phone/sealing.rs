//! Sealed values: sealed to the server the moment they are entered, so that this phone itself cannot read them again. They wait
//! in an outbox of their own and go beside the changes until they have their verdicts. What of a value may be shown becomes an
//! edit of the record, in the same commit.

use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::limits;
use usra_sync_protocol::policy::PolicyFault;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sealed::{self, CommandId, SealedCommand, SealedField};
use usra_sync_protocol::signing::read;
use usra_sync_protocol::sync::{Reason, Verdict};

use super::Phone;
use super::author::write;
use super::page::Page;
use crate::error::PhoneError;
use crate::held::{HeldField, HeldItem};
use crate::store::{Store, StoreError, Write};

impl<S: Store> Phone<S> {
    /// Seals `value` for the server and keeps it for sending, with what of it may be shown written into the record. `random`
    /// must never be used twice.
    ///
    /// # Errors
    /// The phone is not enrolled or has no sealing key, the record is not here, there is no such sealed field, this role may
    /// not write it, or `value` is none. Nothing is kept then.
    pub fn seal(
        &mut self,
        (record, key): (RecordId, &str),
        value: &str,
        now_ms: u64,
        random: [u8; 32],
    ) -> Result<CommandId, PhoneError> {
        self.tick(now_ms)?;
        let mut work = self.to_write(record)?;
        let field =
            sealed::field(work.row.kind, key).ok_or_else(|| PhoneError::FieldUnknown { key: key.to_owned() })?;
        let (command, value) = self.boxed((field, record, key), value, random)?;
        let id = command.id();
        if let Some((plain, shown)) = field.plain_part(key, &value) {
            write(&mut work, &[(plain, Scalar::Text(shown))].into(), now_ms)?;
        }
        let mut writes = work.finish();
        writes.push(Write::Seal(command));
        self.commit(writes, self.sync.clone())?;
        Ok(id)
    }

    fn boxed(
        &self,
        (field, record, key): (&SealedField, RecordId, &str),
        value: &str,
        random: [u8; 32],
    ) -> Result<(SealedCommand, String), PhoneError> {
        let identity = self.identity.as_ref().ok_or(PhoneError::NotEnrolled)?;
        field.allows(identity.role).map_err(|fault| not_allowed(key, fault))?;
        let value = sealed::canonical(field, value, identity.demo).map_err(|fault| PhoneError::ValueInvalid {
            key: key.to_owned(),
            code: fault.code(),
            sentence_ar: fault.sentence_ar(),
            sentence_en: fault.sentence_en(),
        })?;
        let sealing = identity.sealing.as_ref().ok_or(PhoneError::SealingKeyMissing)?;
        let public = read(&sealing.key).or(Err(PhoneError::SealingKeyMissing))?;
        let (key, sealed_by) = (key.to_owned(), identity.install_id);
        let mut command = SealedCommand { record, key, sealed_by, sealed: Vec::new() };
        command.sealed = sealed::seal((sealing.version, &public), &command.place(), value.as_bytes(), random)
            .or(Err(PhoneError::SealingKeyMissing))?;
        Ok((command, value))
    }

    /// The sealed commands of the next request: those that were not asked about in this conversation.
    pub(super) fn sealed_due(&self) -> Result<Vec<SealedCommand>, StoreError> {
        let asked = |id| self.conversation.as_ref().is_some_and(|talk| talk.asked.contains(&id));
        let due = self.store.sealed()?.into_iter().filter(|command| !asked(command.id()));
        Ok(due.take(limits::REQUEST_SEALED).collect())
    }
}

impl<S: Store> Page<'_, S> {
    /// Takes the verdicts on sealed commands. A server that does not know such commands gives none, and they stay.
    pub(super) fn judge_sealed(&mut self, sent: &[SealedCommand], verdicts: Vec<Verdict>) -> Result<(), PhoneError> {
        for (command, verdict) in sent.iter().zip(verdicts) {
            match verdict {
                Verdict::Accepted | Verdict::Duplicate => self.progress.accepted += 1,
                Verdict::Waiting(_) => {
                    self.progress.waiting += 1;
                    continue;
                }
                Verdict::Held { reason, .. } => self.show_held(command, reason, false)?,
                Verdict::Refused(reason) => self.show_held(command, reason, true)?,
            }
            self.unsealed.push(command.id());
        }
        Ok(())
    }

    /// The tray shows the field and the reason; the value is not here to be shown.
    fn show_held(&mut self, command: &SealedCommand, reason: Reason, refused: bool) -> Result<(), PhoneError> {
        let (record, change, at_ms) = (command.record, ChangeHash(command.id().0), self.now_ms);
        if refused {
            self.progress.refused += 1;
        } else {
            self.progress.held += 1;
        }
        if let Some(work) = self.work(record)? {
            work.row.held += 1;
        }
        let fields = vec![HeldField::new(command.key.clone(), Scalar::Null)];
        let item = HeldItem { record, change, reason, refused, fields, at_ms, note: None };
        self.tray.insert((record, change), Some(item));
        Ok(())
    }
}

fn not_allowed(key: &str, fault: PolicyFault) -> PhoneError {
    let (sentence_ar, sentence_en) = (fault.sentence_ar(), fault.sentence_en());
    PhoneError::FieldNotAllowed { key: key.to_owned(), sentence_ar, sentence_en }
}
