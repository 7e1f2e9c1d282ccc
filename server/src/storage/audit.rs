//! Tables `audit` and `audit_head`: rows are only ever added, each after the one that the head names.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// The last row of a region's audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0 before the first row.
    pub n: i64,
    /// Its hash; zeros before the first row.
    pub hash: Vec<u8>,
}

/// A row as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Its number in the region, from 1 without a gap.
    pub n: i64,
    /// When it happened, by the server's clock.
    pub at: OffsetDateTime,
    /// `operator`, `staff`, `install` or `server`.
    pub by_kind: String,
    /// Which staff account or install.
    pub by_id: Option<Uuid>,
    /// The operator's account on the machine.
    pub by_name: Option<String>,
    /// What was done, by its stable word.
    pub action: String,
    /// The install it came from or is about.
    pub install_id: Option<Uuid>,
    /// The records it is about.
    pub record_ids: Vec<Uuid>,
    /// Codes and numbers.
    pub detail: Value,
    /// The hash of the row before.
    pub previous: Vec<u8>,
    /// The hash of this row.
    pub hash: Vec<u8>,
}

/// Gives a region that has no audit yet the head of an empty one.
///
/// # Errors
/// The database is away.
pub async fn begin(conn: &mut PgConnection, region: RegionId, empty: &Head) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit_head (region_id, n, hash)
         values ($1, $2, $3)
         on conflict do nothing",
        region.0,
        empty.n,
        empty.hash,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The head, kept from everyone else until the transaction ends. Take it last: nobody can note anything meanwhile.
///
/// # Errors
/// The database is away, or there is no head.
pub async fn lock(conn: &mut PgConnection, region: RegionId) -> Result<Head, sqlx::Error> {
    sqlx::query_as!(
        Head,
        "select n, hash
         from audit_head
         where region_id = $1
         for update",
        region.0,
    )
    .fetch_one(conn)
    .await
}

/// The head as it stands.
///
/// # Errors
/// The database is away.
pub async fn head(conn: &mut PgConnection, region: RegionId) -> Result<Option<Head>, sqlx::Error> {
    sqlx::query_as!(
        Head,
        "select n, hash
         from audit_head
         where region_id = $1",
        region.0,
    )
    .fetch_optional(conn)
    .await
}

/// Adds the row and moves the head to it, in one statement.
///
/// # Errors
/// The database is away, or the number is taken (`audit_pkey`): someone wrote past the head.
pub async fn append(conn: &mut PgConnection, region: RegionId, row: &AuditRow) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "with head as (
             update audit_head
             set n = $2, hash = $12
             where region_id = $1
             returning region_id
         )
         insert into audit (region_id, n, at, by_kind, by_id, by_name, action, install_id, record_ids, detail, previous,
             hash)
         select head.region_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
         from head",
        region.0,
        row.n,
        row.at,
        row.by_kind,
        row.by_id,
        row.by_name,
        row.action,
        row.install_id,
        &row.record_ids,
        row.detail,
        row.previous,
        row.hash,
    )
    .execute(conn)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// The next rows after `n`, at most `limit`, in order.
///
/// # Errors
/// The database is away.
pub async fn after(
    conn: &mut PgConnection,
    region: RegionId,
    n: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, sqlx::Error> {
    sqlx::query_as!(
        AuditRow,
        "select n, at, by_kind, by_id, by_name, action, install_id, record_ids, detail, previous, hash
         from audit
         where region_id = $1
             and n > $2
         order by n
         limit $3",
        region.0,
        n,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Which rows are meant; nothing set means all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those about this record.
    pub record: Option<Uuid>,
    /// Those from or about this install.
    pub install: Option<Uuid>,
    /// Those of this action.
    pub action: Option<&'static str>,
    /// Those from this moment on.
    pub since: Option<OffsetDateTime>,
}

/// The last rows that are meant, at most `limit`, newest first.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<AuditRow>, sqlx::Error> {
    sqlx::query_as!(
        AuditRow,
        "select n, at, by_kind, by_id, by_name, action, install_id, record_ids, detail, previous, hash
         from audit
         where region_id = $1
             and ($2::uuid is null or record_ids @> array[$2])
             and ($3::uuid is null or install_id = $3)
             and ($4::text is null or action = $4)
             and ($5::timestamptz is null or at >= $5)
         order by n desc
         limit $6",
        region.0,
        filter.record,
        filter.install,
        filter.action,
        filter.since,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// The last row of what happened before `end`, or `None` when nothing did.
///
/// # Errors
/// The database is away.
pub async fn last_before(
    conn: &mut PgConnection,
    region: RegionId,
    end: OffsetDateTime,
) -> Result<Option<Head>, sqlx::Error> {
    sqlx::query_as!(
        Head,
        "select n, hash
         from audit
         where region_id = $1
             and at < $2
         order by n desc
         limit 1",
        region.0,
        end,
    )
    .fetch_optional(conn)
    .await
}
