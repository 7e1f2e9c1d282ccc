//! Table `feed` and the counters of its areas: what phones pull, in the order in which it became visible.

#[cfg(feature = "mutiny")]
mod plain;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::bundle;
use crate::mutiny::Fault;

/// What a feed row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Changes were added to a record.
    Change,
    /// A record came into the area.
    Join,
    /// A record left the area.
    Leave,
}

impl Entry {
    /// Its number in the table.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Change => 0,
            Self::Join => 1,
            Self::Leave => 2,
        }
    }
}

/// A row to append; its number is given by the area.
#[derive(Clone, Debug)]
pub struct FeedWrite {
    /// The area whose feed it goes into.
    pub area_id: i32,
    /// The record.
    pub record_id: Uuid,
    /// What happened.
    pub entry: Entry,
    /// First change number it is about.
    pub first_n: i32,
    /// Last change number it is about.
    pub last_n: i32,
    /// Bytes of those changes.
    pub size_bytes: i32,
    /// Who made them; they are not sent back there.
    pub install_id: Uuid,
}

/// A row as read, with where its record is now.
#[derive(Clone, Debug)]
pub struct FeedRow {
    /// The area.
    pub area_id: i32,
    /// The row's number in the area.
    pub seq: i64,
    /// The record.
    pub record_id: Uuid,
    /// What happened, as a number; [`FeedRow::what`] gives its name.
    pub entry: i16,
    /// First change number.
    pub first_n: i32,
    /// Last change number.
    pub last_n: i32,
    /// Bytes of those changes.
    pub size_bytes: i32,
    /// Who made them.
    pub install_id: Uuid,
    /// The record's kind.
    pub kind: i16,
    /// The record's family.
    pub family_id: Uuid,
    /// The record's area now.
    pub home_area_id: i32,
    /// How many changes it has now.
    pub change_count: i32,
}

impl FeedRow {
    /// What happened.
    #[must_use]
    pub fn what(&self) -> Entry {
        [Entry::Change, Entry::Join].into_iter().find(|entry| entry.number() == self.entry).unwrap_or(Entry::Leave)
    }

    /// Bytes of its changes.
    #[must_use]
    pub fn size(&self) -> usize {
        usize::try_from(self.size_bytes).unwrap_or_default()
    }
}

/// Locks the areas in id order and appends the rows, each area's in the given order; answers the number of each. Where a record leaves,
/// the area's bundles go. Call it last in a transaction: until the commit nobody else can take a number of these areas.
///
/// # Errors
/// The database is away, an area does not exist, or the lock would close a circle (40P01).
pub async fn append(conn: &mut PgConnection, region: RegionId, rows: &[FeedWrite]) -> Result<Vec<i64>, sqlx::Error> {
    #[cfg(feature = "mutiny")]
    if Fault::PlainSequence.is_on() {
        return plain::append(conn, region, rows).await;
    }
    let mut counts: BTreeMap<i32, i64> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.area_id).or_default() += 1;
    }
    let mut next = lock_areas(conn, region, &counts.keys().copied().collect::<Vec<_>>()).await?;
    let seqs: Option<Vec<i64>> = rows.iter().map(|row| take(&mut next, row.area_id)).collect();
    let seqs = seqs.ok_or(sqlx::Error::RowNotFound)?;
    insert(conn, region, rows, &seqs).await?;
    advance_areas(conn, region, &counts).await?;
    let left = areas_left(rows);
    if !left.is_empty() {
        bundle::delete(conn, region, &left.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(seqs)
}

/// The areas that something leaves with these rows: their bundles show what is no longer there.
#[must_use]
pub fn areas_left(rows: &[FeedWrite]) -> BTreeSet<i32> {
    let leaves = rows.iter().filter(|row| row.entry == Entry::Leave && !Fault::StaleBundles.is_on());
    leaves.map(|row| row.area_id).collect()
}

fn take(next: &mut BTreeMap<i32, i64>, area: i32) -> Option<i64> {
    let seq = next.get_mut(&area)?;
    *seq += 1;
    Some(*seq - 1)
}

async fn lock_areas(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
) -> Result<BTreeMap<i32, i64>, sqlx::Error> {
    let rows = sqlx::query!(
        "select area_id, next_seq
         from area
         where region_id = $1
             and area_id = any($2)
         order by area_id
         for update",
        region.0,
        areas,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.area_id, row.next_seq)).collect())
}

async fn advance_areas(
    conn: &mut PgConnection,
    region: RegionId,
    counts: &BTreeMap<i32, i64>,
) -> Result<(), sqlx::Error> {
    let areas: Vec<i32> = counts.keys().copied().collect();
    let steps: Vec<i64> = counts.values().copied().collect();
    sqlx::query!(
        "update area t
         set next_seq = t.next_seq + u.step
         from unnest($2::int[], $3::bigint[]) as u(area_id, step)
         where t.region_id = $1
             and t.area_id = u.area_id",
        region.0,
        &areas,
        &steps,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert(
    conn: &mut PgConnection,
    region: RegionId,
    rows: &[FeedWrite],
    seqs: &[i64],
) -> Result<(), sqlx::Error> {
    let areas: Vec<i32> = rows.iter().map(|row| row.area_id).collect();
    let records: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    let entries: Vec<i16> = rows.iter().map(|row| row.entry.number()).collect();
    let firsts: Vec<i32> = rows.iter().map(|row| row.first_n).collect();
    let lasts: Vec<i32> = rows.iter().map(|row| row.last_n).collect();
    let sizes: Vec<i32> = rows.iter().map(|row| row.size_bytes).collect();
    let installs: Vec<Uuid> = rows.iter().map(|row| row.install_id).collect();
    sqlx::query!(
        "insert into feed (region_id, area_id, seq, record_id, entry, first_n, last_n, size_bytes, install_id)
         select r.region_id, u.area_id, u.seq, u.record_id, u.entry, u.first_n, u.last_n, u.size_bytes, u.install_id
         from region r
         cross join unnest($2::int[], $3::bigint[], $4::uuid[], $5::smallint[], $6::int[], $7::int[], $8::int[],
             $9::uuid[])
             as u(area_id, seq, record_id, entry, first_n, last_n, size_bytes, install_id)
         where r.region_id = $1",
        region.0,
        &areas,
        seqs,
        &records,
        &entries,
        &firsts,
        &lasts,
        &sizes,
        &installs,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The rows after each area's cursor, at most `limit`, in area and number order, each with where its record is now. Areas and records
/// are looked up one by one, whatever the planner thinks of the tables. The asker's own changes are not sent back, so their
/// records are not looked up: such a row says 0 and nil of them.
///
/// # Errors
/// The database is away.
pub async fn after(
    conn: &mut PgConnection,
    region: RegionId,
    cursors: &BTreeMap<i32, i64>,
    (asker, limit): (Option<Uuid>, i64),
) -> Result<Vec<FeedRow>, sqlx::Error> {
    let areas: Vec<i32> = cursors.keys().copied().collect();
    let seqs: Vec<i64> = cursors.values().copied().collect();
    sqlx::query_as!(
        FeedRow,
        "select f.area_id, f.seq, f.record_id, f.entry, f.first_n, f.last_n, f.size_bytes, f.install_id,
             coalesce(r.kind, 0::smallint) as \"kind!\", coalesce(r.family_id, '00000000-0000-0000-0000-000000000000') as \"family_id!\",
             coalesce(r.area_id, 0) as \"home_area_id!\", coalesce(r.change_count, 0) as \"change_count!\"
         from unnest($2::int[], $3::bigint[]) as u(area_id, seq)
         cross join lateral (
             select *
             from feed
             where region_id = $1
                 and area_id = u.area_id
                 and seq > u.seq
             order by seq
             limit $4
         ) as f
         left join lateral (
             select kind, family_id, area_id, change_count
             from record
             where region_id = $1
                 and record_id = f.record_id
                 and (f.install_id is distinct from $5 or f.entry <> $6)
             offset 0
         ) as r on true
         order by f.area_id, f.seq
         limit $4",
        region.0,
        &areas,
        &seqs,
        limit,
        asker,
        Entry::Change.number(),
    )
    .fetch_all(conn)
    .await
}

/// The same of one family's records only. It looks them up one by one and never reads the rest of an area's feed.
///
/// # Errors
/// The database is away.
pub async fn after_of_family(
    conn: &mut PgConnection,
    region: RegionId,
    family: Uuid,
    cursors: &BTreeMap<i32, i64>,
    limit: i64,
) -> Result<Vec<FeedRow>, sqlx::Error> {
    let areas: Vec<i32> = cursors.keys().copied().collect();
    let seqs: Vec<i64> = cursors.values().copied().collect();
    sqlx::query_as!(
        FeedRow,
        "select f.area_id, f.seq, f.record_id, f.entry, f.first_n, f.last_n, f.size_bytes, f.install_id,
             r.kind, r.family_id, r.area_id as home_area_id, r.change_count
         from unnest($3::int[], $4::bigint[]) as u(area_id, seq)
         cross join record r
         join feed f
             on f.region_id = $1
             and f.record_id = r.record_id
             and f.area_id = u.area_id
             and f.seq > u.seq
         where r.region_id = $1
             and r.family_id = $2
         order by f.area_id, f.seq
         limit $5",
        region.0,
        family,
        &areas,
        &seqs,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Where an area's feed stands.
#[derive(Clone, Copy, Debug)]
pub struct HeadRow {
    /// The area.
    pub area_id: i32,
    /// The last number given out.
    pub head: i64,
    /// When a record last left the area.
    pub last_leave_at: Option<OffsetDateTime>,
}

/// Where the feed of each area stands.
///
/// # Errors
/// The database is away.
pub async fn heads(conn: &mut PgConnection, region: RegionId, areas: &[i32]) -> Result<Vec<HeadRow>, sqlx::Error> {
    sqlx::query_as!(
        HeadRow,
        "select area_id, next_seq - 1 as \"head!\", last_leave_at
         from area
         where region_id = $1
             and area_id = any($2)
         order by area_id",
        region.0,
        areas,
    )
    .fetch_all(conn)
    .await
}
