//! What people decide about held changes: release the original, adopt its values as the centre's own, or reject it with a
//! reason. Each decision is one transaction under the same locks as a push, so both may happen at once, from any server.
//! A decision made before changes nothing when it is asked for again.

pub mod adopt;
pub mod reject;
pub mod release;

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, Change};
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId};
use usra_sync_protocol::sync::{Outcome, Reason, Verdict};
use uuid::Uuid;

use super::desk::Desk;
use super::ingest::IngestError;
use super::load::{self, Loaded};
use super::offer::Offer;
use super::world::World;
use crate::registry::audit::{self, Action, Event};
use crate::storage::decision::NewDecision;
use crate::storage::kept_change::KeptRow;
use crate::storage::{decision, held, record};

/// Which held changes are meant: one by its hash, or all of a record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    /// The change.
    pub change: Option<ChangeHash>,
    /// The record.
    pub record: Option<RecordId>,
}

/// What came of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// The record; `None` when nothing of the choice is held (it may have been decided before).
    pub record: Option<RecordId>,
    /// The changes it was carried out on, in order.
    pub changes: Vec<ChangeHash>,
    /// Chosen changes that it could not be carried out on, with the reason. They stay held.
    pub left: Vec<(ChangeHash, Reason)>,
}

/// Why a decision was not carried out. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum HeldError {
    /// Changes of two records have this name.
    #[error("several records have a held change of this name; name the record too")]
    Ambiguous,
    /// The reason for the author is empty or too long.
    #[error("the reason must have 1 to 300 characters, on one line")]
    Text,
    /// Reading or writing failed.
    #[error("the decision was not stored")]
    Storage(#[from] IngestError),
}

impl From<sqlx::Error> for HeldError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// A held change on the desk.
#[derive(Debug)]
struct Item {
    offer: Offer,
    hash: ChangeHash,
    /// `None` when its bytes are no change.
    change: Option<Change>,
    /// Why it was held.
    reason: Reason,
    /// Whether it is meant.
    chosen: bool,
}

/// Everything that a decision needs, locked.
#[derive(Debug)]
struct Opened {
    record: RecordId,
    items: Vec<Item>,
    world: World,
    waiting: Vec<Offer>,
}

/// Locks the record, its family and what is held of it, in the order in which pushes lock, and loads them.
async fn open(
    conn: &mut PgConnection,
    desk: &Desk,
    choice: Choice,
    now: OffsetDateTime,
) -> Result<Option<Opened>, HeldError> {
    let hash = choice.change.map(|hash| hash.0);
    let filter = held::Filter {
        state: None,
        hash: hash.as_ref().map(<[u8; 32]>::as_slice),
        record: choice.record.map(|record| record.0),
    };
    let mut rows = held::list(conn, desk.region, filter).await?;
    rows.retain(|row| is_open(&row.state, &row.reason) && desk.reaches(row.area_id, row.family_id));
    let Some(record) = rows.first().map(|row| row.record_id) else { return Ok(None) };
    if rows.iter().any(|row| row.record_id != record) {
        return Err(HeldError::Ambiguous);
    }
    let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.family_id).chain([record]).collect();
    record::lock(conn, desk.region, &ids.into_iter().collect::<Vec<_>>()).await?;
    let kept = held::lock(conn, desk.region, record).await?;
    let offers = load::offers(conn, desk.region, &desk.areas, &kept, now).await?;
    let all: Vec<&Offer> = offers.iter().flatten().collect();
    let Loaded { world, waiting } = load::load(conn, desk.region, &desk.areas, &all, now).await?;
    let home = world.records.get(&RecordId(record));
    if home.is_some_and(|home| !desk.holds(home.area, home.family)) {
        return Ok(None);
    }
    let items = kept.iter().zip(offers).filter_map(|(row, offer)| item(row, offer?, choice)).collect();
    Ok(Some(Opened { record: RecordId(record), items, world, waiting }))
}

/// Whether a kept change waits for a person: it is held, or other phones passed it on after a restore, since its author may never
/// come back for it.
#[must_use]
pub fn is_open(state: &str, reason: &str) -> bool {
    state == "held" || (state == "waiting" && reason == Reason::Relayed.code())
}

fn item(row: &KeptRow, offer: Offer, choice: Choice) -> Option<Item> {
    let hash = ChangeHash::from_bytes(&row.hash)?;
    let change = change::read(&offer.bytes).ok();
    let chosen = choice.change.is_none_or(|meant| meant == hash);
    Some(Item { offer, hash, change, reason: Reason::from_code(&row.reason), chosen })
}

/// Notes the decision; its install is whose work it was, when it was one's.
async fn note(
    conn: &mut PgConnection,
    desk: &Desk,
    action: Action,
    (items, decided): (&[Item], &Decided),
    now: OffsetDateTime,
) -> Result<(), HeldError> {
    let installs: BTreeSet<InstallId> =
        items.iter().filter(|item| item.chosen).map(|item| item.offer.author.install).collect();
    let changes: Vec<String> = decided.changes.iter().map(ToString::to_string).collect();
    let left: Vec<_> = decided.left.iter().map(|(hash, reason)| json!([hash.to_string(), reason.code()])).collect();
    let event = Event {
        by: desk.by.clone(),
        action,
        records: decided.record.into_iter().collect(),
        install: installs.first().copied().filter(|_| installs.len() == 1),
        detail: json!({ "changes": changes, "left": left }),
    };
    Ok(audit::note(conn, desk.region, &event, now).await?)
}

/// Writes the decision down for the item's author, whose phone hears it at its next sync.
async fn tell(
    conn: &mut PgConnection,
    desk: &Desk,
    item: &Item,
    (outcome, note): (Outcome, &str),
    now: OffsetDateTime,
) -> Result<(), HeldError> {
    let (install, record) = (item.offer.author.install, item.offer.record);
    let new = NewDecision { install, record, change: item.hash, outcome, note };
    Ok(decision::add(conn, desk.region, &new, now).await?)
}

fn reason_of(verdict: &Verdict) -> Reason {
    match verdict {
        Verdict::Held { reason, .. } | Verdict::Waiting(reason) | Verdict::Refused(reason) => *reason,
        Verdict::Accepted | Verdict::Duplicate => Reason::Unknown,
    }
}
