//! The centre's own change: what a decision at the desk writes into a record, under the locks of a push. It goes to the phones by the same
//! feed as theirs. Who may decide what is for the verb that calls this; here it is only made sure that it fits the record.

use std::sync::Arc;

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, Draft, OpId, Put};
use usra_sync_protocol::id::{Actor, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, FieldFault};

use super::author::Author;
use super::decide;
use super::desk::Desk;
use super::ingest::IngestError;
use super::load::{self, Loaded};
use super::offer::Offer;
use super::world::RecordState;
use crate::registry::audit::{self, Action, Event};
use crate::storage::record::{self, RecordRow};

/// One value to write.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The field.
    pub key: String,
    /// What it shall hold.
    pub value: Scalar,
    /// The open values that whoever decided saw: only those are replaced. Without them, all that are open.
    pub seen: Option<Vec<OpId>>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// There is no such record in reach.
    #[error("there is no such record")]
    Unknown,
    /// None of the values that were seen is open any more: somebody else decided meanwhile.
    #[error("somebody else decided meanwhile; look at it again")]
    Outdated,
    /// The field holds this value already.
    #[error("the record says so already")]
    Same,
    /// The value does not fit the field.
    #[error("the value does not fit the field: {0}")]
    Field(#[from] FieldFault),
    /// Whoever decided may not write this field.
    #[error("this role may not write this field")]
    NotAllowed,
    /// The record is full.
    #[error("the record has no room for another change")]
    Full,
    /// Reading or writing failed.
    #[error("the decision was not stored")]
    Storage(#[from] IngestError),
}

impl From<sqlx::Error> for PutError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Writes the values into the record as one change, and notes the decision; the name of the change.
///
/// # Errors
/// A [`PutError`]; then nothing changed.
pub async fn put(
    desk: &Desk,
    record: RecordId,
    wanted: Vec<Wanted>,
    action: Action,
    now: OffsetDateTime,
) -> Result<ChangeHash, PutError> {
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let row = record::look::find(&mut transaction, desk.region, record.0).await?.ok_or(PutError::Unknown)?;
    let offer = place(desk, &row)?;
    let Loaded { mut world, waiting } = load::load(&mut transaction, desk.region, &desk.areas, &[&offer], now).await?;
    let state = world.records.get_mut(&record).filter(|state| desk.holds(state.area, state.family));
    let hash = write(state.ok_or(PutError::Unknown)?, &wanted, now)?;
    desk.write(&mut transaction, (world, &waiting), now).await?;
    note(&mut transaction, desk, (record, hash, &wanted), action, now).await?;
    transaction.commit().await?;
    Ok(hash)
}

/// The record as something to load: the locks that a push of the centre itself would take.
fn place(desk: &Desk, row: &RecordRow) -> Result<Offer, PutError> {
    let scope = Scope { areas: desk.areas.ids(), family: None };
    Ok(Offer {
        author: Arc::new(Author::new(InstallId::SERVER, Role::Admin, scope)),
        record: RecordId(row.record_id),
        kind: u8::try_from(row.kind).map_err(|_negative| IngestError::Stored("record.kind"))?,
        area: usra_sync_protocol::id::AreaId(row.area_id.cast_unsigned()),
        family: RecordId(row.family_id),
        relay: false,
        bytes: Vec::new(),
    })
}

fn write(state: &mut RecordState, wanted: &[Wanted], now: OffsetDateTime) -> Result<ChangeHash, PutError> {
    let mut puts = Vec::new();
    for one in wanted {
        puts.extend(replacing(state, one)?);
    }
    let draft = draft(state, puts, now).ok_or(PutError::Same)?;
    let (written, bytes) = change::write(draft).map_err(|_fault| PutError::Full)?;
    decide::has_room(state, &written, bytes.len()).map_err(|_verdict| PutError::Full)?;
    let hash = written.hash();
    state.accept(written, bytes);
    Ok(hash)
}

/// The put of one value; `None` when the field says so and nothing else already.
fn replacing(state: &RecordState, wanted: &Wanted) -> Result<Option<Put>, PutError> {
    check(state.kind, wanted)?;
    let open = state.values.open_ops(&wanted.key);
    let replaces: Vec<OpId> = match &wanted.seen {
        Some(seen) => open.iter().copied().filter(|op| seen.contains(op)).collect(),
        None => open.clone(),
    };
    if wanted.seen.is_some() && replaces.is_empty() {
        return Err(PutError::Outdated);
    }
    let said = state.values.shown(&wanted.key).unwrap_or(&Scalar::Null);
    let same = open.len() <= 1 && *said == wanted.value;
    let put = || Put { key: wanted.key.clone(), value: wanted.value.clone(), replaces };
    Ok((!same).then(put))
}

fn check(kind: Kind, wanted: &Wanted) -> Result<(), FieldFault> {
    schema::check(kind, &wanted.key, &wanted.value).map(|_field| ())
}

/// The puts as the next change of the centre on a record; `None` when there are none.
pub(super) fn draft(record: &RecordState, puts: Vec<Put>, now: OffsetDateTime) -> Option<Draft> {
    let actor = Actor::new(InstallId::SERVER, 0);
    (!puts.is_empty()).then(|| Draft {
        actor,
        seq: record.history.next_seq(actor),
        start_op: record.history.max_op().saturating_add(1),
        time: now.unix_timestamp(),
        deps: record.history.heads(),
        puts,
    })
}

/// Notes who decided, with the change's name: the change itself says only that it is the centre's.
async fn note(
    conn: &mut PgConnection,
    desk: &Desk,
    (record, hash, wanted): (RecordId, ChangeHash, &[Wanted]),
    action: Action,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let keys: Vec<&str> = wanted.iter().map(|one| one.key.as_str()).collect();
    let detail = json!({ "changes": [hash.to_string()], "keys": keys });
    let event = Event { by: desk.by.clone(), action, records: vec![record], install: None, detail };
    audit::note(conn, desk.region, &event, now).await
}
