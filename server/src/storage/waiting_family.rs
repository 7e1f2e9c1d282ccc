//! What is known of families that wait to be verified: who registered each, how much of it there is, and how the last visit ended.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// A family that waits.
#[derive(Clone, Debug)]
pub struct WaitingRow {
    /// Its record.
    pub record_id: Uuid,
    /// The install that registered it.
    pub created_by: Uuid,
    /// How many members its household has.
    pub members: i64,
    /// How many products it has.
    pub products: i64,
    /// How many visits there were.
    pub visits: i64,
    /// The code of how the last of them ended, if it says so.
    pub outcome: Option<String>,
    /// When that was.
    pub visited_at: Option<OffsetDateTime>,
}

/// What is known of these families, in the order of `ids`.
///
/// # Errors
/// The database is away.
pub async fn rows(conn: &mut PgConnection, region: RegionId, ids: &[Uuid]) -> Result<Vec<WaitingRow>, sqlx::Error> {
    sqlx::query_as!(
        WaitingRow,
        r#"select r.record_id, r.created_by, last.outcome as "outcome?", last.at as "visited_at?",
             (
                 select count(*)
                 from household_member m
                 where m.region_id = r.region_id
                     and m.family_id = r.record_id
             ) as "members!",
             (
                 select count(*)
                 from product p
                 where p.region_id = r.region_id
                     and p.family_id = r.record_id
             ) as "products!",
             (
                 select count(*)
                 from visit v
                 where v.region_id = r.region_id
                     and v.family_id = r.record_id
             ) as "visits!"
         from unnest($2::uuid[]) with ordinality as u(record_id, place)
         join record r
             on r.region_id = $1
             and r.record_id = u.record_id
         left join lateral (
             select v.outcome, coalesce(v.started_at, o.created_at) as at
             from visit v
             join record o
                 on o.region_id = v.region_id
                 and o.record_id = v.record_id
             where v.region_id = r.region_id
                 and v.family_id = r.record_id
             order by 2 desc, v.record_id
             limit 1
         ) as last on true
         order by u.place"#,
        region.0,
        ids,
    )
    .fetch_all(conn)
    .await
}
