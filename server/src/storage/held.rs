//! Table `kept_change`, as people see it who decide: what is kept, and what they decided.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::kept_change::KeptRow;

/// A kept change without its bytes, with what was decided.
#[derive(Clone, Debug)]
pub struct HeldRow {
    /// The record it was pushed for.
    pub record_id: Uuid,
    /// Its name.
    pub hash: Vec<u8>,
    /// `waiting`, `held` or `refused`.
    pub state: String,
    /// [`usra_sync_protocol::sync::Reason::code`].
    pub reason: String,
    /// The keys at fault: a JSON list of texts.
    pub fields: Value,
    /// The kind's number as pushed.
    pub kind: i16,
    /// The area as pushed.
    pub area_id: i32,
    /// The family as pushed.
    pub family_id: Uuid,
    /// Who pushed it.
    pub install_id: Uuid,
    /// When it came.
    pub received_at: OffsetDateTime,
    /// When a person decided.
    pub decided_at: Option<OffsetDateTime>,
    /// What its author is told.
    pub note: Option<String>,
}

/// Which kept changes are meant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Only those in this state.
    pub state: Option<&'a str>,
    /// Only the one of this name (one record's, but two records may have been pushed the same bytes).
    pub hash: Option<&'a [u8]>,
    /// Only those of this record.
    pub record: Option<Uuid>,
}

/// The kept changes, oldest first.
///
/// # Errors
/// The database is away.
pub async fn list(conn: &mut PgConnection, region: RegionId, filter: Filter<'_>) -> Result<Vec<HeldRow>, sqlx::Error> {
    sqlx::query_as!(
        HeldRow,
        "select record_id, hash, state, reason, fields, kind, area_id, family_id, install_id, received_at, decided_at, note
         from kept_change
         where region_id = $1
             and ($2::text is null or state = $2)
             and ($3::bytea is null or hash = $3)
             and ($4::uuid is null or record_id = $4)
         order by received_at, record_id, hash",
        region.0,
        filter.state,
        filter.hash,
        filter.record,
    )
    .fetch_all(conn)
    .await
}

/// Locks what a person may decide on of the record until the transaction ends. Lock the record first.
///
/// # Errors
/// The database is away.
pub async fn lock(conn: &mut PgConnection, region: RegionId, record: Uuid) -> Result<Vec<KeptRow>, sqlx::Error> {
    sqlx::query_as!(
        KeptRow,
        "select record_id, hash, state, reason, fields, kind, area_id, family_id, install_id, admitted_area_id, bytes
         from kept_change
         where region_id = $1
             and record_id = $2
             and (state = 'held' or state = 'waiting' and reason = 'relayed')
         order by received_at, hash
         for update",
        region.0,
        record,
    )
    .fetch_all(conn)
    .await
}

/// Writes down that a held change will not become part of its record as it is.
///
/// # Errors
/// The database is away.
pub async fn refuse(
    conn: &mut PgConnection,
    region: RegionId,
    (record, hash): (Uuid, &[u8]),
    (reason, note): (&str, Option<&str>),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update kept_change
         set state = 'refused', reason = $4, note = $5, decided_at = $6
         where region_id = $1
             and record_id = $2
             and hash = $3
             and (state = 'held' or state = 'waiting' and reason = 'relayed')",
        region.0,
        record,
        hash,
        reason,
        note,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
