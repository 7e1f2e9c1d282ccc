//! Table `bring_in`: lists of families that people of the centre bring in, how far each is, and what was left out of it.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// What is kept of a list that came.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Its id.
    pub bring_in_id: Uuid,
    /// Who brought it.
    pub staff_id: Uuid,
    /// The lasting name of where it is from.
    pub source: String,
    /// The word of the file's form.
    pub form: &'static str,
    /// The file.
    pub file: Vec<u8>,
    /// How many rows it has below its heads.
    pub rows_total: i32,
}

/// How far a list is.
#[derive(Clone, Debug)]
pub struct BringInRow {
    /// Its id.
    pub bring_in_id: Uuid,
    /// The lasting name of where it is from.
    pub source: String,
    /// The word of the file's form.
    pub form: String,
    /// The file, while it is needed.
    pub file: Option<Vec<u8>>,
    /// When it came.
    pub brought_at: OffsetDateTime,
    /// Which column is what, once somebody confirmed it.
    pub columns: Option<String>,
    /// How many rows it has.
    pub rows_total: i32,
    /// How many of them were written or left out.
    pub rows_done: i32,
    /// When it last got further.
    pub moved_at: OffsetDateTime,
    /// Families that are new.
    pub families_new: i32,
    /// Families of which a field changed.
    pub families_updated: i32,
    /// Families of which nothing changed.
    pub families_same: i32,
    /// Rows that were left out.
    pub rows_rejected: i32,
    /// When it was done.
    pub finished_at: Option<OffsetDateTime>,
    /// Why it failed.
    pub failed: Option<String>,
    /// Whether what was left out can still be had.
    pub has_rejects: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Rows written or left out.
    pub rows: i32,
    /// Families that are new.
    pub new: i32,
    /// Families of which a field changed.
    pub updated: i32,
    /// Families of which nothing changed.
    pub same: i32,
    /// Rows left out.
    pub rejected: i32,
}

/// Adds one.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    row: &NewRow,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into bring_in (region_id, bring_in_id, staff_id, source, form, file, brought_at, rows_total, rows_done,
             moved_at, families_new, families_updated, families_same, rows_rejected)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $7, 0, 0, 0, 0)",
        region.0,
        row.bring_in_id,
        row.staff_id,
        row.source,
        row.form,
        row.file,
        now,
        row.rows_total,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One of a person's lists.
///
/// # Errors
/// The database is away.
pub async fn find(
    conn: &mut PgConnection,
    region: RegionId,
    (staff, id): (Uuid, Uuid),
) -> Result<Option<BringInRow>, sqlx::Error> {
    sqlx::query_as!(
        BringInRow,
        r#"select bring_in_id, source, form, file, brought_at, columns, rows_total, rows_done, moved_at, families_new,
             families_updated, families_same, rows_rejected, finished_at, failed, rejects is not null as "has_rejects!"
         from bring_in
         where region_id = $1
             and bring_in_id = $2
             and staff_id = $3"#,
        region.0,
        id,
        staff,
    )
    .fetch_optional(conn)
    .await
}

/// Waits until nobody else begins: how many are written is counted under this lock.
///
/// # Errors
/// The database is away.
pub async fn lock(conn: &mut PgConnection, region: RegionId) -> Result<(), sqlx::Error> {
    // The second number is this table's own, so that nobody else's lock is met.
    sqlx::query!("select pg_advisory_xact_lock($1, 92)", region.0).execute(conn).await?;
    Ok(())
}

/// How many lists are being written and got further since `since`.
///
/// # Errors
/// The database is away.
pub async fn running(conn: &mut PgConnection, region: RegionId, since: OffsetDateTime) -> Result<i64, sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!"
         from bring_in
         where region_id = $1
             and columns is not null
             and finished_at is null
             and failed is null
             and moved_at > $2"#,
        region.0,
        since,
    )
    .fetch_one(conn)
    .await?;
    Ok(row.count)
}

/// Keeps which column is what, once; whether nobody did before.
///
/// # Errors
/// The database is away.
pub async fn confirm(
    conn: &mut PgConnection,
    region: RegionId,
    (id, columns): (Uuid, &str),
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update bring_in
         set columns = $3, moved_at = $4
         where region_id = $1
             and bring_in_id = $2
             and columns is null
             and file is not null",
        region.0,
        id,
        columns,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps how far it is.
///
/// # Errors
/// The database is away.
pub async fn moved(
    conn: &mut PgConnection,
    region: RegionId,
    (id, reached): (Uuid, Reached),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bring_in
         set rows_done = $3, families_new = $4, families_updated = $5, families_same = $6, rows_rejected = $7,
             moved_at = $8
         where region_id = $1
             and bring_in_id = $2",
        region.0,
        id,
        reached.rows,
        reached.new,
        reached.updated,
        reached.same,
        reached.rejected,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps that it is done and what was left out; the file itself goes.
///
/// # Errors
/// The database is away.
pub async fn finish(
    conn: &mut PgConnection,
    region: RegionId,
    (id, rejects): (Uuid, &[u8]),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bring_in
         set file = null, rejects = $3, finished_at = $4, moved_at = $4
         where region_id = $1
             and bring_in_id = $2",
        region.0,
        id,
        rejects,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps why it went no further; the file itself goes.
///
/// # Errors
/// The database is away.
pub async fn fail(
    conn: &mut PgConnection,
    region: RegionId,
    (id, failed): (Uuid, &str),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bring_in
         set file = null, failed = $3, moved_at = $4
         where region_id = $1
             and bring_in_id = $2
             and finished_at is null",
        region.0,
        id,
        failed,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was left out, where it is there still.
///
/// # Errors
/// The database is away.
pub async fn rejects(conn: &mut PgConnection, region: RegionId, id: Uuid) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query!("select rejects from bring_in where region_id = $1 and bring_in_id = $2", region.0, id)
        .fetch_optional(conn)
        .await?;
    Ok(row.and_then(|row| row.rejects))
}

/// Takes away every file and what was left out: an erased family may be in it.
///
/// # Errors
/// The database is away.
pub async fn end_files(conn: &mut PgConnection, region: RegionId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bring_in
         set file = null, rejects = null
         where region_id = $1
             and (file is not null or rejects is not null)",
        region.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes away the files and what was left out of lists that got no further since `until`, and the lists that came before `old`.
///
/// # Errors
/// The database is away.
pub async fn sweep(
    conn: &mut PgConnection,
    region: RegionId,
    (until, old): (OffsetDateTime, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bring_in
         set file = null, rejects = null
         where region_id = $1
             and (file is not null or rejects is not null)
             and moved_at <= $2",
        region.0,
        until,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from bring_in where region_id = $1 and brought_at < $2", region.0, old).execute(conn).await?;
    Ok(())
}
