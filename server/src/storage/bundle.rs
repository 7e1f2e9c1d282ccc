//! Table `feed_bundle`: stretches of an area's feed, made ready for many phones. An area's bundles follow one another without a gap, from
//! the beginning of its feed.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::feed::Entry;

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleRow {
    /// The area.
    pub area_id: i32,
    /// The number in the feed after which it begins.
    pub after_seq: i64,
    /// The last number that it covers.
    pub last_seq: i64,
    /// Bytes of its changes before they were packed.
    pub size_bytes: i32,
    /// Its deliveries as packed frames.
    pub frames: Vec<u8>,
    /// Whose changes it holds.
    pub installs: Vec<Uuid>,
    /// Records that left the area in this stretch.
    pub departed: Vec<Uuid>,
    /// Records of kinds with sensitive fields that it shows.
    pub shown: Vec<Uuid>,
    /// How many of each such kind, by the kind's word: a JSON object.
    pub shown_kinds: serde_json::Value,
}

/// What an area's feed has behind its last bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The area.
    pub area_id: i32,
    /// After which number its last bundle begins; 0 when it has none.
    pub after_seq: i64,
    /// Where its last bundle ends, and the tail begins.
    pub last_seq: i64,
    /// Bytes of the changes of the last bundle.
    pub size_bytes: i32,
    /// Bytes of the changes of the tail.
    pub tail_bytes: i64,
}

/// The bundles that follow each area's cursor, of the areas where one begins right there, in area and number order, as many as have
/// `room` bytes of changes together.
///
/// # Errors
/// The database is away.
pub async fn after(
    conn: &mut PgConnection,
    region: RegionId,
    (areas, seqs): (&[i32], &[i64]),
    room: i64,
) -> Result<Vec<BundleRow>, sqlx::Error> {
    sqlx::query_as!(
        BundleRow,
        "select area_id as \"area_id!\", after_seq as \"after_seq!\", last_seq as \"last_seq!\", size_bytes as \"size_bytes!\",
             frames as \"frames!\", installs as \"installs!\", departed as \"departed!\", shown as \"shown!\",
             shown_kinds as \"shown_kinds!\"
         from (
             select b.*, sum(b.size_bytes) over (order by b.area_id, b.after_seq) as so_far
             from unnest($2::int[], $3::bigint[]) as u(area_id, seq)
             join feed_bundle first
                 on first.region_id = $1
                 and first.area_id = u.area_id
                 and first.after_seq = u.seq
             join feed_bundle b
                 on b.region_id = $1
                 and b.area_id = u.area_id
                 and b.after_seq >= u.seq
         ) as following
         where so_far <= $4
         order by area_id, after_seq",
        region.0,
        areas,
        seqs,
        room,
    )
    .fetch_all(conn)
    .await
}

/// What the areas have behind their last bundles, of those that have anything there.
///
/// # Errors
/// The database is away.
pub async fn tails(conn: &mut PgConnection, region: RegionId) -> Result<Vec<Tail>, sqlx::Error> {
    sqlx::query_as!(
        Tail,
        "select a.area_id, coalesce(b.after_seq, 0) as \"after_seq!\", coalesce(b.last_seq, 0) as \"last_seq!\",
             coalesce(b.size_bytes, 0) as \"size_bytes!\", tail.bytes as \"tail_bytes!\"
         from area a
         left join lateral (
             select after_seq, last_seq, size_bytes
             from feed_bundle
             where region_id = $1
                 and area_id = a.area_id
             order by after_seq desc
             limit 1
         ) as b on true
         cross join lateral (
             select coalesce(sum(f.size_bytes), 0) as bytes
             from feed f
             where f.region_id = $1
                 and f.area_id = a.area_id
                 and f.seq > coalesce(b.last_seq, 0)
         ) as tail
         where a.region_id = $1
             and a.next_seq > coalesce(b.last_seq, 0) + 1
         order by a.area_id",
        region.0,
    )
    .fetch_all(conn)
    .await
}

/// Puts a bundle where those after its beginning stood, unless a record has left the area after number `seen`, or the bundle before it
/// is gone. Answers whether it is there now. It locks the area as [`super::feed::append`] does, so that no departure passes by.
///
/// # Errors
/// The database is away.
pub async fn put(
    transaction: &mut PgConnection,
    region: RegionId,
    bundle: &BundleRow,
    seen: i64,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        "select area_id
         from area
         where region_id = $1
             and area_id = $2
         for update",
        region.0,
        bundle.area_id,
    )
    .fetch_one(&mut *transaction)
    .await?;
    sqlx::query!(
        "delete from feed_bundle where region_id = $1 and area_id = $2 and after_seq >= $3",
        region.0,
        bundle.area_id,
        bundle.after_seq,
    )
    .execute(&mut *transaction)
    .await?;
    let put = sqlx::query!(
        "insert into feed_bundle (region_id, area_id, after_seq, last_seq, size_bytes, frames, installs, departed, shown,
             shown_kinds)
         select r.region_id, $2::int, $3::bigint, $4, $5, $6, $7, $8, $9, $10
         from region r
         where r.region_id = $1
             and not exists (
                 select
                 from feed f
                 where f.region_id = $1
                     and f.area_id = $2
                     and f.seq > $11
                     and f.entry = $12
             )
             and ($3 = 0 or exists (
                 select
                 from feed_bundle b
                 where b.region_id = $1
                     and b.area_id = $2
                     and b.last_seq = $3
             ))",
        region.0,
        bundle.area_id,
        bundle.after_seq,
        bundle.last_seq,
        bundle.size_bytes,
        bundle.frames,
        &bundle.installs,
        &bundle.departed,
        &bundle.shown,
        bundle.shown_kinds,
        seen,
        Entry::Leave.number(),
    )
    .execute(transaction)
    .await?;
    Ok(put.rows_affected() == 1)
}

/// Deletes the bundles of the areas: something that they show is no longer there.
///
/// # Errors
/// The database is away.
pub async fn delete(conn: &mut PgConnection, region: RegionId, areas: &[i32]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from feed_bundle where region_id = $1 and area_id = any($2)", region.0, areas)
        .execute(conn)
        .await?;
    Ok(())
}
