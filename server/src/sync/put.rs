//! The centre's own change: what a decision at the desk writes into a record, under the locks of a push. It goes to the phones by the same
//! feed as theirs. Who may decide what is for the verb that calls this; here it is only made sure that it fits the record.

use std::sync::Arc;

use serde_json::{Value, json};
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
use super::world::{RecordState, World};
use crate::registry::audit::{self, Action, Event};
use crate::storage::record::{self, RecordRow};

/// One value to write.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The field.
    pub key: String,
    /// What it shall hold.
    pub value: Scalar,
    /// What it takes the place of.
    pub over: Over,
}

/// Which open values a new one replaces.
#[derive(Clone, Debug)]
pub enum Over {
    /// Every one.
    All,
    /// Those that whoever decided saw.
    Seen(Vec<OpId>),
    /// None: it stands beside them, for a person to choose.
    Nothing,
}

/// Records under the locks of a push, to be written by the centre.
#[derive(Debug)]
pub(super) struct Opened {
    world: World,
    waiting: Vec<Offer>,
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
    let hash = put_in(&mut transaction, desk, (record, &wanted), now).await?;
    note(&mut transaction, desk, (record, hash, &wanted), (action, json!({})), now).await?;
    transaction.commit().await?;
    Ok(hash)
}

/// Writes the values into the record within a transaction that goes on, for verbs that write more of their own under its locks; then they
/// [`note`] it and commit.
pub(super) async fn put_in(
    conn: &mut PgConnection,
    desk: &Desk,
    (record, wanted): (RecordId, &[Wanted]),
    now: OffsetDateTime,
) -> Result<ChangeHash, PutError> {
    let mut opened = open(conn, desk, &[record], now).await?;
    let hash = opened.put(record, wanted, now)?;
    opened.close(conn, desk, now).await?;
    Ok(hash)
}

/// Locks and loads the records, in the order in which pushes lock.
///
/// # Errors
/// [`PutError::Unknown`] when one is not in the desk's reach, and what loading fails with.
pub(super) async fn open(
    conn: &mut PgConnection,
    desk: &Desk,
    records: &[RecordId],
    now: OffsetDateTime,
) -> Result<Opened, PutError> {
    let mut offers = Vec::new();
    for record in records {
        let row = record::look::find(conn, desk.region, record.0).await?.ok_or(PutError::Unknown)?;
        offers.push(place(desk, &row)?);
    }
    let offers: Vec<&Offer> = offers.iter().collect();
    let Loaded { world, waiting } = load::load(conn, desk.region, &desk.areas, &offers, now).await?;
    let opened = Opened { world, waiting };
    let reached = |record: &RecordId| opened.state(*record).is_ok_and(|state| desk.holds(state.area, state.family));
    if records.iter().all(reached) { Ok(opened) } else { Err(PutError::Unknown) }
}

impl Opened {
    /// One of the records.
    pub(super) fn state(&self, record: RecordId) -> Result<&RecordState, PutError> {
        self.world.records.get(&record).ok_or(PutError::Unknown)
    }

    /// The next change of the centre on one of them; its name.
    pub(super) fn put(
        &mut self,
        record: RecordId,
        wanted: &[Wanted],
        now: OffsetDateTime,
    ) -> Result<ChangeHash, PutError> {
        write(self.world.records.get_mut(&record).ok_or(PutError::Unknown)?, wanted, now)
    }

    /// Writes what was put. The caller commits.
    pub(super) async fn close(
        self,
        conn: &mut PgConnection,
        desk: &Desk,
        now: OffsetDateTime,
    ) -> Result<(), IngestError> {
        desk.write(conn, (self.world, &self.waiting), now).await
    }
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
    let replaces: Vec<OpId> = match &wanted.over {
        Over::All => open.clone(),
        Over::Seen(seen) => open.iter().copied().filter(|op| seen.contains(op)).collect(),
        Over::Nothing => Vec::new(),
    };
    if matches!(wanted.over, Over::Seen(_)) && replaces.is_empty() {
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

/// Notes who decided, with the change's name: the change itself says only that it is the centre's. `detail` is an object of codes and numbers.
pub(super) async fn note(
    conn: &mut PgConnection,
    desk: &Desk,
    (record, hash, wanted): (RecordId, ChangeHash, &[Wanted]),
    (action, mut detail): (Action, Value),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let keys: Vec<&str> = wanted.iter().map(|one| one.key.as_str()).collect();
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("keys".to_owned(), json!(keys));
    }
    note_all(conn, desk, (&[record], &[hash]), (action, detail), now).await
}

/// The same of several records, with what else is to be known of it.
pub(super) async fn note_all(
    conn: &mut PgConnection,
    desk: &Desk,
    (records, changes): (&[RecordId], &[ChangeHash]),
    (action, mut detail): (Action, Value),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("changes".to_owned(), json!(changes));
    }
    let event = Event { by: desk.by.clone(), action, records: records.to_vec(), install: None, detail };
    audit::note(conn, desk.region, &event, now).await
}
