//! Table `kept_change`: pushed changes that are not part of their record, with the reason.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A kept change, whole.
#[derive(Clone, Debug)]
pub struct KeptRow {
    /// The record it was pushed for.
    pub record_id: Uuid,
    /// Its hash; for bytes that are no change, the SHA-256 of the bytes.
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
    /// Where it was in its author's right when it came, if it waits.
    pub admitted_area_id: Option<i32>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Everything kept for the records, and what waits for one of the families to arrive.
///
/// # Errors
/// The database is away.
pub async fn of_records_or_families(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
    families: &[Uuid],
) -> Result<Vec<KeptRow>, sqlx::Error> {
    sqlx::query_as!(
        KeptRow,
        "select record_id, hash, state, reason, fields, kind, area_id, family_id, install_id, admitted_area_id, bytes
         from kept_change
         where region_id = $1
             and (record_id = any($2) or (state = 'waiting' and family_id = any($3)))
         order by received_at, record_id, hash",
        region.0,
        records,
        families,
    )
    .fetch_all(conn)
    .await
}

/// Keeps a change, or brings what is kept of it up to date. What is said to another than its author changes nothing that is
/// known from the author, and the author's word takes the place of what another passed on.
///
/// # Errors
/// The database is away.
pub async fn put(
    conn: &mut PgConnection,
    region: RegionId,
    row: &KeptRow,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into kept_change (region_id, record_id, hash, state, reason, fields, kind, area_id, family_id,
             install_id, received_at, bytes, admitted_area_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (region_id, record_id, hash) do update
         set state = excluded.state, reason = excluded.reason, fields = excluded.fields,
             install_id = excluded.install_id,
             admitted_area_id = coalesce(kept_change.admitted_area_id, excluded.admitted_area_id)
         where (kept_change.state, kept_change.reason, kept_change.fields, kept_change.install_id)
                 is distinct from (excluded.state, excluded.reason, excluded.fields, excluded.install_id)
             and (excluded.reason not in ('relayed', 'foreign_actor')
                 or kept_change.reason = 'foreign_actor')",
        region.0,
        row.record_id,
        row.hash,
        row.state,
        row.reason,
        row.fields,
        row.kind,
        row.area_id,
        row.family_id,
        row.install_id,
        now,
        row.bytes,
        row.admitted_area_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes changes that became part of their record.
///
/// # Errors
/// The database is away.
pub async fn delete(conn: &mut PgConnection, region: RegionId, changes: &[(Uuid, Vec<u8>)]) -> Result<(), sqlx::Error> {
    let records: Vec<Uuid> = changes.iter().map(|change| change.0).collect();
    let hashes: Vec<Vec<u8>> = changes.iter().map(|change| change.1.clone()).collect();
    sqlx::query!(
        "delete from kept_change t
         using unnest($2::uuid[], $3::bytea[]) as u(record_id, hash)
         where t.region_id = $1
             and t.record_id = u.record_id
             and t.hash = u.hash",
        region.0,
        &records,
        &hashes,
    )
    .execute(conn)
    .await?;
    Ok(())
}
