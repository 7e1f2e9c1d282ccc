//! Table `take_out`: lists of families that people of the centre take out, how far each is, and its file until it expires.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// What is kept of a list that is asked for.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Its id.
    pub take_out_id: Uuid,
    /// Who asks.
    pub staff_id: Uuid,
    /// The home areas of the families that they see.
    pub area_ids: Vec<i32>,
    /// What stood in the address.
    pub query: String,
    /// The word of the file's form.
    pub form: &'static str,
    /// Whether it has personal columns.
    pub personal: bool,
}

/// How far a list is.
#[derive(Clone, Debug)]
pub struct TakeOutRow {
    /// Its id.
    pub take_out_id: Uuid,
    /// The home areas of its families.
    pub area_ids: Vec<i32>,
    /// What stood in the address.
    pub query: String,
    /// The word of the file's form.
    pub form: String,
    /// Whether it has personal columns.
    pub personal: bool,
    /// When it was asked for.
    pub asked_at: OffsetDateTime,
    /// How many families it has, once they are counted.
    pub rows_total: Option<i32>,
    /// How many of them were read.
    pub rows_done: i32,
    /// When it last got further.
    pub moved_at: OffsetDateTime,
    /// Until when its file is there, once it is finished.
    pub expires_at: Option<OffsetDateTime>,
    /// Why it failed.
    pub failed: Option<String>,
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
        "insert into take_out (region_id, take_out_id, staff_id, area_ids, query, form, personal, asked_at, rows_done,
             moved_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $8)",
        region.0,
        row.take_out_id,
        row.staff_id,
        &row.area_ids,
        row.query,
        row.form,
        row.personal,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Waits until nobody else begins a list: how many are being made is counted under this lock.
///
/// # Errors
/// The database is away.
pub async fn lock(conn: &mut PgConnection, region: RegionId) -> Result<(), sqlx::Error> {
    // The second number is this table's own, so that nobody else's lock is met.
    sqlx::query!("select pg_advisory_xact_lock($1, 90)", region.0).execute(conn).await?;
    Ok(())
}

/// The lists that are being made and got further since `since`, each with who asked.
///
/// # Errors
/// The database is away.
pub async fn running(
    conn: &mut PgConnection,
    region: RegionId,
    since: OffsetDateTime,
) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select staff_id, take_out_id
         from take_out
         where region_id = $1
             and finished_at is null
             and failed is null
             and moved_at > $2
         order by asked_at, take_out_id",
        region.0,
        since,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.staff_id, row.take_out_id)).collect())
}

/// One of a person's lists.
///
/// # Errors
/// The database is away.
pub async fn find(
    conn: &mut PgConnection,
    region: RegionId,
    (staff, id): (Uuid, Uuid),
) -> Result<Option<TakeOutRow>, sqlx::Error> {
    sqlx::query_as!(
        TakeOutRow,
        "select take_out_id, area_ids, query, form, personal, asked_at, rows_total, rows_done, moved_at, expires_at,
             failed
         from take_out
         where region_id = $1
             and take_out_id = $2
             and staff_id = $3",
        region.0,
        id,
        staff,
    )
    .fetch_optional(conn)
    .await
}

/// Keeps how far it is.
///
/// # Errors
/// The database is away.
pub async fn moved(
    conn: &mut PgConnection,
    region: RegionId,
    id: Uuid,
    (done, total): (i32, i32),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update take_out
         set rows_done = $3, rows_total = $4, moved_at = $5
         where region_id = $1
             and take_out_id = $2",
        region.0,
        id,
        done,
        total,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the file until it expires.
///
/// # Errors
/// The database is away.
pub async fn finish(
    conn: &mut PgConnection,
    region: RegionId,
    (id, file): (Uuid, &[u8]),
    (now, expires_at): (OffsetDateTime, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update take_out
         set file = $3, finished_at = $4, expires_at = $5, moved_at = $4
         where region_id = $1
             and take_out_id = $2
             and failed is null",
        region.0,
        id,
        file,
        now,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps why there is no file.
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
        "update take_out
         set failed = $3, moved_at = $4
         where region_id = $1
             and take_out_id = $2
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

/// The file, where it is there still.
///
/// # Errors
/// The database is away.
pub async fn file(conn: &mut PgConnection, region: RegionId, id: Uuid) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query!("select file from take_out where region_id = $1 and take_out_id = $2", region.0, id)
        .fetch_optional(conn)
        .await?;
    Ok(row.and_then(|row| row.file))
}

/// Ends every file, and every list that is being made: an erased family may be in it.
///
/// # Errors
/// The database is away.
pub async fn end_files(conn: &mut PgConnection, region: RegionId, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update take_out
         set file = null, expires_at = least(expires_at, $2),
             failed = case when finished_at is null then coalesce(failed, 'file') else failed end
         where region_id = $1
             and (file is not null or finished_at is null)",
        region.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes away the files that expired by `now`, and the lists that were asked for before `old`.
///
/// # Errors
/// The database is away.
pub async fn sweep(
    conn: &mut PgConnection,
    region: RegionId,
    (now, old): (OffsetDateTime, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update take_out
         set file = null
         where region_id = $1
             and file is not null
             and expires_at <= $2",
        region.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from take_out where region_id = $1 and asked_at < $2", region.0, old).execute(conn).await?;
    Ok(())
}
