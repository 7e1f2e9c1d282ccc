//! What the numbers do not know yet, each with the areas it is asked for. Families themselves are counted by `listed_family`.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;

/// What the numbers do not know yet.
#[derive(Clone, Copy, Debug)]
pub struct Unknowns {
    /// Changes that wait for something to arrive.
    pub waiting: i64,
    /// Changes held for a person.
    pub held: i64,
    /// Changes refused.
    pub refused: i64,
    /// Changes that came in late and were accepted.
    pub late: i64,
    /// Fields with values that a person must choose between.
    pub conflicts: i64,
    /// Pairs of families that may be one, which nobody decided on.
    pub duplicates: i64,
    /// Phones that may work, are assigned there and have not been heard since the moment given.
    pub silent: i64,
}

/// What is not known yet in the areas; a phone is silent that was last heard before `since`.
///
/// # Errors
/// The database is away.
pub async fn unknowns(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    (since, now): (OffsetDateTime, OffsetDateTime),
) -> Result<Unknowns, sqlx::Error> {
    sqlx::query_as!(
        Unknowns,
        r#"select
             (select count(*) from kept_change k where k.region_id = $1 and k.area_id = any($2) and k.state = 'waiting') as "waiting!",
             (select count(*) from kept_change k where k.region_id = $1 and k.area_id = any($2) and k.state = 'held') as "held!",
             (select count(*) from kept_change k where k.region_id = $1 and k.area_id = any($2) and k.state = 'refused') as "refused!",
             (select count(*) from late_change l where l.region_id = $1 and l.area_id = any($2)) as "late!",
             (
                 select coalesce(sum(r.conflict_count), 0)
                 from record r
                 where r.region_id = $1
                     and r.area_id = any($2)
             ) as "conflicts!",
             (
                 select count(*)
                 from duplicate_pair p
                 join record a
                     on a.region_id = p.region_id
                     and a.record_id = p.one_id
                 join record b
                     on b.region_id = p.region_id
                     and b.record_id = p.other_id
                 where p.region_id = $1
                     and p.state = 'open'
                     and a.area_id = any($2)
                     and b.area_id = any($2)
             ) as "duplicates!",
             (
                 select count(*)
                 from install i
                 where i.region_id = $1
                     and i.revoked_at is null
                     and i.family_id is null
                     and coalesce(i.last_seen_at, i.enrolled_at) < $3
                     and exists (
                         select
                         from assignment s
                         where s.region_id = i.region_id
                             and s.install_id = i.install_id
                             and s.area_id = any($2)
                             and s.from_at <= $4
                             and (s.to_at is null or s.to_at > $4)
                     )
             ) as "silent!""#,
        region.0,
        areas,
        since,
        now,
    )
    .fetch_one(conn)
    .await
}
