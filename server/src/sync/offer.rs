//! A change as it is offered, and the checks that need nothing but the change itself and who offers it.

use std::sync::Arc;

use usra_sync_protocol::change::{self, Change, ChangeFault};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy;
use usra_sync_protocol::schema::{self, Concurrent};
use usra_sync_protocol::sync::{Reason, Verdict};

use super::author::Author;

/// One offered change with what its push said about the record.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Who offers it; its author too, unless it is a re-offer after a restore.
    pub author: Arc<Author>,
    /// The record.
    pub record: RecordId,
    /// The kind's number as sent.
    pub kind: u8,
    /// The home area, if the record is new.
    pub area: AreaId,
    /// The family.
    pub family: RecordId,
    /// Whether the phone is repairing after a restore and may pass on what others made.
    pub relay: bool,
    /// The change as it arrived.
    pub bytes: Vec<u8>,
}

/// Reads the change.
///
/// # Errors
/// The verdict when the bytes are not a change that we read.
pub fn read(offer: &Offer) -> Result<Change, Verdict> {
    change::read(&offer.bytes).map_err(|fault| {
        let large = fault == ChangeFault::TooLarge;
        Verdict::Refused(if large { Reason::ChangeTooLarge } else { Reason::ChangeMalformed })
    })
}

/// Whether the offering install made the change.
///
/// # Errors
/// The verdict when it did not.
pub fn is_own(offer: &Offer, change: &Change) -> Result<(), Verdict> {
    if change.draft().actor.install() == offer.author.install {
        Ok(())
    } else if offer.relay {
        Err(Verdict::Waiting(Reason::Relayed))
    } else {
        Err(Verdict::Refused(Reason::ForeignActor))
    }
}

/// Whether every put fits the schema and the author's role.
///
/// # Errors
/// Held, with every field at fault and the first one's reason.
pub fn fits(offer: &Offer, kind: Kind, change: &Change) -> Result<(), Verdict> {
    let faults = change.ops().filter_map(|(_, put)| {
        let reason = field_fault(offer, kind, put)?;
        Some((reason, put.key.clone()))
    });
    let (reasons, fields): (Vec<Reason>, Vec<String>) = faults.unzip();
    match reasons.first() {
        None => Ok(()),
        Some(reason) => Err(Verdict::Held { reason: *reason, fields }),
    }
}

fn field_fault(offer: &Offer, kind: Kind, put: &change::Put) -> Option<Reason> {
    let field = match schema::check(kind, &put.key, &put.value) {
        Ok(field) => field,
        Err(fault) => return Some(fault.reason()),
    };
    if let Err(fault) = policy::check(offer.author.role, field, &put.value) {
        return Some(fault.reason());
    }
    let written_before = field.concurrent == Concurrent::Log && !put.replaces.is_empty();
    written_before.then_some(Reason::FieldWrittenOnce)
}
