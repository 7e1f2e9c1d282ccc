//! Tables `family_merge` and `followed_change`: families that are another, and what was written into them since and so into that one.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A merge that holds.
#[derive(Clone, Debug)]
pub struct MergeRow {
    /// The family that is another.
    pub lost_id: Uuid,
    /// Which merge of it this is, from 1.
    pub n: i32,
    /// The family that it is.
    pub survivor_id: Uuid,
    /// The change that said so, in the lost one's record.
    pub lost_change: Vec<u8>,
    /// The change that gave the survivor what only the other had.
    pub survivor_change: Option<Vec<u8>>,
    /// How many changes the lost one's record had with it.
    pub change_count: i32,
    /// When it was merged.
    pub merged_at: OffsetDateTime,
}

/// A merge to write.
#[derive(Clone, Copy, Debug)]
pub struct NewMerge<'a> {
    /// The family that is another.
    pub lost: Uuid,
    /// The family that it is.
    pub survivor: Uuid,
    /// The change that says so.
    pub lost_change: &'a [u8],
    /// The change of the survivor, if there is one.
    pub survivor_change: Option<&'a [u8]>,
    /// How many changes the lost one's record has with it.
    pub change_count: i32,
}

/// Writes a merge down.
///
/// # Errors
/// The database is away.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    new: NewMerge<'_>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into family_merge
             (region_id, lost_id, n, survivor_id, lost_change, survivor_change, change_count, merged_at)
         select r.region_id, $2, coalesce(max(m.n), 0) + 1, $3, $4, $5, $6, $7
         from region r
         left join family_merge m
             on m.region_id = r.region_id
             and m.lost_id = $2
         where r.region_id = $1
         group by r.region_id",
        region.0,
        new.lost,
        new.survivor,
        new.lost_change,
        new.survivor_change,
        new.change_count,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The merges that hold of any of these families, as the one that was lost or as the survivor.
///
/// # Errors
/// The database is away.
pub async fn of(conn: &mut PgConnection, region: RegionId, families: &[Uuid]) -> Result<Vec<MergeRow>, sqlx::Error> {
    sqlx::query_as!(
        MergeRow,
        "select lost_id, n, survivor_id, lost_change, survivor_change, change_count, merged_at
         from family_merge
         where region_id = $1
             and ended_at is null
             and (lost_id = any($2) or survivor_id = any($2))
         order by merged_at, lost_id",
        region.0,
        families,
    )
    .fetch_all(conn)
    .await
}

/// The families that are one with this one, itself included: the survivor first, then those merged into it.
///
/// # Errors
/// The database is away.
pub async fn whole(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    let merges = of(conn, region, &[family]).await?;
    let survivor = merges.iter().find(|row| row.lost_id == family).map_or(family, |row| row.survivor_id);
    let merges = if survivor == family { merges } else { of(conn, region, &[survivor]).await? };
    Ok(std::iter::once(survivor).chain(merges.into_iter().map(|row| row.lost_id)).collect())
}

/// Ends a merge.
///
/// # Errors
/// The database is away.
pub async fn end(
    conn: &mut PgConnection,
    region: RegionId,
    (lost, n): (Uuid, i32),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update family_merge
         set ended_at = $4
         where region_id = $1
             and lost_id = $2
             and n = $3",
        region.0,
        lost,
        n,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a change of the lost family followed its survivor, with the change that it became there; whether it had not yet.
///
/// # Errors
/// The database is away.
pub async fn follow(
    conn: &mut PgConnection,
    region: RegionId,
    (lost, change_n): (Uuid, i32),
    (survivor, hash): (Uuid, Option<&[u8]>),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into followed_change (region_id, lost_id, change_n, survivor_id, hash)
         values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        region.0,
        lost,
        change_n,
        survivor,
        hash,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What the survivor got of a lost family that way: the names of its changes.
///
/// # Errors
/// The database is away.
pub async fn followed(
    conn: &mut PgConnection,
    region: RegionId,
    (lost, survivor): (Uuid, Uuid),
) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select hash as "hash!"
         from followed_change
         where region_id = $1
             and lost_id = $2
             and survivor_id = $3
             and hash is not null
         order by change_n"#,
        region.0,
        lost,
        survivor,
    )
    .fetch_all(conn)
    .await
}

/// A phone's change of a lost family that the survivor has not got.
#[derive(Clone, Debug)]
pub struct LateRow {
    /// The lost family.
    pub lost_id: Uuid,
    /// Its survivor.
    pub survivor_id: Uuid,
    /// The change's number in the lost one's record.
    pub n: i32,
    /// The change's name.
    pub hash: Vec<u8>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The changes of lost families that came after their merge and did not follow yet, but for those of `server`; at most a hundred.
///
/// # Errors
/// The database is away.
pub async fn late(conn: &mut PgConnection, region: RegionId, server: Uuid) -> Result<Vec<LateRow>, sqlx::Error> {
    sqlx::query_as!(
        LateRow,
        "select m.lost_id, m.survivor_id, c.n, c.hash, c.bytes
         from family_merge m
         join record r
             on r.region_id = m.region_id
             and r.record_id = m.lost_id
             and r.change_count > m.change_count
         join change c
             on c.region_id = m.region_id
             and c.record_id = m.lost_id
             and c.n > m.change_count
         where m.region_id = $1
             and m.ended_at is null
             and c.install_id <> $2
             and not exists (
                 select
                 from followed_change f
                 where f.region_id = c.region_id
                     and f.lost_id = c.record_id
                     and f.change_n = c.n
             )
         order by m.lost_id, c.n
         limit 100",
        region.0,
        server,
    )
    .fetch_all(conn)
    .await
}
