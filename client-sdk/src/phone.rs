//! The engine: everything a phone knows and does, without clock, dice, files or sockets.

use usra_sync_protocol::change::OpId;
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;

use crate::conflict::Conflict;
use crate::error::PhoneError;
use crate::held::HeldItem;
use crate::identity::Identity;
use crate::record::{Edited, NewRecord, Query, RecordSummary, RecordView};
use crate::status::Status;
use crate::store::Store;
use crate::transport::Failure;

/// What one answer brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Whether there is more to send or to fetch now.
    pub more: bool,
    /// Changes of this phone that the centre took, or had already.
    pub accepted: u64,
    /// Changes that wait for something else.
    pub waiting: u64,
    /// Changes that a person must decide on.
    pub held: u64,
    /// Changes that were refused.
    pub refused: u64,
    /// Changes of others that were received.
    pub received: u64,
    /// Delivered changes that could not be applied.
    pub unreadable: u64,
    /// Records that left this phone.
    pub left: u64,
}

/// A phone on a store.
pub struct Phone<S: Store> {
    store: S,
    identity: Option<Identity>,
}

#[expect(clippy::missing_errors_doc, reason = "every error is a PhoneError and says for itself what is wrong")]
#[expect(unused_variables, clippy::needless_pass_by_value, clippy::unused_self, reason = "bodies follow")]
impl<S: Store> Phone<S> {
    /// Opens the phone that `store` holds; reads little, whatever it holds.
    pub fn open(store: S) -> Result<Self, PhoneError> {
        Ok(Self { store, identity: None })
    }

    /// Who it is, once enrolled.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Keeps the answer to an enrolment. A phone that has records keeps them, and its unsent work goes out under the new identity.
    pub fn enrolled(&mut self, answer: EnrolAnswer, server_url: &str, now_ms: u64) -> Result<(), PhoneError> {
        Err(PhoneError::NotEnrolled)
    }

    /// Makes a record; durable when it returns.
    pub fn create(&mut self, new: NewRecord, now_ms: u64, random: [u8; 10]) -> Result<RecordId, PhoneError> {
        Err(PhoneError::NotEnrolled)
    }

    /// Gives fields new values; durable when it returns. A value equal to the shown one is not written. `Null` clears a field.
    pub fn edit(&mut self, id: RecordId, fields: Vec<(String, Scalar)>, now_ms: u64) -> Result<Edited, PhoneError> {
        Err(PhoneError::NotEnrolled)
    }

    /// Settles a field: `value` replaces every version that this phone holds now.
    pub fn resolve(&mut self, id: RecordId, key: &str, value: Scalar, now_ms: u64) -> Result<ChangeHash, PhoneError> {
        Err(PhoneError::NotEnrolled)
    }

    /// Settles a field: `value` replaces exactly the versions in `seen`; one that came since stays open beside it.
    pub fn resolve_seen(
        &mut self,
        (id, key): (RecordId, &str),
        value: Scalar,
        seen: &[OpId],
        now_ms: u64,
    ) -> Result<ChangeHash, PhoneError> {
        Err(PhoneError::NotEnrolled)
    }

    /// Everything shown of a record.
    pub fn record(&self, id: RecordId) -> Result<Option<RecordView>, PhoneError> {
        Ok(None)
    }

    /// The records of a query.
    pub fn list(&self, query: &Query) -> Result<Vec<RecordSummary>, PhoneError> {
        Ok(Vec::new())
    }

    /// The conflicts of one record, or of all.
    pub fn conflicts(&self, id: Option<RecordId>) -> Result<Vec<Conflict>, PhoneError> {
        Ok(Vec::new())
    }

    /// The held tray, oldest first.
    pub fn held(&self) -> Result<Vec<HeldItem>, PhoneError> {
        Ok(Vec::new())
    }

    /// Takes an item out of the held tray: the person has dealt with it.
    pub fn dismiss(&mut self, change: ChangeHash) -> Result<(), PhoneError> {
        Ok(())
    }

    /// The person has looked at the record: what the centre changed is no longer news.
    pub fn mark_seen(&mut self, id: RecordId) -> Result<(), PhoneError> {
        Ok(())
    }

    /// How the phone stands.
    pub fn status(&self, now_ms: u64) -> Result<Status, PhoneError> {
        Ok(Status::default())
    }

    /// Forgets the waiting time after a failure: a person asked for a sync now.
    pub fn retry_now(&mut self) {}

    /// The sealed body of the next request; `None` when not enrolled, waiting after a failure, or in need of an enrolment.
    pub fn next_request(&mut self, now_ms: u64) -> Result<Option<Vec<u8>>, PhoneError> {
        Ok(None)
    }

    /// Takes the sealed answer to the last request.
    pub fn receive(&mut self, body: &[u8], now_ms: u64) -> Result<Progress, PhoneError> {
        Err(PhoneError::AnswerUnexpected)
    }

    /// The last request got no answer. `jitter` is any random number.
    pub fn failed(&mut self, failure: Failure, now_ms: u64, jitter: u32) -> Result<(), PhoneError> {
        Ok(())
    }
}
